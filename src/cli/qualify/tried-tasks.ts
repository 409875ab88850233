import {
  graders,
  type GraderTools,
  type TaskSet,
  taskSetDigests,
} from '../../qualification/index.ts'
import type { ConfigTrial } from '../../schema/holdfast-config.ts'
import { graderToolsOf } from '../tasks/grader-tools.ts'
import { readTaskSet } from '../tasks/read-task-set.ts'
import { trialTasksFolder } from './trial-digests.ts'

/** The tasks of a trial, and what it takes to judge answers to them. */
export interface TriedTasks {
  readonly folder: string
  readonly set: TaskSet
  /** Of what is asked, expected and judged. */
  readonly corpus: string
  /** Whether any task may need a judge. */
  readonly needsJudge: boolean
  /** All that graders need but a judge. */
  readonly tools: GraderTools
}

export async function readTriedTasks(
  configPath: string,
  trial: Pick<ConfigTrial, 'tasks'>,
): Promise<TriedTasks> {
  const folder = trialTasksFolder(trial.tasks, configPath)
  const set = await readTaskSet(folder)
  return {
    folder,
    set,
    corpus: taskSetDigests(set).corpus,
    needsJudge: needsJudge(set),
    tools: graderToolsOf(folder),
  }
}

/** Rules may leave a refusal to a judge, and do so only where the task says it. */
function needsJudge({ tasks }: TaskSet): boolean {
  return tasks
    .flatMap(({ graders: all = [] }) => all)
    .some((one) =>
      one.grader === 'refusal' ? one.judge === true : graders[one.grader].needs === 'judge',
    )
}
