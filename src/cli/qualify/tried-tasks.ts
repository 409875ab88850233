import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { digest } from '../../base/digest.ts'
import {
  graders,
  type GraderTools,
  type TaskSet,
  type TaskSetDigests,
  taskSetDigests,
} from '../../qualification/index.ts'
import type { ConfigQualification, ConfigTrial } from '../../schema/holdfast-config.ts'
import { dataPath } from '../installation.ts'
import { graderToolsOf } from '../tasks/grader-tools.ts'
import { readTaskSet } from '../tasks/read-task-set.ts'

/** The tasks of a trial, with what stands for them in its registration. */
export interface TriedTasks {
  /** As it is read again. */
  readonly name: string
  readonly set: TaskSet
  /** Of prompts, tools and corpus; `graders` with the judge and the user's own modules. */
  readonly digests: TaskSetDigests
  /** Whether any task may need a judge. */
  readonly needsJudge: boolean
  readonly needsTests: boolean
  /** All that graders need but a judge. */
  readonly tools: GraderTools
}

const shipped = 'shipped:'

export async function readTriedTasks(
  folder: string,
  trial: Pick<ConfigTrial, 'tasks'>,
  judge: ConfigQualification['judge'],
): Promise<TriedTasks> {
  const name = trial.tasks.startsWith(shipped)
    ? dataPath('tasks', trial.tasks.slice(shipped.length))
    : resolve(folder, trial.tasks)
  const set = await readTaskSet(name)
  const needs = new Set(needsOf(set))
  const needsJudge = needs.has('judge')
  const digests = taskSetDigests(set)
  return {
    name,
    set,
    digests: {
      ...digests,
      graders: await gradersDigest(name, set, digests.graders, needsJudge ? judge : undefined),
    },
    needsJudge,
    needsTests: needs.has('tests'),
    tools: graderToolsOf(name),
  }
}

/** Rules may leave a refusal to a judge, and do so only where the task says it. */
function needsOf({ tasks }: TaskSet): readonly string[] {
  return tasks.flatMap(({ graders: all = [] }) =>
    all.flatMap((one) => {
      if (one.grader === 'refusal') return one.judge === true ? ['judge'] : []
      return [graders[one.grader].needs]
    }),
  )
}

/** Modules count by their content: another program is another grader. */
async function gradersDigest(
  name: string,
  { tasks }: TaskSet,
  settings: string,
  judge: ConfigQualification['judge'],
): Promise<string> {
  const modules = new Set(
    tasks.flatMap(({ graders: all = [] }) =>
      all.flatMap((one) => (one.grader === 'plug-in' ? [one.module] : [])),
    ),
  )
  if (modules.size === 0 && judge === undefined) return settings
  const contents: Record<string, string | null> = {}
  for (const module of [...modules].toSorted(compareText))
    contents[module] = await readFile(join(name, module)).then(digest, () => null)
  return digest(canonicalJson({ settings, modules: contents, judge: judge ?? null }))
}
