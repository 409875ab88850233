import { randomBytes } from 'node:crypto'

import { readFile, realpath, stat } from 'node:fs/promises'
import { globSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path'
import { compareText } from '../../base/compare.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import {
  createRedactor,
  type ImportedTasks,
  importerFor,
  type ImportFile,
  importTasks,
  type RecordedAnswer,
  redactionRules,
  taskSetBytesMax,
} from '../../qualification/index.ts'
import type { Task, TaskSetHeader } from '../../schema/task-set.ts'
import type { Task as TaskKind } from '../../schema/vocabulary.ts'
import { readKeyText } from '../read-key.ts'
import { printOut } from '../write-output.ts'
import { isParquet, parquetLines } from './parquet-lines.ts'
import { headerFile } from './read-task-set.ts'
import { isZip, unzip } from './unzip.ts'
import { answersFile, confirmNoSet, writeTaskSet } from './write-task-set.ts'

export interface TasksImportFlags {
  readonly output: string
  readonly from?: string | undefined
  readonly task?: TaskKind | undefined
  readonly workflow?: string | undefined
  readonly licence?: string | undefined
  readonly redact: boolean
  readonly redactKey?: string | undefined
  readonly force: boolean
  readonly format: 'text' | 'json'
}

/** `holdfast tasks import FILE… --output FOLDER`: one set of all files. */
export async function importTaskFiles(
  paths: readonly string[],
  flags: TasksImportFlags,
): Promise<void> {
  confirmNoSet(flags)
  const redactor = flags.redact ? createRedactor(await redactionKey(flags.redactKey)) : null
  const read: ImportedTasks[] = []
  for (const path of paths) read.push(await readOne(path, flags.from ?? null))
  const { tasks, recorded } = joined(read)
  if (tasks.length === 0)
    throw new Fault('HF_TASKS_UNKNOWN', 'no task was found', {
      others: read.flatMap(({ told }) => told),
    })
  const header = headerOf(read, paths, flags)
  const clean = <T>(value: T): T => redactor?.value(value) ?? value
  await writeTaskSet(flags.output, {
    header,
    // Ids are those of the other tool; answers hang on them.
    tasks: tasks.map(({ id, ...task }) => ({ id, ...clean(task) })),
    recorded: new Map(
      [...recorded].map(([task, { model, answer }]) => [task, { model, answer: clean(answer) }]),
    ),
  })
  const outcome = {
    output: flags.output,
    tasks: tasks.length,
    recordedAnswers: recorded.size,
    badRows: read.reduce((sum, one) => sum + one.bad, 0),
    ungraded: tasks.filter(({ graders }) => graders === undefined && header.graders === undefined)
      .length,
    redacted: redactor?.counts() ?? null,
    told: read.flatMap(({ told }) => told),
  }
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, ...outcome }, null, 2)}\n`
      : importText(outcome),
  )
}

/** Without a key of one's own, pseudonyms are the same within this import alone. */
async function redactionKey(reference: string | undefined): Promise<string | Uint8Array> {
  if (reference === undefined) return randomBytes(32)
  return await readKeyText({
    reference,
    folder: '.',
    name: '--redact-key',
    wanted: 'a secret of 16 characters or more',
    isSecret: true,
  })
}

async function readOne(path: string, from: string | null): Promise<ImportedTasks> {
  const file = await readImport(path)
  const importer = importerFor(file, from)
  if (importer === null)
    throw new Fault('HF_TASKS_UNKNOWN', `\`${path}\` is of no known kind`, { place: { path } })
  const folder = await realpath(dirname(path))
  return importTasks(file, importer, {
    sibling: (name) => readSibling(folder, name),
    matching: (pattern) => matchingSiblings(folder, pattern),
  })
}

