import { Fault } from '../../base/fault.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { TriedModel } from './trial-target.ts'

/** Who judges, and as which workflow it is asked. */
export interface JudgeTarget extends TriedModel {
  readonly workflow: string
}

/** The judge of holdfast.yaml for work of a workflow; null: there is none. */
export function judgeTarget(config: HoldfastConfig, tried: ConfigWorkflow): JudgeTarget | null {
  const judge = config.qualification?.judge
  if (judge === undefined) return null
  const problem = judgeProblem(config, tried)
  const route = config.routes.find(({ id }) => id === judge.route)
  if (problem === null && route !== undefined)
    return { model: judge.model, route, workflow: judge.workflow ?? tried.id }
  throw new Fault('HF_TRIAL_UNREADY', problem ?? 'there is no such route', {
    expected:
      '`qualification.judge` with a model that its route lists, and a workflow that may use it',
  })
}

/** Why the judge cannot be asked about work of a workflow; null: it can, or there is none. */
export function judgeProblem(config: HoldfastConfig, tried: ConfigWorkflow): string | null {
  const judge = config.qualification?.judge
  if (judge === undefined) return null
  const route = config.routes.find(({ id }) => id === judge.route)
  if (route === undefined || !Object.hasOwn(route.models, judge.model))
    return `no route \`${judge.route}\` leads to the judge \`${judge.model}\``
  const name = judge.workflow ?? tried.id
  const asked = config.workflows.find(({ id }) => id === name)
  if (asked === undefined) return `holdfast.yaml has no workflow \`${name}\` to judge as`
  if (!modelsOf(asked).includes(judge.model))
    return `the judge \`${judge.model}\` is neither model nor fallback of workflow \`${name}\`, so that policy denies it; \`qualification.judge.workflow\` names one that may use it`
  const looser = looserLimit(asked, tried)
  return looser === null
    ? null
    : `workflow \`${name}\`, as which the judge is asked, has looser \`data.${looser}\` than \`${tried.id}\`, whose work it reads`
}

function modelsOf({ model, fallbacks = [] }: ConfigWorkflow): readonly string[] {
  return [
    ...(model === undefined ? [] : [model]),
    ...fallbacks.flatMap((one) => {
      if (typeof one === 'string') return [one]
      return 'model' in one ? [one.model] : []
    }),
  ]
}

/** Work may not reach through its judge what it may not reach itself. */
function looserLimit(asked: ConfigWorkflow, tried: ConfigWorkflow): string | null {
  const [own, wanted] = [asked.data ?? {}, tried.data ?? {}]
  const { allowedJurisdictions: within, maxRetentionDays: days, training } = wanted
  const isWithin = (code: string): boolean =>
    within?.some((one) => one.toUpperCase() === code.toUpperCase()) === true
  if (within !== undefined && own.allowedJurisdictions?.every(isWithin) !== true)
    return 'allowedJurisdictions'
  if (days !== undefined && (own.maxRetentionDays ?? Infinity) > days) return 'maxRetentionDays'
  return training === 'never' && own.training !== 'never' ? 'training' : null
}
