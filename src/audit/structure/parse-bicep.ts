import { entry, list, map, type Position, Problems, scalar } from './node-builder.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredEntry, StructuredNode } from './structured-node.ts'
import { TextCursor } from './text-cursor.ts'

/**
 * Bicep, read tolerantly: `resource.<type without version>.<symbol>`, `param.<name>` (its default, or a map of
 * nothing), `var.<name>`, `module.<symbol>`, `output` left out. Everything that is no plain value stays text.
 */
export function parseBicep(content: string): readonly StructuredDocument[] {
  const reader = new BicepReader(content)
  const entries = reader.file()
  if (entries.length === 0) return []
  return [reader.problems.document('bicep', map(entries, { line: 1, column: 1 }))]
}

const declaration =
  /(?:existing\s+)?(param|var|resource|module)\s+([A-Za-z_]\w*)[ \t]*(?:'([^'\n]*)'|[A-Za-z_][\w.?[\]| ']*?)?[ \t]*(?:existing[ \t]*)?(?==|\r?$)/my

class BicepReader {
  readonly problems = new Problems()
  readonly #cursor: TextCursor

  constructor(content: string) {
    this.#cursor = new TextCursor(content)
  }

  file(): readonly StructuredEntry[] {
    const cursor = this.#cursor
    const entries: StructuredEntry[] = []
    for (;;) {
      this.#skip(true)
      if (cursor.done) return entries
      const found = this.#declared(0)
      if (found === null) cursor.skipLine()
      else entries.push(found)
    }
  }

  /** A declaration of the file, or of a child resource inside its parent's body. */
  #declared(depth: number): StructuredEntry | null {
    const cursor = this.#cursor
    const at = cursor.position
    const found = this.#declaration()
    if (found === null) return null
    const { keyword, name, type } = found
    this.#skip(false)
    let value: StructuredNode = map([], at)
    if (cursor.peek() === '=') {
      cursor.advance()
      this.#skip(false)
      value = this.#value(depth)
    }
    const named = map([entry(name, at, value)], at)
    return keyword === 'resource' && type !== undefined
      ? entry(keyword, at, map([entry(type.replace(/@.*$/, ''), at, named)], at))
      : entry(keyword, at, named)
  }

  #declaration(): { keyword: string; name: string; type: string | undefined } | null {
    const cursor = this.#cursor
    declaration.lastIndex = cursor.offset
    const found = declaration.exec(cursor.text)
    if (found === null) return null
    cursor.advance(found[0].length)
    const [, keyword = '', name = '', type] = found
    return { keyword, name, type }
  }

  #value(depth: number): StructuredNode {
    const cursor = this.#cursor
    const at = cursor.position
    const from = cursor.offset
    if (depth <= structureLimits.depthMax) {
      // `if (condition) {…}` and `[for x in xs: {…}]`: the body is what counts.
      if (cursor.take(/if\s*\([^\n{]*\)\s*(?=\{)/y) !== null) return this.#value(depth)
      if (cursor.peek() === '{') return this.#object(depth)
      if (cursor.take(/\[\s*for\s[^\n:]*:\s*(?=\{)/y) !== null) {
        const body = this.#object(depth)
        this.#skip(true)
        if (cursor.peek() === ']') cursor.advance()
        return body
      }
      if (cursor.peek() === '[') return this.#list(depth)
      const text = this.#quoted()
      if (text !== null) {
        this.#skip(false)
        if (cursor.done || /[\n\]},]/.test(cursor.peek())) {
          return scalar(text, { line: at.line, column: at.column + 1 })
        }
      }
    }
    return this.#raw(at, from)
  }

  #quoted(): string | null {
    const cursor = this.#cursor
    if (cursor.startsWith("'''")) {
      const end = cursor.text.indexOf("'''", cursor.offset + 3)
      if (end === -1) return null
      const text = cursor.text.slice(cursor.offset + 3, end)
      cursor.advance(end + 3 - cursor.offset)
      return text
    }
    const found = cursor.take(/'(?:[^'\\\n]|\\.)*'/y)
    return found === null ? null : found.slice(1, -1).replace(/\\(['\\])/g, '$1')
  }

  #object(depth: number): StructuredNode {
    const cursor = this.#cursor
    const at = cursor.position
    const entries: StructuredEntry[] = []
    cursor.advance()
    for (;;) {
      this.#skip(true)
      if (cursor.done || cursor.peek() === '}') {
        cursor.advance()
        return map(entries, at)
      }
      const keyAt = cursor.position
      const nested = this.#declared(depth + 1)
      if (nested !== null) {
        entries.push(nested)
        continue
      }
      const key = this.#quoted() ?? cursor.take(/[\w$.-]+/y)
      this.#skip(false)
      if (key === null || cursor.peek() !== ':') {
        this.problems.add(keyAt.line, 'expected `name: value`')
        if (cursor.restOfLine() === '') cursor.advance()
        else if (cursor.peek() === '}') continue
        else cursor.skipLine()
        continue
      }
      cursor.advance()
      this.#skip(true)
      entries.push(entry(key, keyAt, this.#value(depth + 1)))
      cursor.take(/[ \t]*,/y)
    }
  }

  #list(depth: number): StructuredNode {
    const cursor = this.#cursor
    const at = cursor.position
    const items: StructuredNode[] = []
    cursor.advance()
    for (;;) {
      this.#skip(true)
      if (cursor.done || cursor.peek() === ']') {
        cursor.advance()
        return list(items, at)
      }
      const before = cursor.offset
      if (cursor.peek() === ',') cursor.advance()
      else items.push(this.#value(depth + 1))
      if (cursor.offset === before) cursor.advance()
    }
  }

  #raw(at: Position, from: number): StructuredNode {
    const cursor = this.#cursor
    if (cursor.offset > from) cursor.rewind(from)
    let level = 0
    while (!cursor.done) {
      const character = cursor.peek()
      if (level === 0 && /[\n\]},]/.test(character)) break
      if (character === "'" && this.#quoted() !== null) continue
      if (cursor.startsWith('//')) {
        cursor.take(/[^\n]+/y)
        continue
      }
      if (/[[({]/.test(character)) level += 1
      if (/[\])}]/.test(character)) level -= 1
      cursor.advance()
    }
    return scalar(cursor.text.slice(from, cursor.offset).trim(), at, true)
  }

  #skip(acrossLines: boolean): void {
    const cursor = this.#cursor
    for (;;) {
      if (cursor.take(acrossLines ? /\s+/y : /[ \t\r]+/y) !== null) continue
      if (cursor.startsWith('//')) {
        cursor.take(/[^\n]+/y)
        continue
      }
      if (!cursor.startsWith('/*')) return
      const end = cursor.text.indexOf('*/', cursor.offset + 2)
      cursor.advance((end === -1 ? cursor.text.length : end + 2) - cursor.offset)
    }
  }
}
