import { messageOf } from '../../base/fault.ts'
import type { GraderId, GraderSettings } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import type { GivenAnswer } from '../tasks/given-answer.ts'
import { type Grade, type Grader, type GraderTools, unscored } from './grader.ts'
import { graders } from './graders.ts'

export interface GraderResult extends Grade {
  readonly grader: GraderId
}

/** What all graders of a task found together. */
export interface AnswerGrade extends Grade {
  readonly results: readonly GraderResult[]
}

/**
 * All graders of a task on one answer. It passes when all pass; its score is the lowest. One that fails decides, even
 * where another could not be asked; else one unscored leaves the whole unscored.
 */
export async function gradeAnswer(
  task: Task,
  answer: GivenAnswer,
  tools: GraderTools,
): Promise<AnswerGrade> {
  const results: GraderResult[] = []
  for (const settings of task.graders ?? [])
    results.push(await gradeOne(settings, task, answer, tools))
  const decisive =
    results.find(({ outcome }) => outcome === 'fail') ??
    results.find(({ outcome }) => outcome === 'unscored') ??
    results[0]
  if (decisive === undefined) return { ...unscored('the task has no graders'), results }
  const scores = results.flatMap(({ score }) => (score === null ? [] : [score]))
  return {
    outcome: decisive.outcome,
    score: decisive.outcome === 'unscored' ? null : Math.min(...scores),
    reason: `${decisive.grader}: ${decisive.reason}`,
    results,
  }
}

async function gradeOne(
  settings: GraderSettings,
  task: Task,
  answer: GivenAnswer,
  tools: GraderTools,
): Promise<GraderResult> {
  const grader = graderOf(settings)
  const problem = grader.problem?.(settings, task) ?? null
  if (problem !== null) return { grader: grader.id, ...unscored(problem) }
  try {
    return { grader: grader.id, ...(await grader.grade(settings, task, answer, tools)) }
  } catch (error) {
    // A grader that breaks says nothing of the answer.
    return { grader: grader.id, ...unscored(messageOf(error)) }
  }
}

/** What is wrong with the graders of a task, before anybody is asked. */
export function graderProblems(task: Task): readonly string[] {
  return (task.graders ?? []).flatMap((settings) => {
    const grader = graderOf(settings)
    const problem = grader.problem?.(settings, task) ?? null
    return problem === null ? [] : [`${grader.id}: ${problem}`]
  })
}

/** The table holds each grader under the id of its own settings, which the compiler cannot follow. */
function graderOf(settings: GraderSettings): Grader<GraderId> {
  return graders[settings.grader] as Grader<GraderId>
}
