import { cutOffAnswer } from './cut-off-answer.ts'
import type { HomeRegion } from './home-region.ts'
import { outsidersOf, reliance, unknownNeeds } from './outsiders.ts'
import {
  hasOutcome,
  optionsOf,
  type PortfolioEvidence,
  type WorkflowEvidence,
} from './portfolio-evidence.ts'
import { shown, type ShownAnswer, undecided } from './shown-answer.ts'
import { type AnswerRule, isCritical, type WorkInQuestion } from './work-in-question.ts'

/** Criteria that the portfolio answers. docs/reference/csf.md states each rule in words. */
export const simulatedAnswers: Readonly<Record<string, AnswerRule>> = {
  'SOV-1.8': (evidence, work, home) => cutOffAnswer(evidence, work, home, anyoneOutside),
  'SOV-2.4': exportControl,
  'SOV-4.6': (evidence, work, home) => cutOffAnswer(evidence, work, home, suppliers),
  'SOV-5.6': singlePoint,
}

const anyoneOutside = /^(?:vendor|provider|parent|jurisdiction|region|common-cause):/
const suppliers = /^(?:vendor|provider|parent|jurisdiction):/

/** SOV-5.6: how much work relies on vendors or facilities outside home. */
function singlePoint(
  evidence: PortfolioEvidence,
  work: WorkInQuestion,
  home: HomeRegion,
): ShownAnswer {
  // Of work whose needs nobody knows it cannot be told what it relies on.
  const workflows = work.workflows.filter(hasNeeds)
  const critical = work.critical.filter(hasNeeds)
  if (workflows.length === 0) return undecided('no work is known', 5)
  const relying = reliances(evidence, workflows, home)
  const facts = [...relying.values()]
  const isOnlyOutside = workflows.every((own) =>
    optionsOf(own.workflow).every(
      (option) => outsidersOf(option.elements, evidence, home).length > 0,
    ),
  )
  if (isOnlyOutside && relying.size === workflows.length) return shown(1, facts)
  const relyingCritical = critical.filter((own) => relying.has(own)).length
  if (relyingCritical * 2 > critical.length) return shown(2, facts)
  if (relyingCritical > 0) return shown(3, facts)
  const others = workflows.filter((own) => !critical.includes(own))
  const relyingOthers = others.filter((own) => relying.has(own))
  if (relyingOthers.length > 0) {
    const isFew = relyingOthers.length * 2 <= others.length
    const isDocumented = relyingOthers.every((own) => own.workflow.source === 'configuration')
    return shown(isFew && isDocumented ? 4 : 3, facts)
  }
  const unknown = unknownNeeds(work.workflows)
  if (unknown.length > 0) {
    const atMost = unknownNeeds(work.critical).length > 0 ? 3 : 4
    return undecided('the model of some work is not known', atMost, unknown)
  }
  return shown(5, ['no work relies on anything outside home'])
}

function hasNeeds({ workflow }: WorkflowEvidence): boolean {
  return workflow.needs.length > 0
}

function reliances(
  evidence: PortfolioEvidence,
  workflows: readonly WorkflowEvidence[],
  home: HomeRegion,
): ReadonlyMap<WorkflowEvidence, string> {
  const sorted = workflows.toSorted(
    (a, b) => Number(isCritical(b.workflow)) - Number(isCritical(a.workflow)),
  )
  return new Map(
    sorted.flatMap((own) => {
      const why = reliance(evidence, own, home)
      return why === null ? [] : [[own, why] as const]
    }),
  )
}

/** SOV-2.4: what an authority outside home forbids now, and what it could. */
function exportControl(
  evidence: PortfolioEvidence,
  work: WorkInQuestion,
  home: HomeRegion,
): ShownAnswer {
  const { workflows, critical } = work
  if (workflows.length === 0) return undecided('no work is known', 5)
  const restricted = restrictedNow(evidence, workflows, home)
  if (restricted.everybody.length > 0) return shown(1, restricted.everybody)
  if (restricted.some.length > 0) return shown(2, restricted.some)
  const unknown = unknownNeeds(workflows)
  const exposed = [...reliances(evidence, workflows, home).values()]
  if (exposed.length === 0 && unknown.length === 0) {
    return shown(5, ['nothing outside home serves work or stands in a cut set of it'])
  }
  const withoutHome = critical.filter((own) => !hasHomeWay(own, home))
  if (withoutHome.length === 0 && unknown.length === 0) {
    return shown(4, [
      'all critical work has a way that nothing outside home can restrict',
      ...exposed,
    ])
  }
  return undecided(
    'no restriction is in force, and critical work is exposed to one; the ladder then asks for shares of revenue',
    3,
    [
      ...withoutHome.map(
        ({ workflow }) => `${workflow.id} does not go on when everything outside home is lost`,
      ),
      ...unknown,
    ],
  )
}

/** What directives in force of authorities outside home deny; an unknown authority counts as one. */
function restrictedNow(
  { facts }: PortfolioEvidence,
  workflows: readonly WorkflowEvidence[],
  home: HomeRegion,
): { readonly everybody: readonly string[]; readonly some: readonly string[] } {
  const classes = new Map<string, Set<string>>()
  for (const { workflow, denials } of workflows) {
    for (const denial of denials) {
      const { directive, review } = denial.reason
      const issuer = directive === null ? null : facts.issuerOf(directive)
      if (issuer !== null && home.codes.has(issuer)) continue
      const key = `${directive} (review: ${review ?? 'unknown'}) denies an option of ${workflow.id}`
      classes.set(key, (classes.get(key) ?? new Set()).add(denial.class))
    }
  }
  const all = [...classes].filter(([, denied]) => denied.has('not-foreign-person'))
  return {
    everybody: all.map(([key]) => `${key} to everybody`),
    some: [...classes].map(([key, denied]) => `${key} to ${[...denied].join(', ')}`),
  }
}

/** It goes on, with something that is shown to do the work, when everything outside home is lost. */
function hasHomeWay({ workflow, withoutAbroad }: WorkflowEvidence, home: HomeRegion): boolean {
  const after = withoutAbroad.get(home.anchor) ?? []
  return after.length > 0 && !hasOutcome(workflow, after, ['stops', 'at-risk'])
}
