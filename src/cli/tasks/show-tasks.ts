import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import {
  type AnswerGrade,
  answerOfTask,
  checkTasks,
  gradeAnswer,
  type GraderTools,
  type TaskProblem,
  type TaskSet,
  taskSetDigests,
} from '../../qualification/index.ts'
import { printOut } from '../write-output.ts'
import { graderToolsOf } from './grader-tools.ts'
import { readTaskSet, setsIn, shippedTaskSets } from './read-task-set.ts'

interface FormatFlags {
  readonly format: 'text' | 'json'
}

/** `holdfast tasks list`: what ships, and the sets in a folder. */
export async function listTaskSets(folder: string, flags: FormatFlags): Promise<void> {
  const names = [...shippedTaskSets(), ...setsIn(folder).map((name) => join(folder, name))]
  const rows: { name: string; tasks: number; clusters: number; kind: string; title: string }[] = []
  for (const name of names) {
    const { header, tasks } = await readTaskSet(name)
    rows.push({
      name,
      tasks: tasks.length,
      clusters: new Set(tasks.map(({ cluster, id }) => cluster ?? `\0${id}`)).size,
      kind: header.task,
      title: header.title,
    })
  }
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, sets: rows }, null, 2)}\n`
      : rows
          .map(({ name, tasks, clusters, title }) =>
            visibleText(
              `${name.padEnd(26)} ${String(tasks).padStart(6)} tasks ${String(clusters).padStart(5)} clusters  ${title}`,
            ),
          )
          .join('\n')
          .concat('\n'),
  )
}

/** `holdfast tasks show SET [TASK]`. */
export async function showTaskSet(
  name: string,
  taskId: string | undefined,
  flags: FormatFlags,
): Promise<void> {
  const set = await readTaskSet(name)
  if (taskId === undefined) return await printOut(setText(set, flags))
  const task = set.tasks.find(({ id }) => id === taskId)
  if (task === undefined)
    throw new Fault('HF_USAGE', `the set has no task \`${taskId}\``, {
      expected: set.tasks
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', '),
    })
  await printOut(`${JSON.stringify(task, null, 2)}\n`)
}

function setText(set: TaskSet, flags: FormatFlags): string {
  const digests = taskSetDigests(set)
  if (flags.format === 'json')
    return `${JSON.stringify({ schemaVersion: 1, header: set.header, digests, tasks: set.tasks.map(({ id }) => id) }, null, 2)}\n`
  const { title, task, licence, provenance, redaction } = set.header
  return `${[
    visibleText(title),
    `kind        ${task}`,
    `tasks       ${set.tasks.length}`,
    `licence     ${visibleText(licence ?? 'not said')}`,
    `from        ${visibleText([provenance?.kind, provenance?.source].filter((one) => one !== undefined).join(', ') || 'not said')}`,
    `redaction   ${redaction?.state ?? 'not said'}`,
    `corpus      ${digests.corpus}`,
    `graders     ${digests.graders}`,
    ...set.tasks.map(({ id, tags }) =>
      visibleText(`  ${id}${tags === undefined ? '' : `  (${tags.join(', ')})`}`),
    ),
  ].join('\n')}\n`
}

export interface TasksCheckFlags extends FormatFlags {
  readonly grade: boolean
  readonly need?: number | undefined
  readonly failOn?: 'error' | 'warning' | undefined
}

interface Misgraded {
  readonly task: string
  readonly label: 'good' | 'bad'
  readonly outcome: AnswerGrade['outcome']
  readonly reason: string
}

/** `holdfast tasks check SET…`. */
export async function checkTaskSets(
  names: readonly string[],
  flags: TasksCheckFlags,
): Promise<void> {
  const checked: {
    name: string
    tasks: number
    corpus: string
    problems: readonly TaskProblem[]
    knownAnswers: number | null
    misgraded: readonly Misgraded[]
  }[] = []
  for (const name of names) {
    const set = await readTaskSet(name)
    const graded = flags.grade ? await gradeKnown(set, graderToolsOf(name)) : null
    checked.push({
      name,
      tasks: set.tasks.length,
      corpus: taskSetDigests(set).corpus,
      problems: checkTasks(set, { tasksNeeded: flags.need ?? null }),
      knownAnswers: graded?.answers ?? null,
      misgraded: graded?.wrong ?? [],
    })
  }
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, sets: checked }, null, 2)}\n`
      : checked.map(checkedText).join(''),
  )
  const weights = checked.flatMap(({ problems, misgraded }) => [
    ...problems.map(({ weight }) => weight),
    ...(misgraded.length > 0 ? ['error' as const] : []),
  ])
  const fails = flags.failOn === 'warning' ? weights.length > 0 : weights.includes('error')
  if (fails && flags.failOn !== undefined) process.exitCode = 1
}

/** All graders of all tasks on the answers whose worth is known. */
async function gradeKnown(
  { tasks }: TaskSet,
  tools: GraderTools,
): Promise<{ readonly answers: number; readonly wrong: readonly Misgraded[] }> {
  const wrong: Misgraded[] = []
  let answers = 0
  for (const task of tasks) {
    for (const label of ['good', 'bad'] as const) {
      for (const answer of (label === 'good' ? task.knownGood : task.knownBad) ?? []) {
        answers += 1
        const { outcome, reason } = await gradeAnswer(task, answerOfTask(answer), tools)
        if (outcome !== (label === 'good' ? 'pass' : 'fail'))
          wrong.push({ task: task.id, label, outcome, reason })
      }
    }
  }
  return { answers, wrong }
}

function checkedText(one: {
  readonly name: string
  readonly tasks: number
  readonly problems: readonly TaskProblem[]
  readonly knownAnswers: number | null
  readonly misgraded: readonly Misgraded[]
}): string {
  const lines = [
    ...one.problems.map(
      ({ weight, kind, message, tasks }) =>
        `${weight}  ${kind}: ${message}${tasks.length === 0 ? '' : ` (${shortList(tasks)})`}`,
    ),
    ...one.misgraded.map(
      ({ task, label, outcome, reason }) =>
        `error  misgraded: a known ${label} answer of ${task} is graded ${outcome} (${reason})`,
    ),
  ]
  const graded =
    one.knownAnswers === null
      ? ''
      : `, ${one.knownAnswers} known answers graded, ${one.misgraded.length} of them wrongly`
  return `${[
    `${one.name}: ${one.tasks} ${one.tasks === 1 ? 'task' : 'tasks'}, ${lines.length === 0 ? 'nothing to say' : `${lines.length} to look at`}${graded}`,
    ...lines,
  ]
    .map(visibleText)
    .join('\n')}\n`
}

function shortList(tasks: readonly string[]): string {
  return tasks.length <= 6
    ? tasks.join(', ')
    : `${tasks.slice(0, 5).join(', ')} and ${tasks.length - 5} more`
}
