import { list, map, MapBuilder, Problems, scalar } from './node-builder.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredNode } from './structured-node.ts'
import { TextCursor } from './text-cursor.ts'

/** TOML, read tolerantly with places: a line that makes no sense is reported and the next one is read. */
export function parseToml(content: string): readonly StructuredDocument[] {
  const cursor = new TextCursor(content)
  const problems = new Problems()
  const root = new MapBuilder({ line: 1, column: 1 })
  let table: MapBuilder = root
  let understood = 0
  for (;;) {
    skipBlank(cursor, true)
    if (cursor.done) break
    const at = cursor.position
    if (cursor.peek() === '[') {
      const opened = openTable(cursor, root)
      if (opened === null) problems.add(at.line, 'not a table header')
      else {
        table = opened
        understood += 1
      }
      cursor.skipLine()
      continue
    }
    if (readAssignment(cursor, table, 0)) understood += 1
    else problems.add(at.line, 'expected `key = value`')
    cursor.take(/[ \t]+/y)
    if (!cursor.done && cursor.peek() !== '\n' && cursor.peek() !== '\r') cursor.skipLine()
  }
  return understood === 0 ? [] : [problems.document('toml', root.freeze())]
}

const blank = /[ \t]+/y
const blankLines = /[\s]+/y
const bareKey = /[A-Za-z0-9_-]+/y

function skipBlank(cursor: TextCursor, acrossLines: boolean): void {
  for (;;) {
    if (cursor.take(acrossLines ? blankLines : blank) !== null) continue
    if (cursor.peek() !== '#') return
    cursor.take(/[^\n]*/y)
  }
}

function openTable(cursor: TextCursor, root: MapBuilder): MapBuilder | null {
  const isArray = cursor.startsWith('[[')
  cursor.advance(isArray ? 2 : 1)
  cursor.take(blank)
  const at = cursor.position
  const keys = readKeys(cursor)
  if (keys === null) return null
  cursor.take(blank)
  if (!cursor.startsWith(isArray ? ']]' : ']')) return null
  const last = keys.pop()
  if (last === undefined) return null
  let table: MapBuilder | null = root
  for (const key of keys) table = table?.child(key, at) ?? null
  return (isArray ? table?.append(last, at) : table?.child(last, at)) ?? null
}

function readKeys(cursor: TextCursor): string[] | null {
  const keys: string[] = []
  for (;;) {
    cursor.take(blank)
    const key = readKey(cursor)
    if (key === null || keys.length > structureLimits.depthMax) return null
    keys.push(key)
    cursor.take(blank)
    if (cursor.peek() !== '.') return keys
    cursor.advance()
  }
}

function readKey(cursor: TextCursor): string | null {
  const quote = cursor.peek()
  return quote === '"' || quote === "'" ? readString(cursor) : cursor.take(bareKey)
}

function readAssignment(cursor: TextCursor, table: MapBuilder, depth: number): boolean {
  const at = cursor.position
  const keys = readKeys(cursor)
  const last = keys?.pop()
  if (keys === null || last === undefined) return false
  cursor.take(blank)
  if (cursor.peek() !== '=') return false
  cursor.advance()
  skipBlank(cursor, false)
  let target: MapBuilder | null = table
  for (const key of keys) target = target?.child(key, at) ?? null
  const value = readValue(cursor, depth)
  if (value === null || target === null) return false
  target.add(last, at, value)
  return true
}

function readValue(cursor: TextCursor, depth: number): StructuredNode | null {
  const at = cursor.position
  const first = cursor.peek()
  if (depth > structureLimits.depthMax) return null
  if (first === '"' || first === "'") {
    const text = readString(cursor)
    return text === null ? null : scalar(text, at)
  }
  if (first === '[') return readArray(cursor, depth)
  if (first === '{') return readInlineTable(cursor, depth)
  const bare = cursor.take(/[^\s,\]}#][^,\]}#\r\n]*/y)
  return bare === null ? null : scalar(bare.trimEnd(), at)
}

function readString(cursor: TextCursor): string | null {
  const quote = cursor.peek()
  const triple = quote.repeat(3)
  if (cursor.startsWith(triple)) {
    const end = cursor.text.indexOf(triple, cursor.offset + 3)
    if (end === -1) return null
    const text = cursor.text.slice(cursor.offset + 3, end).replace(/^\r?\n/, '')
    cursor.advance(end + 3 - cursor.offset)
    return quote === '"' ? unescape(text.replace(/\\[ \t]*\r?\n\s*/g, '')) : text
  }
  const found = cursor.take(quote === '"' ? /"(?:[^"\\\n]|\\.)*"/y : /'[^'\n]*'/y)
  if (found === null) return null
  const inner = found.slice(1, -1)
  return quote === '"' ? unescape(inner) : inner
}

function unescape(text: string): string {
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))/g,
    (whole, short?: string, long?: string, one?: string) => {
      const code = short ?? long
      if (code !== undefined) {
        const point = Number.parseInt(code, 16)
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole
      }
      return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[one ?? ''] ?? one ?? ''
    },
  )
}

function readArray(cursor: TextCursor, depth: number): StructuredNode | null {
  const at = cursor.position
  const items: StructuredNode[] = []
  cursor.advance()
  for (;;) {
    skipBlank(cursor, true)
    if (cursor.done) return list(items, at)
    if (cursor.peek() === ']') {
      cursor.advance()
      return list(items, at)
    }
    if (cursor.peek() === ',') {
      cursor.advance()
      continue
    }
    const item = readValue(cursor, depth + 1)
    if (item === null) return null
    items.push(item)
  }
}

function readInlineTable(cursor: TextCursor, depth: number): StructuredNode | null {
  const at = cursor.position
  const table = new MapBuilder(at)
  cursor.advance()
  for (;;) {
    skipBlank(cursor, true)
    if (cursor.done || cursor.peek() === '}') {
      cursor.advance()
      return map(table.freeze(depth).entries, at)
    }
    if (cursor.peek() === ',') {
      cursor.advance()
      continue
    }
    if (!readAssignment(cursor, table, depth + 1)) return null
  }
}
