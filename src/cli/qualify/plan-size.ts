import { seededSource } from '../../base/statistics/random-source.ts'
import { correlationAssumed, planSet, trialUnits } from '../../qualification/index.ts'
import type { Preregistration } from '../../schema/preregistration.ts'
import { parametersOf } from './registration.ts'
import type { TriedTasks } from './tried-tasks.ts'

export interface SizeEstimate {
  readonly tasks: number
  readonly comparisons: number
  readonly clusters: number
  /** Share of tasks on which only one side passes, as it is assumed. */
  readonly discordance: number
  /** Tasks for the power that is planned. */
  readonly needed: number
  /** Of this set, were both sides alike. */
  readonly power: number
  /** Smallest margin that could be shown without one loss, and with the power that is planned. */
  readonly smallestMargin: number | null
  readonly marginWithPower: number | null
  /** Most tasks that the incumbent alone may pass beyond those the candidate alone passes; null: none is allowed. */
  readonly netLossesMax: number | null
  /** Mode `e-process`: tasks it takes at least, and on average. */
  readonly sequential: { readonly fewest: number; readonly mean: number } | null
}

/** What the set can show, by the rule of the verdict. Clusters count as half way between their tasks and one. */
export function sizeOf(
  registration: Preregistration,
  tried: TriedTasks,
  discordance: number,
): SizeEstimate {
  const { alpha, beta, mode, gates } = registration
  const { attempts } = parametersOf(registration)
  const units = trialUnits('0', tried.set.tasks, attempts)
  const design = {
    margin: gates.quality.margin,
    alpha,
    power: 1 - beta,
    discordance,
    correlation: correlationAssumed,
    mode,
  }
  const plan = planSet(units, design, seededSource(1))
  return {
    tasks: tried.set.tasks.length,
    comparisons: units.length,
    clusters: plan.clusters,
    discordance,
    needed: plan.needed,
    power: plan.power,
    smallestMargin: plan.smallestMargin,
    marginWithPower: plan.marginWithPower,
    netLossesMax: plan.netLossesMax,
    sequential: plan.sequential,
  }
}
