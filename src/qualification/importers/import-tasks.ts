import type { Task, TaskSetHeader } from '../../schema/task-set.ts'
import { problemsToldMax } from '../limits.ts'
import type { ImportedRow, Importer, ImportFile, ImportTools, RecordedAnswer } from './importer.ts'
import { importers } from './importers.ts'

export interface ImportedTasks {
  readonly importer: string
  readonly header: Partial<TaskSetHeader>
  readonly tasks: readonly Task[]
  /** Answers of whoever served then, by task. */
  readonly recorded: ReadonlyMap<string, RecordedAnswer>
  /** Rows that are no task. */
  readonly bad: number
  /** The first of them, and what of others was left behind: for a person. */
  readonly told: readonly string[]
}

/** The importer of a file: the one that was named, else the first that knows it. */
export function importerFor(file: ImportFile, wanted: string | null): Importer | null {
  return wanted === null
    ? (importers.find((one) => one.recognises(file)) ?? null)
    : (importers.find(({ id }) => id === wanted) ?? null)
}

/** Reads a file row by row; bad rows are counted and the first are told, and ids are made to differ. */
export function importTasks(
  file: ImportFile,
  importer: Importer,
  tools: ImportTools,
): ImportedTasks {
  const tasks: Task[] = []
  const recorded = new Map<string, RecordedAnswer>()
  const told: string[] = []
  const ids = new Map<string, number>()
  let bad = 0
  for (const row of importer.read(file, tools)) {
    for (const line of linesOf(row)) if (told.length < problemsToldMax) told.push(line)
    if ('problem' in row) {
      bad += 1
      continue
    }
    const count = (ids.get(row.task.id) ?? 0) + 1
    ids.set(row.task.id, count)
    const id = count === 1 ? row.task.id : `${row.task.id}.${count}`
    tasks.push({ ...row.task, id })
    if (row.recorded !== undefined) recorded.set(id, row.recorded)
  }
  return {
    importer: importer.id,
    header: importer.header?.(file) ?? {},
    tasks,
    recorded,
    bad,
    told,
  }
}

function linesOf(row: ImportedRow): readonly string[] {
  return 'problem' in row ? [`${row.place}: ${row.problem}`] : (row.notes ?? [])
}
