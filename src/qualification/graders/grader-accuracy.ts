import type { GraderId } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import { answerOfTask } from '../tasks/given-answer.ts'
import { gradeAnswer } from './grade-answer.ts'
import type { GraderTools } from './grader.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** How often a share of right ones lies in an interval: Clopper–Pearson, handed in. */
export type IntervalOf = (right: number, of: number) => Interval

export interface LabelledShare extends Interval {
  readonly right: number
  readonly of: number
}

/** Of all answers whose worth is known: how many of the good ones passed, and of the bad ones failed. */
export interface GraderAccuracy {
  readonly good: LabelledShare
  readonly bad: LabelledShare
  /** Answers that were not graded at all: judge errors and the like; they count as wrong in neither share. */
  readonly unscored: number
  /** The answers that were graded wrongly, for a person to look at. */
  readonly wrong: readonly WrongGrade[]
}

interface WrongGrade {
  readonly task: string
  readonly label: 'good' | 'bad'
  readonly index: number
  readonly reason: string
}

/** Measures the graders of tasks on their known answers: `grader` alone, or all of a task together. */
export async function graderAccuracy(
  tasks: readonly Task[],
  tools: GraderTools,
  intervalOf: IntervalOf,
  grader: GraderId | null = null,
): Promise<GraderAccuracy> {
  const counts = { good: { right: 0, of: 0 }, bad: { right: 0, of: 0 } }
  const wrong: WrongGrade[] = []
  let unscored = 0
  for (const task of tasks) {
    const graded =
      grader === null
        ? task
        : { ...task, graders: task.graders?.filter((one) => one.grader === grader) }
    if ((graded.graders ?? []).length === 0) continue
    for (const label of ['good', 'bad'] as const) {
      const answers = (label === 'good' ? task.knownGood : task.knownBad) ?? []
      for (const [index, answer] of answers.entries()) {
        const { outcome, reason } = await gradeAnswer(graded, answerOfTask(answer), tools)
        if (outcome === 'unscored') {
          unscored += 1
          continue
        }
        const isRight = outcome === (label === 'good' ? 'pass' : 'fail')
        counts[label].of += 1
        if (isRight) counts[label].right += 1
        else wrong.push({ task: task.id, label, index, reason })
      }
    }
  }
  return {
    good: share(counts.good, intervalOf),
    bad: share(counts.bad, intervalOf),
    unscored,
    wrong,
  }
}

function share(
  { right, of }: { readonly right: number; readonly of: number },
  intervalOf: IntervalOf,
): LabelledShare {
  return { right, of, ...(of === 0 ? { low: 0, high: 1 } : intervalOf(right, of)) }
}
