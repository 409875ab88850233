import type { Task, TaskAnswer, TaskSetHeader } from '../../schema/task-set.ts'
import { nestingMax } from '../limits.ts'

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
      /** Where the row stands; told with each note. */
      readonly place?: string
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

/** Undefined: it is no JSON, or it is nested so deep that nobody meant it. */
export function jsonOf(text: string): unknown {
  if (isNestedTooDeep(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isNestedTooDeep(text: string): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (isText) {
      if (character === backslash) at += 1
      else if (character === quote) isText = false
    } else if (character === quote) isText = true
    else if (opening.has(character)) {
      depth += 1
      if (depth > nestingMax) return true
    } else if (closing.has(character)) depth -= 1
  }
  return false
}

const quote = 0x22
const backslash = 0x5c
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b])
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d])

interface JsonLine {
  readonly line: number
  /** Null: it is no JSON object. */
  readonly entry: Entry | null
}

/**
 * Objects of a file of JSON Lines, each with its number. Where they are written over several lines, as console exporters
 * do, each ends with a brace at the start of a line.
 */
export function* jsonLines(text: string): Iterable<JsonLine> {
  const isSpread = /^\s*\{\s*\n/.test(text)
  let from = 0
  let line = 1
  while (from < text.length) {
    const end = isSpread ? endOfObject(text, from) : text.indexOf('\n', from)
    const part = text.slice(from, end < 0 ? undefined : end)
    if (part.trim() !== '') {
      const value = jsonOf(part)
      yield { line: line + linesBefore(part), entry: isEntry(value) ? value : null }
    }
    if (end < 0) return
    line += isSpread ? part.split('\n').length - 1 : 1
    from = isSpread ? end : end + 1
  }
}

function endOfObject(text: string, from: number): number {
  const at = text.indexOf('\n}', from)
  return at < 0 ? -1 : at + 2
}

/** Empty lines at its beginning. */
function linesBefore(part: string): number {
  return part.slice(0, part.search(/\S/)).split('\n').length - 1
}

/** The first object of JSON Lines, for telling one kind of file from another. */
export function firstEntry(file: ImportFile): Entry | null {
  for (const { entry } of jsonLines(file.text)) return entry
  return null
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

/** A note of members that hold something and are no part of the task. */
export function leftOut(names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const told = names.slice(0, namesToldMax).map((name) => `\`${name.slice(0, nameLengthMax)}\``)
  return [`left out: ${told.join(', ')}${names.length > namesToldMax ? ', …' : ''}`]
}

const namesToldMax = 20
const nameLengthMax = 40
