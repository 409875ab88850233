import { entry, list, map, scalar } from './node-builder.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredEntry, StructuredNode } from './structured-node.ts'
import type { MaskedText } from './template-mask.ts'

/**
 * Reads what most YAML is made of: block mappings and lists of scalars on one line. That takes a tenth of the time of
 * the parser package, which is asked for single entries that are written otherwise (texts over several lines, flow
 * collections, tags), and for whole files where such an entry cannot be told from its surroundings.
 */

export interface PlainYamlInput {
  readonly masked: MaskedText
  /** Shared with whoever reads odd entries. */
  readonly budget: { nodes: number }
  /**
   * Reads the lines of one entry of a mapping, or of one item of a list, as a mapping or list of its own; `line` counts
   * from 0. Null when it is no such thing, or when it says more than its lines (an anchor, an alias).
   */
  readonly readOdd: (text: string, line: number) => StructuredNode | null
}

/** The roots of the documents of a file, those without content left out; null when the file has to be read otherwise. */
export function readPlainYaml(input: PlainYamlInput): readonly StructuredNode[] | null {
  const { text } = input.masked
  if (/[\t\r]/.test(text)) return null
  const lines = text.split('\n')
  if (lines.length > linesMax) return null
  const roots: StructuredNode[] = []
  let from = 0
  for (let at = 0; at <= lines.length; at += 1) {
    const line = lines[at]
    if (line !== undefined && !isMarker.test(line)) continue
    if (line !== undefined && !isSeparator.test(line)) return null
    const reader = new BlockReader(lines, from, at, input)
    const root = reader.root()
    // Nothing at all behind a marker is an empty scalar.
    if (root === undefined || (root === null && from > 0)) return null
    if (root !== null) roots.push(root)
    from = at + 1
  }
  return roots.length > structureLimits.documentsMax ? null : roots
}

const linesMax = 50_000
const depthMax = structureLimits.depthMax / 2

/** `---`, `...`, `%YAML`: only at the margin. */
const isMarker = /^(?:---|\.\.\.|%)/
const isSeparator = /^--- *(?:#.*)?$/

/** Plain text begins with what is no indicator, without any doubt. */
const plainStart =
  /(?:[A-Za-z0-9_./$(+~^;\\\u00a1-\u2027\u202a-\ue000\uf900-\uffef]|-(?=[A-Za-z0-9._/-]))/y
const quotedKey = /(?:"([^"\\]{0,400})"|'([^']{0,400})') {0,9}:(?: +|$)/y
const plainKey =
  /((?:[A-Za-z0-9_./$(+~^;\\\u00a1-\u2027\u202a-\ue000\uf900-\uffef]|-(?=[A-Za-z0-9._/-]))[^:#"'`{}[\],&*!|>%@?]{0,400}?) {0,9}:(?: +|$)/y
const doubleQuoted = /"([^"\\]*)"(?: +#.*| *)$/y
const singleQuoted = /'((?:[^']|'')*)'(?: +#.*| *)$/y

/** One document: the lines from one marker to the next. */
class BlockReader {
  readonly #lines: readonly string[]
  readonly #end: number
  readonly #input: PlainYamlInput
  #at: number
  /** Where the text of the current line begins. */
  #indent = -1

  constructor(lines: readonly string[], from: number, end: number, input: PlainYamlInput) {
    this.#lines = lines
    this.#at = from - 1
    this.#end = end
    this.#input = input
  }

  /** Null: no content. Undefined: not to be read here. */
  root(): StructuredNode | null | undefined {
    this.#next()
    if (this.#indent === -1) return null
    const root = this.#block(0)
    return root === null || this.#indent !== -1 ? undefined : root
  }

  /** Goes to the next line that is neither empty nor a comment; the indent is -1 behind the last. */
  #next(): void {
    for (this.#at += 1; this.#at < this.#end; this.#at += 1) {
      const line = this.#lines[this.#at] ?? ''
      let indent = 0
      while (line.charCodeAt(indent) === space) indent += 1
      if (indent === line.length || line.charCodeAt(indent) === hash) continue
      this.#indent = indent
      return
    }
    this.#indent = -1
  }

