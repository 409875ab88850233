import type { RandomSource } from '../../base/statistics/random-source.ts'
import { powerOf } from '../../base/statistics/sample-size.ts'
import type { Task } from '../../schema/task-set.ts'
import { fewestTasks, planSequential, planSize, reachOf, type SizePlan } from './plan-trial.ts'

/** What a trial is to show, and what is assumed of its tasks before anything was asked. */
export interface SetDesign {
  readonly margin: number
  /** One-sided. */
  readonly alpha: number
  readonly power: number
  /** Share of tasks on which only one side passes. */
  readonly discordance: number
  /** How far tasks of one cluster come out alike: 0 not at all, 1 always. */
  readonly correlation: number
  readonly mode: 'fixed-n' | 'e-process'
}

/** What a set is enough for, and what it cannot show. */
export interface SetPlan {
  readonly design: SetDesign
  readonly tasks: number
  readonly clusters: number
  /** By so much tasks of such clusters count less than tasks on their own. */
  readonly designEffect: number
  /** Tasks in such clusters for the power that is wanted. */
  readonly needed: number
  /** The same were no two tasks alike, and were those of a cluster always. */
  readonly neededAlone: number
  readonly neededAtWorst: number
  /** Of this set, were both sides alike. */
  readonly power: number
  readonly powerCurve: SizePlan['powerCurve']
  /** Smallest margin that could be shown without one loss, and with the power that is wanted; null: none. */
  readonly smallestMargin: number | null
  readonly marginWithPower: number | null
  /** Most tasks that the incumbent alone may pass beyond those the candidate alone passes; null: not even none. */
  readonly netLossesMax: number | null
  /** Mode `e-process`: tasks it takes at least, and on average. */
  readonly sequential: { readonly fewest: number; readonly mean: number } | null
}

/** Half way between tasks that know nothing of their cluster and clusters that move as one. */
export const correlationAssumed = 0.5

/** An e-process needs about twice the tasks for the same power (docs/reference/operating-characteristics.md). */
const sequentialFactor = 2
/** Enough for two digits. */
const sequentialTrials = 400

export function planSet(
  tasks: readonly Pick<Task, 'id' | 'cluster'>[],
  design: SetDesign,
  random: RandomSource,
): SetPlan {
  const { margin, alpha, power, discordance, correlation, mode } = design
  const sizes = clusterSizes(tasks)
  const worst = sizes.reduce((sum, size) => sum + size * size, 0) / Math.max(1, tasks.length)
  const designEffect = 1 + (Math.max(1, worst) - 1) * correlation
  const pair = { margin, alpha, discordance, difference: 0 }
  const factor = mode === 'e-process' ? sequentialFactor : 1
  const sized = planSize(pair, { power, designEffect: designEffect * factor })
  const needed = (effect: number) => planSize(pair, { power, designEffect: effect * factor }).tasks
  const reach = reachOf(tasks.length, { alpha, discordance, power, designEffect })
  const effective = Math.max(1, Math.floor(tasks.length / designEffect))
  const race =
    mode === 'fixed-n'
      ? null
      : planSequential(pair, {
          beta: 1 - power,
          tasksMax: effective,
          trials: sequentialTrials,
          random,
        })
  return {
    design,
    tasks: tasks.length,
    clusters: sizes.length,
    designEffect,
    needed: sized.tasks,
    neededAlone: needed(1),
    neededAtWorst: needed(Math.max(1, worst)),
    power: race?.power ?? powerOf(pair, effective),
    powerCurve: sized.powerCurve,
    smallestMargin: reach.smallestMargin,
    marginWithPower: reach.marginWithPower,
    netLossesMax: reach.netLossesMax(margin),
    sequential:
      race === null
        ? null
        : { fewest: fewestTasks(margin, alpha), mean: Math.round(race.meanTasks * designEffect) },
  }
}

/** A task without a cluster is one of its own. */
function clusterSizes(tasks: readonly Pick<Task, 'id' | 'cluster'>[]): readonly number[] {
  const sizes = new Map<string, number>()
  for (const { id, cluster } of tasks) {
    const key = cluster ?? `\0${id}`
    sizes.set(key, (sizes.get(key) ?? 0) + 1)
  }
  return [...sizes.values()]
}
