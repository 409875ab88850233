import { clopperPearson } from '../../base/statistics/proportion-interval.ts'
import type { GraderId } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import { answerOfTask } from '../tasks/given-answer.ts'
import { gradeAnswer } from './grade-answer.ts'
import type { GraderTools } from './grader.ts'

/** How often graders were right, with the exact interval for how often they are (Clopper and Pearson, 95 %). */
export interface LabelledShare {
  readonly right: number
  readonly of: number
  readonly low: number
  readonly high: number
}

/** Of all answers whose worth is known: how many of the good ones passed, and of the bad ones failed. */
export interface GraderAccuracy {
  readonly good: LabelledShare
  readonly bad: LabelledShare
  /** Answers that were not graded at all: judge errors and the like; they count as wrong in neither share. */
  readonly unscored: readonly WrongGrade[]
  /** The answers that were graded wrongly, for a person to look at. */
  readonly wrong: readonly WrongGrade[]
}

export interface WrongGrade {
  readonly task: string
  readonly label: 'good' | 'bad'
  /** Place among the known answers of this label, from 0. */
  readonly index: number
  readonly outcome: 'pass' | 'fail' | 'unscored'
  readonly reason: string
}

const confidence = 0.95

/** Measures the graders of tasks on their known answers: `grader` alone, or all of a task together. */
export async function graderAccuracy(
  tasks: readonly Task[],
  tools: GraderTools,
  grader: GraderId | null = null,
): Promise<GraderAccuracy> {
  const counts = { good: { right: 0, of: 0 }, bad: { right: 0, of: 0 } }
  const wrong: WrongGrade[] = []
  const unscored: WrongGrade[] = []
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
          unscored.push({ task: task.id, label, index, outcome, reason })
          continue
        }
        const isRight = outcome === (label === 'good' ? 'pass' : 'fail')
        counts[label].of += 1
        if (isRight) counts[label].right += 1
        else wrong.push({ task: task.id, label, index, outcome, reason })
      }
    }
  }
  return {
    good: share(counts.good),
    bad: share(counts.bad),
    unscored,
    wrong,
  }
}

function share({ right, of }: { readonly right: number; readonly of: number }): LabelledShare {
  if (of === 0) return { right, of, low: 0, high: 1 }
  const { lower, upper } = clopperPearson(right, of, confidence)
  return { right, of, low: lower, high: upper }
}
