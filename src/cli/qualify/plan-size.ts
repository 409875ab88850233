import { seededSource } from '../../base/statistics/random-source.ts'
import { powerOf } from '../../base/statistics/sample-size.ts'
import {
  fewestTasks,
  planSequential,
  planSize,
  reachOf,
  trialUnits,
} from '../../qualification/index.ts'
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

/** Of the simulation that tells the power of an e-process; enough for two digits. */
const sequentialTrials = 400

/** What the set can show, by the rule of the verdict. Clusters count as the few that they are, as if they moved together. */
export function sizeOf(
  registration: Preregistration,
  tried: TriedTasks,
  discordance: number,
): SizeEstimate {
  const { alpha, beta, mode, gates } = registration
  const { attempts } = parametersOf(registration)
  const units = trialUnits('0', tried.set.tasks, attempts)
  const clusters = new Set(units.map(({ cluster }) => cluster)).size
  const { margin } = gates.quality
  const power = 1 - beta
  const design = { margin, alpha, discordance, difference: 0 }
  const designEffect = designEffectOf(units)
  const needed = planSize(design, { power, designEffect })
  const reach = reachOf(units.length, { alpha, discordance, power, designEffect })
  const isSequential = mode === 'e-process'
  const effective = Math.max(1, Math.floor(units.length / designEffect))
  const race = isSequential
    ? planSequential(design, {
        beta,
        tasksMax: effective,
        trials: sequentialTrials,
        random: seededSource(1),
      })
    : null
  return {
    tasks: tried.set.tasks.length,
    comparisons: units.length,
    clusters,
    discordance,
    needed: isSequential ? 2 * needed.tasks : needed.tasks,
    power: race?.power ?? powerOf(design, effective),
    smallestMargin: reach.smallestMargin,
    marginWithPower: reach.marginWithPower,
    netLossesMax: reach.netLossesMax(margin),
    sequential:
      race === null
        ? null
        : { fewest: fewestTasks(margin, alpha), mean: Math.round(race.meanTasks * designEffect) },
  }
}

/** Half way between tasks that know nothing of their cluster and clusters that move as one. */
function designEffectOf(units: readonly { readonly cluster: string }[]): number {
  const sizes = new Map<string, number>()
  for (const { cluster } of units) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
  const squares = [...sizes.values()].reduce((sum, size) => sum + size * size, 0)
  const meanSize = squares / units.length
  return 1 + (meanSize - 1) * correlationAssumed
}

const correlationAssumed = 0.5
