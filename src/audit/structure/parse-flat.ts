import { entry, map, MapBuilder, type Position, Problems, scalar } from './node-builder.ts'
import type { StructuredDocument, StructuredEntry } from './structured-node.ts'

/** Files of one assignment a line: dotenv, INI and Java properties. */

const assignment = /^(\s*(?:export\s+)?)([A-Za-z_][\w.-]*)(\s*=\s?\s*)(.*)$/

export function parseDotenv(content: string): readonly StructuredDocument[] {
  const problems = new Problems()
  const entries: StructuredEntry[] = []
  const lines = content.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').replace(/\r$/, '')
    if (/^\s*(?:#|$)/.test(line)) continue
    const found = assignment.exec(line)
    if (found === null) {
      problems.add(index + 1, 'expected `NAME=value`')
      continue
    }
    const [, lead = '', key = '', equals = '', rest = ''] = found
    const keyAt = { line: index + 1, column: lead.length + 1 }
    const valueAt = { line: index + 1, column: lead.length + key.length + equals.length + 1 }
    const multiline = openQuote(rest, lines, index)
    const text = multiline === null ? unquoted(rest) : multiline.text
    if (multiline !== null) index = multiline.lastIndex
    entries.push(
      entry(
        key,
        keyAt,
        scalar(
          text,
          afterQuote(rest, valueAt),
          /\$\{|\$[A-Za-z_(]/.test(rest) && !rest.startsWith("'"),
        ),
      ),
    )
  }
  return entries.length === 0
    ? []
    : [problems.document('dotenv', map(entries, { line: 1, column: 1 }))]
}

const multilineMax = 200

function openQuote(
  rest: string,
  lines: readonly string[],
  index: number,
): { text: string; lastIndex: number } | null {
  const quote = rest[0]
  if ((quote !== '"' && quote !== "'") || closingQuote(rest, quote) !== -1) return null
  const parts = [rest.slice(1)]
  for (let next = index + 1; next < lines.length && next - index < multilineMax; next += 1) {
    const line = (lines[next] ?? '').replace(/\r$/, '')
    const end = line.indexOf(quote)
    if (end !== -1) return { text: [...parts, line.slice(0, end)].join('\n'), lastIndex: next }
    parts.push(line)
  }
  return null
}

function closingQuote(text: string, quote: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote) return at
  }
  return -1
}

function unquoted(rest: string): string {
  const quote = rest[0]
  if (quote === '"' || quote === "'" || quote === '`') {
    const end = closingQuote(rest, quote)
    return end === -1 ? rest.slice(1).trimEnd() : rest.slice(1, end)
  }
  return rest.replace(/\s+#.*$/, '').trim()
}

function afterQuote(rest: string, at: Position): Position {
  return /^["'`]/.test(rest) ? { line: at.line, column: at.column + 1 } : at
}

export function parseIni(content: string): readonly StructuredDocument[] {
  const problems = new Problems()
  const root = new MapBuilder({ line: 1, column: 1 })
  let section = root
  let understood = 0
  for (const [index, raw] of content.split('\n').entries()) {
    const line = raw.replace(/\r$/, '')
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const header = /^\s*\[([^\]]+)\]/.exec(line)
    if (header !== null) {
      const at = { line: index + 1, column: line.indexOf('[') + 2 }
      section = root.child((header[1] ?? '').trim(), at) ?? root
      understood += 1
      continue
    }
    const found = /^(\s*)([^=:\s][^=:]*?)(\s*[=:]\s*)(.*)$/.exec(line)
    if (found === null) {
      problems.add(index + 1, 'expected `name = value`')
      continue
    }
    const [, lead = '', key = '', equals = '', rest = ''] = found
    const at = { line: index + 1, column: lead.length + 1 }
    const valueAt = { line: index + 1, column: lead.length + key.length + equals.length + 1 }
    section.add(key, at, scalar(unquoted(rest.replace(/\s+;.*$/, '')), afterQuote(rest, valueAt)))
    understood += 1
  }
  return understood === 0 ? [] : [problems.document('ini', root.freeze())]
}

/** Keys with dots become nested maps, so that one path selects in application.properties and application.yml. */
export function parseProperties(content: string): readonly StructuredDocument[] {
  const documents: StructuredDocument[] = []
  let problems = new Problems()
  let root = new MapBuilder({ line: 1, column: 1 })
  let understood = 0
  const lines = content.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    let line = (lines[index] ?? '').replace(/\r$/, '')
    const first = index + 1
    if (/^[#!]---\s*$/.test(line)) {
      // Spring: one file, several documents, each with its own profile.
      if (understood > 0) documents.push(problems.document('properties', root.freeze()))
      problems = new Problems()
      root = new MapBuilder({ line: first, column: 1 })
      understood = 0
      continue
    }
    if (/^\s*(?:[#!]|$)/.test(line)) continue
    while (/(?:^|[^\\])(?:\\\\)*\\$/.test(line) && index + 1 < lines.length) {
      index += 1
      line = line.slice(0, -1) + (lines[index] ?? '').replace(/\r$/, '').trimStart()
    }
    const found = /^(\s*)((?:[^=:\s\\]|\\.)+)(\s*[=:]\s*|\s+)(.*)$/.exec(line)
    if (found === null) {
      problems.add(first, 'expected `name=value`')
      continue
    }
    const [, lead = '', key = '', equals = '', rest = ''] = found
    const at = { line: first, column: lead.length + 1 }
    const value = scalar(
      rest.trim(),
      { line: first, column: lead.length + key.length + equals.length + 1 },
      rest.includes('${'),
    )
    addNested(root, key.replace(/\\(.)/g, '$1').split('.'), at, value)
    understood += 1
  }
  if (understood > 0) documents.push(problems.document('properties', root.freeze()))
  return documents
}

function addNested(
  root: MapBuilder,
  keys: readonly string[],
  at: Position,
  value: ReturnType<typeof scalar>,
): void {
  let table: MapBuilder = root
  for (const [index, key] of keys.slice(0, -1).entries()) {
    const child = table.child(key, at)
    if (child === null) {
      table.add(keys.slice(index).join('.'), at, value)
      return
    }
    table = child
  }
  table.add(keys.at(-1) ?? '', at, value)
}
