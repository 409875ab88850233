import { seededSource } from '../../base/statistics/random-source.ts'
import { Fault } from '../../base/fault.ts'
import {
  correlationAssumed,
  planSet,
  type SetDesign,
  type SetPlan,
  type TaskSet,
} from '../../qualification/index.ts'
import type { ConfigWorkflow } from '../../schema/holdfast-config.ts'
import { loadConfig } from '../load-config.ts'
import { registrationRules } from '../qualify/registration.ts'

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

/** What is assumed where nobody says otherwise: as trials register it, and one task in ten discordant. */
const assumed = {
  power: 1 - registrationRules.beta,
  discordance: 0.1,
  correlation: correlationAssumed,
} as const

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
  const { alpha } = registrationRules
  const grade = workflow?.criticality === 'critical' ? 'critical' : 'other'
  return {
    margin,
    alpha: flags.alpha ?? trial?.alpha ?? alpha[grade],
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
