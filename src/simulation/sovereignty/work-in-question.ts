import type { PortfolioWorkflow } from '../portfolio.ts'
import type { HomeRegion } from './home-region.ts'
import type { PortfolioEvidence, WorkflowEvidence } from './portfolio-evidence.ts'
import type { ShownAnswer } from './shown-answer.ts'

/** What an answer is about: the whole organisation, or one workflow. */
export interface WorkInQuestion {
  readonly workflows: readonly WorkflowEvidence[]
  /** Work whose loss the ladders are about: the critical; all of it where none is called critical. */
  readonly critical: readonly WorkflowEvidence[]
}

/** What facts show of one criterion. */
export type AnswerRule = (
  evidence: PortfolioEvidence,
  work: WorkInQuestion,
  home: HomeRegion,
) => ShownAnswer

export function wholeWork(evidence: PortfolioEvidence | null): WorkInQuestion {
  const workflows = [...(evidence?.workflows.values() ?? [])].filter(({ workflow }) =>
    needsModels(workflow),
  )
  const critical = workflows.filter((one) => isCritical(one.workflow))
  return { workflows, critical: critical.length === 0 ? workflows : critical }
}

/** An inferred workflow without needs is only a place where models are mentioned: no work hangs on them. */
function needsModels({ needs, source }: PortfolioWorkflow): boolean {
  return needs.length > 0 || source === 'configuration'
}

export function isCritical({ criticality }: PortfolioWorkflow): boolean {
  return criticality === 'critical'
}

/** Its own part of the portfolio: whatever its criticality, to itself it is what counts. */
export function workOf(evidence: PortfolioEvidence | null, workflow: string): WorkInQuestion {
  const own = evidence?.workflows.get(workflow)
  const workflows = own === undefined ? [] : [own]
  return { workflows, critical: workflows }
}
