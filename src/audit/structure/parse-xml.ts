import { entry, map, type Position, Problems, scalar } from './node-builder.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredEntry, StructuredNode } from './structured-node.ts'
import { TextCursor } from './text-cursor.ts'

/**
 * XML as maps: attributes and child elements are entries, text is the scalar, or the entry `#text` beside others.
 * Comments, declarations and CDATA markers are skipped; entities other than the five and numeric ones stay.
 */
export function parseXml(content: string): readonly StructuredDocument[] {
  const problems = new Problems()
  const root: OpenElement = {
    name: '',
    at: { line: 1, column: 1 },
    entries: [],
    text: '',
    textAt: null,
  }
  const open: OpenElement[] = [root]
  const cursor = new TextCursor(content)
  while (!cursor.done) {
    const current = open.at(-1) ?? root
    if (cursor.peek() !== '<') {
      const at = cursor.position
      const text = cursor.take(/[^<]+/y) ?? ''
      addText(current, decoded(text), text, at)
      continue
    }
    if (cursor.startsWith('<!--')) skipBehind(cursor, '-->')
    else if (cursor.startsWith('<![CDATA[')) {
      cursor.advance(9)
      const at = cursor.position
      const end = cursor.text.indexOf(']]>', cursor.offset)
      const text = cursor.text.slice(cursor.offset, end === -1 ? undefined : end)
      addText(current, text, text, at)
      cursor.advance(text.length + 3)
    } else if (cursor.startsWith('<?')) skipBehind(cursor, '?>')
    else if (cursor.startsWith('<!')) skipBehind(cursor, '>')
    else if (cursor.startsWith('</')) closeElement(cursor, open, problems)
    else if (!openElement(cursor, open, problems)) {
      problems.add(cursor.position.line, 'stray `<`')
      cursor.advance()
    }
  }
  while (open.length > 1) close(open)
  if (root.entries.length === 0) return []
  return [problems.document('xml', map(root.entries, root.at))]
}

interface OpenElement {
  readonly name: string
  readonly at: Position
  readonly entries: StructuredEntry[]
  text: string
  textAt: Position | null
}

function addText(element: OpenElement, text: string, raw: string, at: Position): void {
  if (text.trim() === '') return
  if (element.textAt === null) {
    const lead = raw.slice(0, raw.length - raw.trimStart().length)
    const breaks = lead.split('\n').length - 1
    const column = breaks === 0 ? at.column + lead.length : lead.length - lead.lastIndexOf('\n')
    element.textAt = { line: at.line + breaks, column }
  }
  element.text += text
}

function openElement(cursor: TextCursor, open: OpenElement[], problems: Problems): boolean {
  const at = { line: cursor.position.line, column: cursor.position.column + 1 }
  const tag = cursor.take(/<[A-Za-z_][\w:.-]*/y)
  if (tag === null) return false
  const element: OpenElement = { name: tag.slice(1), at, entries: [], text: '', textAt: null }
  for (;;) {
    cursor.take(/\s+/y)
    if (cursor.done) break
    if (cursor.startsWith('/>')) {
      cursor.advance(2)
      open.push(element)
      close(open)
      return true
    }
    if (cursor.peek() === '>') {
      cursor.advance()
      break
    }
    if (!readAttribute(cursor, element)) {
      if (cursor.peek() === '<') {
        problems.add(cursor.position.line, 'tag without an end')
        break
      }
      cursor.advance()
    }
  }
  if (open.length > structureLimits.depthMax)
    problems.add(at.line, 'nested deeper than holdfast reads')
  else open.push(element)
  return true
}

function readAttribute(cursor: TextCursor, element: OpenElement): boolean {
  const at = cursor.position
  const name = cursor.take(/[A-Za-z_@][\w:.-]*/y)
  if (name === null) return false
  cursor.take(/\s*=\s*/y)
  const valueAt = { line: cursor.position.line, column: cursor.position.column + 1 }
  const value = cursor.take(/"[^"<]*"|'[^'<]*'/y)
  element.entries.push(entry(name, at, scalar(decoded(value?.slice(1, -1) ?? ''), valueAt)))
  return true
}

function closeElement(cursor: TextCursor, open: OpenElement[], problems: Problems): void {
  const line = cursor.position.line
  const tag = cursor.take(/<\/[^>]*>?/y) ?? ''
  const name = tag.replace(/^<\/\s*|\s*>$/g, '')
  const index = open.findLastIndex((element) => element.name === name)
  if (index <= 0) {
    problems.add(line, `\`${name.slice(0, 40)}\` is closed but was not opened`)
    return
  }
  while (open.length > index) close(open)
}

function close(open: OpenElement[]): void {
  const element = open.pop()
  const parent = open.at(-1)
  if (element === undefined || parent === undefined) return
  parent.entries.push(entry(element.name, element.at, contentOf(element)))
}

function contentOf(element: OpenElement): StructuredNode {
  const text = element.text.trim()
  const at = element.textAt ?? element.at
  if (element.entries.length === 0) return scalar(text, at)
  const entries =
    text === '' ? element.entries : [...element.entries, entry('#text', at, scalar(text, at))]
  return map(entries, element.at)
}

function skipBehind(cursor: TextCursor, end: string): void {
  const found = cursor.text.indexOf(end, cursor.offset)
  cursor.advance(found === -1 ? cursor.text.length : found + end.length - cursor.offset)
}

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined)
        return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name] ?? whole
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}
