import { compareText } from '../../base/compare.ts'
import { digest } from '../../base/digest.ts'

/** Who is asked: the candidate, the incumbent, or a judge about an answer of one of them. */
export type Arm =
  | 'candidate'
  | 'incumbent'
  | 'judge-candidate'
  | 'judge-incumbent'
  | 'judge-negative'

/** One call of a trial. */
export interface PlannedCall {
  /** Id of the task. */
  readonly item: string
  readonly arm: Arm
  /** Counts answers of this arm to this task from 1. */
  readonly attempt: number
}

export interface ArmPlan {
  readonly arm: Arm
  readonly items: readonly string[]
  /** Answers to each task. */
  readonly attempts: number
}

/**
 * All calls of a trial, in an order that its seed decides and nobody else: neither arm is asked earlier than the other,
 * so that a slow hour or a change at a provider meets both. Whoever knows the seed finds the same order.
 */
export function plannedCalls(seed: string, arms: readonly ArmPlan[]): readonly PlannedCall[] {
  const calls = arms.flatMap(({ arm, items, attempts }) =>
    items.flatMap((item) =>
      Array.from({ length: attempts }, (_, index) => ({ item, arm, attempt: index + 1 })),
    ),
  )
  return orderedCalls(seed, calls)
}

/** Calls in the order of the seed. */
export function orderedCalls(seed: string, calls: readonly PlannedCall[]): readonly PlannedCall[] {
  return inSeededOrder(seed, calls, (call) => `${call.arm}\n${call.attempt}\n${call.item}`)
}

/** The first so many tasks in the order of a seed: a sample that nobody has chosen. */
export function sampledItems(
  seed: string,
  items: readonly string[],
  count: number,
): readonly string[] {
  return inSeededOrder(`${seed}\nsample`, items, (item) => item).slice(0, count)
}

/**
 * Whose answer each task gets in the negative control: that of another task. Answers that belong elsewhere must be
 * graded as bad, else the graders tell nothing. No task keeps its own; of a single task there is none.
 */
export function scrambledItems(
  seed: string,
  items: readonly string[],
): ReadonlyMap<string, string> {
  if (items.length < 2) return new Map()
  const order = inSeededOrder(`${seed}\nscramble`, items, (item) => item)
  return new Map(order.map((item, index) => [item, order[(index + 1) % order.length] ?? item]))
}

export function inSeededOrder<T>(
  seed: string,
  all: readonly T[],
  nameOf: (one: T) => string,
): readonly T[] {
  return all
    .map((one) => ({ one, key: digest(`${seed}\n${nameOf(one)}`) }))
    .toSorted((a, b) => compareText(a.key, b.key))
    .map(({ one }) => one)
}