  #block(depth: number): StructuredNode | null {
    if (depth > depthMax) return null
    const indent = this.#indent
    return this.#isItem(indent) ? this.#list(indent, depth) : this.#map(indent, depth)
  }

  #isItem(indent: number): boolean {
    const line = this.#lines[this.#at] ?? ''
    if (line.charCodeAt(indent) !== dash) return false
    return line.length === indent + 1 || line.charCodeAt(indent + 1) === space
  }

  #map(indent: number, depth: number): StructuredNode | null {
    const at = { line: this.#at + 1, column: indent + 1 }
    const entries: StructuredEntry[] = []
    while (this.#indent === indent && !this.#isItem(indent)) {
      const read = this.#entry(this.#lines[this.#at] ?? '', indent, depth)
      if (read === null) return null
      entries.push(read)
    }
    return entries.length === 0 || this.#indent > indent ? null : map(entries, at)
  }

  /** `line` is the current one, in which a dash of a list may have been blanked. */
  #entry(line: string, indent: number, depth: number): StructuredEntry | null {
    const key = keyAt(line, indent)
    if (key === null) return this.#oddEntry(line, indent)
    const start = this.#at
    const value = this.#value(line, key.end, indent, depth)
    if (value === null) return null
    if (value === undefined) return this.#at === start ? this.#oddEntry(line, indent) : null
    const at = { line: start + 1, column: indent + 1 }
    return entry(this.#input.masked.restore(key.text).text, at, value)
  }

  /** What stands behind a key. Undefined: an odd value, of which nothing has been read. */
  #value(
    line: string,
    from: number,
    indent: number,
    depth: number,
  ): StructuredNode | null | undefined {
    if (from < line.length && line.charCodeAt(from) !== hash) {
      return this.#scalar(line, from, indent)
    }
    const start = this.#at
    this.#next()
    if (this.#indent > indent) return this.#block(depth + 1)
    if (this.#indent === indent && this.#isItem(indent)) return this.#list(indent, depth + 1)
    this.#at = start
    this.#indent = indent
    return undefined
  }

  #list(indent: number, depth: number): StructuredNode | null {
    if (depth > depthMax) return null
    const at = { line: this.#at + 1, column: indent + 1 }
    const items: StructuredNode[] = []
    while (this.#indent === indent && this.#isItem(indent)) {
      const item = this.#item(indent, depth)
      if (item === null) return null
      items.push(item)
    }
    return this.#indent > indent ? null : list(items, at)
  }

  #item(indent: number, depth: number): StructuredNode | null {
    const line = this.#lines[this.#at] ?? ''
    let from = indent + 1
    while (line.charCodeAt(from) === space) from += 1
    if (from === line.length || line.charCodeAt(from) === hash) return this.#oddItem(indent)
    if (keyAt(line, from) !== null) return this.#compactMap(line, from, depth + 1)
    const start = this.#at
    const value = this.#scalar(line, from, indent)
    if (value === undefined && this.#at === start) return this.#oddItem(indent)
    return value ?? null
  }

  /** `- key: value`, with more entries on the lines below, under the key. */
  #compactMap(line: string, indent: number, depth: number): StructuredNode | null {
    const at = { line: this.#at + 1, column: indent + 1 }
    this.#indent = indent
    const first = this.#entry(' '.repeat(indent) + line.slice(indent), indent, depth)
    if (first === null || this.#indent > indent) return null
    if (this.#indent < indent || this.#isItem(indent)) return map([first], at)
    const rest = this.#map(indent, depth)
    return rest?.kind === 'map' ? map([first, ...rest.entries], at) : null
  }

  /** A scalar that ends on its line. Undefined: something else stands there, and nothing has been read. */
  #scalar(line: string, from: number, indent: number): StructuredNode | undefined {
    const written = scalarText(line, from)
    if (written === null) return undefined
    const start = this.#at
    this.#next()
    if (this.#indent > indent) {
      // It goes on.
      this.#at = start
      this.#indent = indent
      return undefined
    }
    this.#input.budget.nodes -= 1
    const { text, hadTemplate } = this.#input.masked.restore(written)
    return scalar(text, { line: start + 1, column: from + 1 }, hadTemplate)
  }

  #oddEntry(line: string, indent: number): StructuredEntry | null {
    // By itself it would be read as a mapping, and is none of this one.
    if (line.charAt(indent) === '{') return null
    const read = this.#odd(line, indent)
    return read?.kind === 'map' && read.entries.length === 1 ? (read.entries[0] ?? null) : null
  }

  #oddItem(indent: number): StructuredNode | null {
    const read = this.#odd(this.#lines[this.#at] ?? '', indent)
    return read?.kind === 'list' && read.items.length === 1 ? (read.items[0] ?? null) : null
  }

  /** From the current line to the next that is not deeper. */
  #odd(line: string, indent: number): StructuredNode | null {
    const start = this.#at
    const deeper = new RegExp(`^(?: {${indent + 1}}| *$)`)
    let end = start + 1
    while (end < this.#end && deeper.test(this.#lines[end] ?? '')) end += 1
    const text = [line, ...this.#lines.slice(start + 1, end)].join('\n')
    this.#at = end - 1
    this.#next()
    return this.#input.budget.nodes > 0 ? this.#input.readOdd(`${text}\n`, start) : null
  }
}

const space = 0x20
const hash = 0x23
const dash = 0x2d

/** A key with its colon and the blanks behind it. */
function keyAt(line: string, from: number): { readonly text: string; readonly end: number } | null {
  const first = line.charCodeAt(from)
  const pattern = first === 0x22 || first === 0x27 ? quotedKey : plainKey
  pattern.lastIndex = from
  const found = pattern.exec(line)
  return found === null ? null : { text: found[1] ?? found[2] ?? '', end: pattern.lastIndex }
}

/** The text of a scalar that begins there and ends with the line; null when it is none, or may be none. */
function scalarText(line: string, from: number): string | null {
  const first = line.charCodeAt(from)
  if (first === 0x22) {
    doubleQuoted.lastIndex = from
    return doubleQuoted.exec(line)?.[1] ?? null
  }
  if (first === 0x27) {
    singleQuoted.lastIndex = from
    return singleQuoted.exec(line)?.[1]?.replaceAll("''", "'") ?? null
  }
  plainStart.lastIndex = from
  if (!plainStart.test(line)) return null
  const comment = line.indexOf(' #', from)
  let end = comment === -1 ? line.length : comment
  while (line.charCodeAt(end - 1) === space) end -= 1
  const text = line.slice(from, end)
  return text.endsWith(':') || text.includes(': ') ? null : text
}
