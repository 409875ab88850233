import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import { type TaskSet, taskSetDigests } from '../../qualification/index.ts'
import { printOut } from '../write-output.ts'
import { readTaskSet, setsIn, shippedTaskSets } from './read-task-set.ts'

export interface FormatFlags {
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
