import { seededSource } from '../../base/statistics/random-source.ts'
import { Fault } from '../../base/fault.ts'
import { planSet, type SetDesign, type SetPlan, type TaskSet } from '../../qualification/index.ts'
import type { ConfigWorkflow } from '../../schema/holdfast-config.ts'
import { loadConfig } from '../load-config.ts'

export interface PlanFlags {
  /** True: the planner tells; a number: it was planned elsewhere. */
  readonly need?: number | true | undefined
  readonly config: string
  readonly workflow?: string | undefined
  readonly margin?: number | undefined
  readonly alpha?: number | undefined
  readonly power?: number | undefined
  readonly discordance?: number | undefined
  readonly correlation?: number | undefined
}

/** What is assumed where nobody says otherwise: 1 task in 10 discordant, clusters half alike. */
const assumed = { power: 0.8, discordance: 0.1, correlation: 0.5 } as const
/** Risk of a false qualification of work on which less, or much, hangs. */
const alphas = { other: 0.05, critical: 0.025 } as const

/** Null: nobody asked for a plan. */
export async function planOf(set: TaskSet, flags: PlanFlags): Promise<SetPlan | null> {
  const isAsked = flags.need === true || flags.margin !== undefined || flags.workflow !== undefined
  if (!isAsked || typeof flags.need === 'number') return null
  return planSet(set.tasks, await designOf(set, flags), seededSource(1))
}

async function designOf(set: TaskSet, flags: PlanFlags): Promise<SetDesign> {
  const workflow = await workflowOf(flags.workflow ?? set.header.workflow ?? null, flags)
  const trial = workflow?.trial
  const margin = flags.margin ?? trial?.margin
  if (margin === undefined)
    throw new Fault('HF_USAGE', 'the margin is not known', {
      expected: '`--margin`, or `--workflow` with one that has a `trial` in holdfast.yaml',
    })
  const alpha = workflow?.criticality === 'critical' ? alphas.critical : alphas.other
  return {
    margin,
    alpha: flags.alpha ?? trial?.alpha ?? alpha,
    power: flags.power ?? assumed.power,
    discordance: flags.discordance ?? assumed.discordance,
    correlation: flags.correlation ?? assumed.correlation,
    mode: trial?.mode ?? 'fixed-n',
  }
}

/** One that a flag names must be there; one that a set names need not be. */
async function workflowOf(id: string | null, flags: PlanFlags): Promise<ConfigWorkflow | null> {
  if (id === null) return null
  const config = await loadConfig(flags.config, flags.workflow !== undefined)
  const found = config?.workflows.find((one) => one.id === id) ?? null
  if (found === null && flags.workflow !== undefined)
    throw new Fault('HF_USAGE', `holdfast.yaml has no workflow \`${id}\``, {
      expected: (config?.workflows ?? []).map((one) => one.id).join(', '),
    })
  return found
}
