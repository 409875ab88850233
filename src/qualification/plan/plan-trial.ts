import { normalQuantile } from '../../base/statistics/distributions.ts'
import { passFailEvidence } from '../../base/statistics/e-process.ts'
import { exactNonInferiority } from '../../base/statistics/exact-non-inferiority.ts'
import { bisect } from '../../base/statistics/interval.ts'
import type { RandomSource } from '../../base/statistics/random-source.ts'
import { type PairedDesign, pairsNeeded, powerOf } from '../../base/statistics/sample-size.ts'
import { tangoNonInferiority } from '../../base/statistics/tango-score.ts'
import { EvidenceRace } from './evidence-race.ts'

/** Tasks for a power, and the power of other counts. `designEffect` multiplies tasks where they come in clusters. */
export interface SizePlan {
  readonly tasks: number
  readonly powerCurve: readonly { readonly tasks: number; readonly power: number }[]
}

export function planSize(
  design: PairedDesign,
  wanted: { readonly power: number; readonly designEffect: number },
): SizePlan {
  const tasks = Math.ceil(pairsNeeded(design, wanted.power) * wanted.designEffect)
  const powerCurve = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2].map((share) => {
    const count = Math.max(1, Math.round(tasks * share))
    return { tasks: count, power: powerOf(design, count / wanted.designEffect) }
  })
  return { tasks, powerCurve }
}

/** What a set of n tasks can show, by the rule the verdict uses (tasks on their own, pass/fail). */
export interface SetReach {
  readonly tasks: number
  /** Smallest margin that could be proven were there no discordant task at all; null: not even a margin of .99. */
  readonly smallestMargin: number | null
  /** Smallest margin proven with the power asked for, at the discordance and no true difference. */
  readonly marginWithPower: number | null
  /** The most tasks more that the incumbent alone may pass than the candidate alone, for a margin to be proven; null: none. */
  readonly netLossesMax: (margin: number) => number | null
}

export function reachOf(
  tasks: number,
  plan: {
    readonly alpha: number
    readonly discordance: number
    readonly power: number
    readonly designEffect: number
  },
): SetReach {
  const effective = Math.max(1, Math.floor(tasks / plan.designEffect))
  const qualifies = (losses: number, margin: number): boolean => {
    const table = {
      bothPass: effective - losses,
      candidateOnly: 0,
      incumbentOnly: losses,
      neitherPass: 0,
    }
    if (tangoNonInferiority(table, margin).p > plan.alpha) return false
    return (exactNonInferiority(table, margin) ?? 0) <= plan.alpha
  }
  const most = 0.99
  const hasPower = (margin: number): boolean =>
    powerOf({ ...plan, margin, difference: 0 }, effective) >= plan.power
  const smallestMargin = qualifies(0, most)
    ? bisect(0.0005, most, (margin) => !qualifies(0, margin), 24)
    : null
  return {
    tasks,
    smallestMargin,
    // The approximation of power is optimistic for a handful of tasks.
    marginWithPower:
      smallestMargin !== null && hasPower(most)
        ? Math.max(
            smallestMargin,
            bisect(0.0005, most, (margin) => !hasPower(margin), 40),
          )
        : null,
    netLossesMax: (margin) => {
      let losses = 0
      while (losses <= effective && qualifies(losses, margin)) losses++
      return losses === 0 ? null : losses - 1
    },
  }
}

/** Power and mean number of tasks of an e-process with a look at every task, by simulation from the source handed in. */
export interface SequentialPlan {
  readonly power: number
  readonly rejected: number
  readonly meanTasks: number
}

export function planSequential(
  design: PairedDesign,
  plan: {
    readonly beta: number
    readonly tasksMax: number
    readonly trials: number
    readonly random: RandomSource
  },
): SequentialPlan {
  const candidateOnly = (design.discordance + design.difference) / 2
  const incumbentOnly = (design.discordance - design.difference) / 2
  const race = new EvidenceRace(design.margin, design.alpha, plan.beta)
  let qualified = 0
  let rejected = 0
  let tasks = 0
  for (let trial = 0; trial < plan.trials; trial++) {
    race.restart()
    for (let task = 1; task <= plan.tasksMax && race.isOpen; task++) {
      const draw = plan.random()
      race.add(draw < candidateOnly ? 1 : draw < candidateOnly + incumbentOnly ? -1 : 0)
    }
    tasks += race.bets
    if (race.state === 'passed') qualified++
    if (race.state === 'failed') rejected++
  }
  return {
    power: qualified / plan.trials,
    rejected: rejected / plan.trials,
    meanTasks: tasks / plan.trials,
  }
}

/** Tasks without a discordant one after which an e-process qualifies: the fewest it ever needs. */
export function fewestTasks(margin: number, alpha: number): number {
  const needed = -Math.log(alpha)
  let tasks = Math.ceil(-normalQuantile(alpha))
  while (passFailEvidence({ tasks, candidateOnly: 0, incumbentOnly: 0 }, margin).logPass < needed)
    tasks++
  return tasks
}

/** Tokens of a task on average, and the price of a million of them. */
export interface CostBasis {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly inputPrice: number
  readonly outputPrice: number
}

/** Expected cost of a trial: every call of `repetitions`, retries by their expected share; the judge's calls are one more basis. */
export function planCost(
  calls: readonly (CostBasis & { readonly calls: number })[],
  retryShare: number,
): number {
  const million = 1_000_000
  return calls.reduce(
    (sum, { calls: count, inputTokens, outputTokens, inputPrice, outputPrice }) =>
      sum +
      (count * (1 + retryShare) * (inputTokens * inputPrice + outputTokens * outputPrice)) /
        million,
    0,
  )
}
