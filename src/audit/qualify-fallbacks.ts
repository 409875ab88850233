import { toolCandidate } from '../schema/candidate-id.ts'
import { decidingVerdicts, doesQualify, wayName } from '../schema/deciding-verdicts.ts'
import type { ConfigFallback, ConfigWorkflow, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Dependency, RegisterWorkflow, WorkflowFallback } from '../schema/register.ts'
import type { VerdictRecord } from '../schema/verdict.ts'

export interface FallbackEvidence {
  readonly verdicts: readonly VerdictRecord[]
  /** RFC 3339: verdicts that were decided later are not known yet. */
  readonly at: string
}

interface Rows {
  readonly workflows: readonly RegisterWorkflow[]
  readonly dependencies: readonly Dependency[]
}

type Standing = Pick<WorkflowFallback, 'standing' | 'until' | 'trial' | 'endedBy'>
type StandingOf = (workflow: string, candidate: string, route: string) => Standing

const untried: Standing = { standing: 'untried', until: null, trial: null, endedBy: null }

/** What trials say of each fallback, of holdfast.yaml and of code; without a holdfast.yaml no trial can have been made. */
export function qualifyFallbacks(
  { workflows, dependencies }: Rows,
  config: HoldfastConfig | null,
  evidence: FallbackEvidence,
): Rows {
  if (config === null) return { workflows, dependencies }
  const standingOf = standings(evidence)
  const written = new Map(config.workflows.map((workflow) => [workflow.id, workflow]))
  return {
    workflows: workflows.map((row) => {
      const workflow = row.source === 'configuration' ? written.get(row.id) : undefined
      if (workflow === undefined) return row
      const fallbacks = (workflow.fallbacks ?? []).flatMap((one) =>
        fallbackRows(one, workflow, config, standingOf),
      )
      return { ...row, fallbacks }
    }),
    dependencies: dependencies.map((one) =>
      one.workflow !== null && written.has(one.workflow)
        ? withTrials(one, config, standingOf)
        : one,
    ),
  }
}

function standings({ verdicts, at }: FallbackEvidence): StandingOf {
  const now = Date.parse(at)
  const known = verdicts.filter(({ decidedAt }) => Date.parse(decidedAt) <= now)
  const deciding = decidingVerdicts(known)
  return (workflow, model, route) => {
    const verdict = deciding.get(wayName({ workflow, model, route }))
    if (verdict === undefined) return untried
    const { trial, validUntil, invalidatedBy } = verdict
    const until = new Date(validUntil).toISOString()
    if (verdict.verdict !== 'QUALIFIED')
      return { standing: 'not-qualified', until: null, trial, endedBy: null }
    return doesQualify(verdict, at)
      ? { standing: 'qualified', until, trial, endedBy: null }
      : { standing: 'expired', until, trial, endedBy: invalidatedBy ?? 'validity-ended' }
  }
}

/** One row a route: a trial holds for the route that it was made over. */
function fallbackRows(
  fallback: ConfigFallback,
  workflow: ConfigWorkflow,
  config: HoldfastConfig,
  standingOf: StandingOf,
): readonly WorkflowFallback[] {
  const stated = typeof fallback === 'string' ? { model: fallback } : fallback
  if ('manual' in stated) return [{ kind: 'manual', name: stated.manual, route: null, ...untried }]
  if ('tool' in stated) {
    const found = standingOf(workflow.id, toolCandidate(stated.tool), '')
    return [{ kind: 'tool', name: stated.tool, route: null, ...found }]
  }
  const { model } = stated
  const named = 'route' in stated ? stated.route : undefined
  const routes = routesTo(model, config).filter((id) => named === undefined || id === named)
  const standing = (route: string): Standing =>
    model === workflow.model
      ? { ...untried, standing: 'not-needed' }
      : standingOf(workflow.id, model, route)
  const over = routes.length === 0 ? [null] : routes
  return over.map((route) => ({ kind: 'model', name: model, route, ...standing(route ?? '') }))
}

function routesTo(model: string, { routes }: HoldfastConfig): readonly string[] {
  return routes.filter(({ models }) => Object.hasOwn(models, model)).map(({ id }) => id)
}

/** A fallback in code names no route: a trial over any route of its provider counts, the longest valid one. */
function withTrials(one: Dependency, config: HoldfastConfig, standingOf: StandingOf): Dependency {
  const workflow = one.workflow ?? ''
  const fallbacks = one.fallbacks.map((fallback) => {
    const { model, provider } = fallback
    const routes = model === null ? [] : routesTo(model, config)
    const days = routes
      .filter((id) => provider === null || providerOf(id, config) === provider)
      .map((route) => standingOf(workflow, model ?? '', route))
      .flatMap(({ standing, until }) => (standing === 'qualified' && until !== null ? [until] : []))
    return { ...fallback, qualifiedUntil: days.toSorted().at(-1) ?? null }
  })
  return { ...one, fallbacks }
}

function providerOf(route: string, { routes }: HoldfastConfig): string | null {
  return routes.find(({ id }) => id === route)?.provider ?? null
}
