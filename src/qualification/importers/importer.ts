import type { Task, TaskAnswer, TaskSetHeader } from '../../schema/task-set.ts'

/** A file of another tool, unpacked already. */
export interface ImportFile {
  /** Its name without folders. */
  readonly name: string
  /** Of an archive: empty. */
  readonly text: string
  /** Of an archive: its members, by their path. */
  readonly members: ReadonlyMap<string, string>
}

/** What an importer may ask of the outside. */
export interface ImportTools {
  /** A file beside the imported one, or below its folder; null: it is not there, or may not be read. */
  readonly sibling: (path: string) => string | null
  /** Files there that a pattern with `*` means, in the order of their names. */
  readonly matching: (pattern: string) => readonly string[]
}

/** What somebody answered to a task when it was recorded; a trial may freeze it as the incumbent's. */
export interface RecordedAnswer {
  /** As the provider wrote it; null: not said. */
  readonly model: string | null
  readonly answer: TaskAnswer
}

/** One row: a task, or why it is none. Notes tell what of the row was left behind. */
export type ImportedRow =
  | {
      readonly task: Task
      readonly recorded?: RecordedAnswer
      readonly notes?: readonly string[]
    }
  | { readonly problem: string; readonly place: string }

export interface Importer {
  readonly id: string
  readonly title: string
  /** Public descriptions of the format. */
  readonly documentation: readonly string[]
  /** What is read of it; everything else is passed over. */
  readonly fields: readonly string[]
  readonly recognises: (file: ImportFile) => boolean
  /** What the file says of all its tasks. */
  readonly header?: (file: ImportFile) => Partial<TaskSetHeader>
  readonly read: (file: ImportFile, tools: ImportTools) => Iterable<ImportedRow>
}

export type Entry = Readonly<Record<string, unknown>>

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function entriesOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : []
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A text or a number as a text; anything else is the empty one. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** What JSON within a text says; the value itself where it is none. */
export function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value
  return jsonOf(value) ?? value
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Lines of a file of JSON Lines, each with its number; what is no object is a problem of its line. */
export function* jsonLines(
  text: string,
): Iterable<{ readonly line: number; readonly entry: Entry | null }> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const value = jsonOf(line)
    yield { line: index + 1, entry: isEntry(value) ? value : null }
  }
}

/** The first line that is JSON, for telling one kind of file from another. */
export function firstEntry(file: ImportFile): Entry | null {
  const from = file.text.search(/\S/)
  if (from < 0) return null
  const end = file.text.indexOf('\n', from)
  const value = jsonOf(file.text.slice(from, end < 0 ? undefined : end))
  return isEntry(value) ? value : null
}

/** A whole document of JSON; null: it is none, or no object. */
export function jsonDocument(file: ImportFile): unknown {
  return /^\s*[[{]/.test(file.text) ? (jsonOf(file.text) ?? null) : null
}

/** An id of a task, out of whatever the other tool calls it. */
export function taskId(...parts: readonly unknown[]): string {
  const text = parts
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .join('-')
    .replace(/[^A-Za-z0-9._:-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 180)
  return text === '' ? 'task' : text
}
