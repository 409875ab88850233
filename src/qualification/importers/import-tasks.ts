import type { Task, TaskSetHeader } from '../../schema/task-set.ts'
import { problemsToldMax, taskLineLengthMax, tasksMax } from '../limits.ts'
import type { Importer, ImportFile, ImportTools, RecordedAnswer } from './importer.ts'
import { importers } from './importers.ts'

export interface ImportedTasks {
  readonly importer: string
  readonly header: Partial<TaskSetHeader>
  readonly tasks: readonly Task[]
  /** Answers of whoever served then, by task. */
  readonly recorded: ReadonlyMap<string, RecordedAnswer>
  /** Rows that are no task. */
  readonly bad: number
  /** Why, and what of others was left behind: for a person. */
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
  const told = new ToldLines()
  const ids = new Map<string, number>()
  let bad = 0
  for (const row of importer.read(file, tools)) {
    if ('problem' in row) {
      told.add(row.place, row.problem)
      bad += 1
      continue
    }
    if (tasks.length === tasksMax) {
      told.add(file.name, `more than ${tasksMax} tasks: the rest is left out`)
      break
    }
    if (isTooLarge(row.task)) {
      told.add(
        row.place ?? row.task.id,
        `it makes a line of more than ${taskLineLengthMax} characters`,
      )
      bad += 1
      continue
    }
    for (const note of row.notes ?? []) told.add(row.place ?? row.task.id, note)
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
    told: told.lines(),
  }
}

/** A task that could not be read again. Long texts that stand once in a file may be referred to often. */
function isTooLarge(task: Task): boolean {
  return charactersLeft(task, taskLineLengthMax) < 0
}

/** What is left of a number of characters, about; negative: it is more, and the rest was not looked at. */
function charactersLeft(value: unknown, max: number): number {
  if (typeof value === 'string') return max - value.length
  if (typeof value !== 'object' || value === null) return max - 1
  let left = max
  for (const [name, member] of Object.entries(value)) {
    left = charactersLeft(member, left - name.length)
    if (left < 0) return left
  }
  return left
}

/** What is told of many rows alike is told once, with where it stands first and how often. */
class ToldLines {
  readonly #kinds = new Map<string, { readonly place: string; count: number }>()
  #others = 0

  add(place: string, text: string): void {
    const kind = this.#kinds.get(text)
    if (kind !== undefined) kind.count += 1
    else if (this.#kinds.size < problemsToldMax) this.#kinds.set(text, { place, count: 1 })
    else this.#others += 1
  }

  lines(): readonly string[] {
    return [
      ...[...this.#kinds].map(
        ([text, { place, count }]) =>
          `${place}: ${text}${count === 1 ? '' : ` (and ${count - 1} more)`}`,
      ),
      ...(this.#others === 0 ? [] : [`and ${this.#others} of other kinds`]),
    ]
  }
}
