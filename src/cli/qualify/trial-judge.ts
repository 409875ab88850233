import { canonicalJson } from '../../base/canonical-json.ts'
import type {
  ConfigFallback,
  ConfigWorkflow,
  HoldfastConfig,
} from '../../schema/holdfast-config.ts'
import { familyOf } from './answerer.ts'
import type { TrialTarget, TriedModel } from './trial-target.ts'

/** Who judges, and in whose name: a model is permitted for workflows that list it, and for no other. */
export interface TrialJudge extends TriedModel {
  readonly workflow: ConfigWorkflow
}

/** The judge of holdfast.yaml; a text: why it cannot be asked. */
export function judgeOf({
  qualification,
  routes,
  workflows,
}: Pick<HoldfastConfig, 'qualification' | 'routes' | 'workflows'>): TrialJudge | string {
  const judge = qualification?.judge
  if (judge === undefined) return 'graders ask for a judge, and `qualification.judge` names none'
  const { model } = judge
  const route = routes.find(({ id }) => id === judge.route)
  if (route === undefined || !Object.hasOwn(route.models, model))
    return `no route \`${judge.route}\` leads to the judge \`${model}\``
  const workflow = workflows.find((one) =>
    judge.workflow === undefined ? lists(one, model) : one.id === judge.workflow,
  )
  if (workflow !== undefined && lists(workflow, model)) return { model, route, workflow }
  return `no workflow lists the judge \`${model}\`, so that policy keeps it from judging; one with \`task: evaluation\` and this \`model\` lets it`
}

function lists({ model: own, fallbacks = [] }: ConfigWorkflow, model: string): boolean {
  return own === model || fallbacks.some((one) => modelOf(one) === model)
}

function modelOf(fallback: ConfigFallback): string | null {
  if (typeof fallback === 'string') return fallback
  return 'model' in fallback ? fallback.model : null
}

/** Why a judge may not judge this comparison; null: it may. */
export function judgeProblem(
  { workflow, candidate, incumbent }: TrialTarget,
  judge: TrialJudge,
): string | null {
  const families = [candidate, incumbent].map(({ model }) => familyOf(model))
  if (families.includes(familyOf(judge.model)))
    return `the judge \`${judge.model}\` is of the family of one of those it judges`
  return sightProblem(workflow, judge)
}

/** Why a judge may not see the work of a workflow; null: it may. */
export function sightProblem(workflow: ConfigWorkflow, judge: TrialJudge): string | null {
  const limits = (one: ConfigWorkflow): string => canonicalJson(one.data ?? {})
  return judge.workflow.id === workflow.id || limits(judge.workflow) === limits(workflow)
    ? null
    : `the judge sees the work, and \`${judge.workflow.id}\`, in whose name it judges, has other limits of \`data\``
}
