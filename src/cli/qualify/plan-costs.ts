import { planCost } from '../../qualification/index.ts'
import type { Preregistration } from '../../schema/preregistration.ts'
import { parametersOf } from './registration.ts'
import { commonCurrency, inputTokensOf, outputTokensOf } from './trial-costs.ts'
import { isTool, type TrialTarget } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'
import type { TriedTasks } from './tried-tasks.ts'

export interface PlannedCounts {
  readonly candidate: number
  readonly incumbent: number
  readonly repeat: number
  /** At most: a grader that fails before the judge is asked spares calls. */
  readonly judge: number
  readonly total: number
}

export interface CostEstimate {
  readonly amount: number
  readonly currency: string
  /** By side, in the same currency. */
  readonly candidate: number
  readonly incumbent: number
  readonly judge: number
}

/** Votes of a rubric, or both orders of a pair. */
function judgeCallsOf({ set }: TriedTasks): ReadonlyMap<string, number> {
  return new Map(
    set.tasks.map(({ id, graders = [] }) => [
      id,
      graders.reduce((sum, one) => {
        if (one.grader === 'judge') return sum + (one.mode === 'pairwise' ? 2 : (one.votes ?? 3))
        return one.grader === 'refusal' && one.judge === true ? sum + 1 : sum
      }, 0),
    ]),
  )
}

/** `isShared`: another trial of the plan asks the incumbent for both. */
export function countCalls(
  registration: Preregistration,
  tried: TriedTasks,
  isShared: boolean,
): PlannedCounts {
  const { attempts, repeatTasks, negativeTasks, frozen } = parametersOf(registration)
  const tasks = tried.set.tasks.length
  const perTask = [...judgeCallsOf(tried).values()].reduce((sum, one) => sum + one, 0) / tasks
  const graded = 2 * attempts * tasks + repeatTasks + negativeTasks
  const isAsked = frozen === null && !isShared
  const counts = {
    candidate: tasks * attempts,
    incumbent: isAsked ? tasks * attempts : 0,
    repeat: isAsked ? repeatTasks : 0,
    judge: tried.needsJudge ? Math.round(graded * perTask) : 0,
  }
  const total = counts.candidate + counts.incumbent + counts.repeat + counts.judge
  return { ...counts, total }
}

/** Null: not everybody who is asked has a price, or not in one currency. */
export function costEstimate(
  { candidate, incumbent }: TrialTarget,
  { set }: TriedTasks,
  calls: PlannedCounts,
  { priceOf, config }: TrialWorkspace,
): CostEstimate | null {
  const judge = calls.judge > 0 ? config.qualification?.judge : undefined
  const sides = [
    // A tool costs nothing.
    { ...side(candidate), calls: isTool(candidate) ? 0 : calls.candidate },
    { ...side(incumbent), calls: calls.incumbent + calls.repeat },
    ...(judge === undefined ? [] : [{ ...judge, calls: calls.judge }]),
  ].filter((one) => one.calls > 0)
  const currency = commonCurrency(priceOf, sides)
  if (currency === null) return null
  const mean = (of: (task: (typeof set.tasks)[number]) => number): number =>
    set.tasks.reduce((sum, task) => sum + of(task), 0) / set.tasks.length
  const inputTokens = mean(inputTokensOf)
  const outputTokens = mean(outputTokensOf)
  const costs = sides.map(({ model, route, calls: count }) => {
    const price = priceOf(model, route)
    const isJudge = model === judge?.model && route === judge.route
    return planCost(
      [
        {
          calls: count,
          // A judge reads task and answer, and says a sentence.
          inputTokens: isJudge ? inputTokens + outputTokens + 200 : inputTokens,
          outputTokens: isJudge ? 60 : outputTokens,
          inputPrice: price?.inputPerMillion ?? 0,
          outputPrice: price?.outputPerMillion ?? 0,
        },
      ],
      0,
    )
  })
  const [ofCandidate = 0, ofIncumbent = 0] = isTool(candidate) ? [0, ...costs] : costs
  const hasIncumbent = calls.incumbent + calls.repeat > 0
  return {
    amount: costs.reduce((sum, one) => sum + one, 0),
    currency,
    candidate: ofCandidate,
    incumbent: hasIncumbent ? ofIncumbent : 0,
    judge: judge === undefined ? 0 : (costs.at(-1) ?? 0),
  }
}

function side({ model, route }: TrialTarget['candidate']): {
  readonly model: string
  readonly route: string
} {
  return { model, route: route.id }
}