async function readImport(path: string): Promise<ImportFile> {
  let bytes: Buffer
  try {
    const state = await stat(path)
    if (!state.isFile()) throw new Error('it is no regular file')
    if (state.size > taskSetBytesMax) throw new Error(`it has more than ${taskSetBytesMax} bytes`)
    bytes = await readFile(path)
    const members = isZip(bytes)
      ? unzip(bytes, (name) => /^(?:samples\/.+|header|_journal\/start)\.json$/.test(name))
      : new Map<string, string>()
    return { name: basename(path), text: members.size > 0 ? '' : await textIn(bytes), members }
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** Rows of a table as JSON Lines, as the same tools write them otherwise. */
async function textIn(bytes: Buffer): Promise<string> {
  return isParquet(bytes) ? await parquetLines(bytes) : bytes.toString('utf8')
}

/** A file named in an import: only below the folder of the import, and no way out of it by links. */
function readSibling(folder: string, name: string): string | null {
  try {
    const path = realpathSync(resolve(folder, name))
    if (!path.startsWith(folder + sep)) return null
    const state = statSync(path)
    return state.isFile() && state.size <= taskSetBytesMax ? readFileSync(path, 'utf8') : null
  } catch {
    return null
  }
}

const siblingsMax = 10_000

/** No pattern leads out of the folder; what links lead to is asked when a file is read. */
function matchingSiblings(folder: string, pattern: string): readonly string[] {
  if (isAbsolute(pattern) || pattern.split(/[\\/]/).includes('..')) return []
  return globSync(pattern, { cwd: folder }).toSorted(compareText).slice(0, siblingsMax)
}

/** Ids that two files share get the number of the file. */
function joined(read: readonly ImportedTasks[]): {
  readonly tasks: readonly Task[]
  readonly recorded: ReadonlyMap<string, RecordedAnswer>
} {
  const tasks = new Map<string, Task>()
  const recorded = new Map<string, RecordedAnswer>()
  for (const [index, one] of read.entries()) {
    for (const task of one.tasks) {
      const id = tasks.has(task.id) ? `${task.id}:${index + 1}` : task.id
      // What a file says of all its tasks holds for them alone where there are several files.
      const graders = task.graders ?? (read.length > 1 ? one.header.graders : undefined)
      tasks.set(id, { ...task, id, ...(graders === undefined ? {} : { graders }) })
      const answer = one.recorded.get(task.id)
      if (answer !== undefined) recorded.set(id, answer)
    }
  }
  return { tasks: [...tasks.values()], recorded }
}

function headerOf(
  read: readonly ImportedTasks[],
  paths: readonly string[],
  flags: TasksImportFlags,
): TaskSetHeader {
  const known = read.length === 1 ? (read[0]?.header ?? {}) : {}
  const licence = flags.licence ?? known.licence
  return {
    schemaVersion: 1,
    id: basename(resolve(flags.output)).replace(/[^\w.-]+/g, '-'),
    title:
      known.title ??
      `imported from ${paths.map((path) => basename(path)).join(', ')}`.slice(0, 500),
    task: flags.task ?? known.task ?? 'other',
    ...(flags.workflow === undefined ? {} : { workflow: flags.workflow }),
    ...(licence === undefined ? {} : { licence }),
    provenance: known.provenance ?? {
      kind: 'imported',
      source: `${read[0]?.importer ?? ''}: ${paths.map((path) => basename(path)).join(', ')}`.slice(
        0,
        500,
      ),
      at: new Date().toISOString().slice(0, 10),
    },
    redaction: flags.redact
      ? { state: 'redacted', rules: redactionRules }
      : (known.redaction ?? { state: 'none' }),
    ...(known.graders === undefined ? {} : { graders: known.graders }),
  }
}

function importText(outcome: {
  readonly output: string
  readonly tasks: number
  readonly recordedAnswers: number
  readonly badRows: number
  readonly ungraded: number
  readonly redacted: Readonly<Record<string, number>> | null
  readonly told: readonly string[]
}): string {
  const redacted = Object.entries(outcome.redacted ?? {}).map(
    ([kind, count]) => `${count} × ${kind}`,
  )
  return `${[
    ...outcome.told.map(visibleText),
    `${counted(outcome.tasks, 'task')} in ${visibleText(outcome.output)}; ${counted(outcome.badRows, 'row')} could not be read`,
    ...(outcome.recordedAnswers > 0
      ? [`${counted(outcome.recordedAnswers, 'recorded answer')} in ${answersFile}`]
      : []),
    ...(outcome.ungraded > 0
      ? [
          `without a grader yet: ${counted(outcome.ungraded, 'task')}; add \`graders\` to ${headerFile}`,
        ]
      : []),
    ...(outcome.redacted === null
      ? []
      : [`taken out: ${redacted.join(', ') || 'nothing was found'}`]),
    `next: \`holdfast tasks check ${visibleText(outcome.output)}\``,
  ].join('\n')}\n`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
