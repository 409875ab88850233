import { entry, list, map, type Position, Problems, scalar, shifted } from './node-builder.ts'
import { parseJson } from './parse-json.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredEntry, StructuredNode } from './structured-node.ts'
import { TextCursor } from './text-cursor.ts'

/**
 * HCL (Terraform, OpenTofu, Packer, Nomad), read tolerantly. A block with labels becomes nested maps
 * (`resource.aws_lambda_function.reviewer`), `dynamic "x" { content {} }` becomes `x`, bare references and calls stay as
 * text with `expression` set (quoted texts keep their `${…}` and are no expressions); calls that only wrap a value (`jsonencode`, `merge`, `tomap`) become that value.
 */
export function parseHcl(content: string): readonly StructuredDocument[] {
  const reader = new HclReader(content)
  const entries = reader.body(0)
  if (entries.length === 0) return []
  return [reader.problems.document('hcl', map(entries, { line: 1, column: 1 }))]
}

const identifier = /[A-Za-z_][\w.-]*/y
/** Functions that hand their argument on. */
const transparent =
  /^(?:jsonencode|yamlencode|tomap|toset|tolist|tostring|sensitive|nonsensitive|trimspace|chomp|jsondecode|flatten|compact|distinct)$/

class HclReader {
  readonly problems = new Problems()
  readonly #cursor: TextCursor

  constructor(content: string) {
    this.#cursor = new TextCursor(content)
  }

  /** Attributes and blocks up to the closing brace or the end. */
  body(depth: number): readonly StructuredEntry[] {
    const cursor = this.#cursor
    const entries: StructuredEntry[] = []
    for (;;) {
      this.#skip(true)
      if (cursor.done) return entries
      if (cursor.peek() === '}') {
        if (depth > 0) return entries
        cursor.advance()
        continue
      }
      const at = cursor.position
      const name = cursor.peek() === '"' ? this.#quoted()?.text : cursor.take(identifier)
      const read =
        name === undefined || name === null || depth > structureLimits.depthMax
          ? null
          : this.#afterName(name, at, depth)
      if (read === null) {
        this.problems.add(at.line, 'expected an attribute or a block')
        cursor.skipLine()
      } else {
        entries.push(read)
      }
    }
  }

  #afterName(name: string, at: Position, depth: number): StructuredEntry | null {
    const cursor = this.#cursor
    this.#skip(false)
    if (cursor.peek() === '=' && cursor.peek(1) !== '=') {
      cursor.advance()
      this.#skip(false)
      return entry(name, at, this.#expression(depth + 1, /[\n}]/))
    }
    if (cursor.peek() === ':' && cursor.peek(1) !== ':') {
      cursor.advance()
      this.#skip(false)
      return entry(name, at, this.#expression(depth + 1, /[\n}]/))
    }
    const labels: { text: string; at: Position }[] = []
    for (;;) {
      this.#skip(false)
      const labelAt = cursor.position
      if (cursor.peek() === '{') break
      const text = cursor.peek() === '"' ? this.#quoted()?.text : cursor.take(identifier)
      if (text === undefined || text === null || labels.length > 8) return null
      labels.push({ text, at: labelAt })
    }
    const blockAt = cursor.position
    cursor.advance()
    const block = map(this.body(depth + 1), blockAt)
    if (cursor.peek() === '}') cursor.advance()
    else this.problems.add(at.line, `block \`${name}\` is not closed`)
    if (name === 'dynamic' && labels[0] !== undefined) {
      return entry(labels[0].text, at, dynamicBody(block))
    }
    const nested = labels.reduceRight<StructuredNode>(
      (inner, label) => map([entry(label.text, label.at, inner)], label.at),
      block,
    )
    return entry(name, at, nested)
  }

  /** An expression up to one of `ends` on the outermost level. */
  #expression(depth: number, ends: RegExp): StructuredNode {
    const cursor = this.#cursor
    const at = cursor.position
    if (depth > structureLimits.depthMax) return this.#raw(at, cursor.offset, ends)
    const from = cursor.offset
    const simple = this.#simple(depth, at)
    this.#skip(false)
    if (simple !== null && (cursor.done || /[\r\n,}\])]/.test(cursor.peek()))) return simple
    return this.#raw(at, from, ends)
  }

  #simple(depth: number, at: Position): StructuredNode | null {
    const cursor = this.#cursor
    const first = cursor.peek()
    if (first === '"') {
      const quoted = this.#quoted()
      if (quoted === null) return null
      const inside = { line: at.line, column: at.column + 1 }
      return scalar(quoted.text, inside)
    }
    if (cursor.startsWith('<<')) return this.#heredoc()
    if (first === '[') return this.#list(depth)
    if (first === '{') return this.#object(depth)
    const number = cursor.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y)
    if (number !== null) return scalar(number, at)
    const name = cursor.take(identifier)
    if (name === null) return null
    if (cursor.peek() === '(') return this.#call(name, depth, at)
    if (/^(?:true|false|null)$/.test(name)) return scalar(name, at)
    const rest = cursor.take(/(?:\[[^\]\n]{0,200}\]|\.[A-Za-z_*][\w-]*|\.\d+)+/y) ?? ''
    return scalar(name + rest, at, true)
  }

  #call(name: string, depth: number, at: Position): StructuredNode | null {
    const cursor = this.#cursor
    const from = cursor.offset - name.length
    cursor.advance()
    const given: StructuredNode[] = []
    for (;;) {
      this.#skip(true)
      if (cursor.done) return null
      if (cursor.peek() === ')') break
      if (cursor.peek() === ',' || cursor.startsWith('...')) {
        cursor.advance(cursor.peek() === ',' ? 1 : 3)
        continue
      }
      const before = cursor.offset
      given.push(this.#expression(depth + 1, /[,)]/))
      if (cursor.offset === before) return null
    }
    cursor.advance()
    const [first] = given
    if (first !== undefined && given.length === 1 && transparent.test(name)) return first
    if (name === 'merge' && given.every((one) => one.kind === 'map')) {
      return map(
        given.flatMap((one) => one.entries),
        at,
      )
    }
    if (name === 'concat' && given.every((one) => one.kind === 'list')) {
      return list(
        given.flatMap((one) => one.items),
        at,
      )
    }
    const maps = given.filter((one) => one.kind === 'map')
    if (name === 'merge' && maps.length > 0)
      return map(
        maps.flatMap((one) => one.entries),
        at,
      )
    return scalar(cursor.text.slice(from, cursor.offset), at, true)
  }

  #list(depth: number): StructuredNode | null {
    const cursor = this.#cursor
    const at = cursor.position
    const items: StructuredNode[] = []
    cursor.advance()
    this.#skip(true)
    if (/for\s/y.test(cursor.text.slice(cursor.offset, cursor.offset + 4))) return null
    for (;;) {
      this.#skip(true)
      if (cursor.done || cursor.peek() === ']') {
        cursor.advance()
        return list(items, at)
      }
      if (cursor.peek() === ',') {
        cursor.advance()
        continue
      }
      const before = cursor.offset
      items.push(this.#expression(depth + 1, /[,\]]/))
      if (cursor.offset === before) return null
    }
  }

  #object(depth: number): StructuredNode | null {
    const cursor = this.#cursor
    const at = cursor.position
    const entries: StructuredEntry[] = []
    cursor.advance()
    this.#skip(true)
    if (/for\s/y.test(cursor.text.slice(cursor.offset, cursor.offset + 4))) return null
    for (;;) {
      this.#skip(true)
      if (cursor.done || cursor.peek() === '}') {
        cursor.advance()
        return map(entries, at)
      }
      if (cursor.peek() === ',') {
        cursor.advance()
        continue
      }
      const keyAt = cursor.position
      const key = this.#objectKey()
      this.#skip(false)
      if (key === null || !/[=:]/.test(cursor.peek())) return null
      cursor.advance()
      this.#skip(true)
      const before = cursor.offset
      entries.push(entry(key, keyAt, this.#expression(depth + 1, /[\n,}]/)))
      if (cursor.offset === before) return null
    }
  }

  #objectKey(): string | null {
    const cursor = this.#cursor
    if (cursor.peek() === '"') return this.#quoted()?.text ?? null
    if (cursor.peek() === '(') return cursor.take(/\([^)\n]*\)/y)
    return cursor.take(/[\w.-]+/y)
  }

  /** A quoted text, its interpolations kept as written. */
  #quoted(): { readonly text: string } | null {
    const { text } = this.#cursor
    let at = this.#cursor.offset + 1
    let level = 0
    for (; at < text.length; at += 1) {
      const character = text[at]
      if (character === '\\' && level === 0) at += 1
      else if ((character === '$' || character === '%') && text[at + 1] === '{') {
        level += 1
        at += 1
      } else if (level > 0 && character === '{') level += 1
      else if (level > 0 && character === '}') level -= 1
      else if (character === '"' && level === 0) {
        const inner = text.slice(this.#cursor.offset + 1, at)
        this.#cursor.advance(at + 1 - this.#cursor.offset)
        return {
          text: inner.replace(
            /\\(["\\nt])/g,
            (_, one: string) => ({ n: '\n', t: '\t' })[one] ?? one,
          ),
        }
      } else if (character === '\n' && level === 0) return null
    }
    return null
  }

  #heredoc(): StructuredNode | null {
    const cursor = this.#cursor
    const opening = cursor.take(/<<-?\s*"?[A-Za-z_][\w-]*"?[^\n]*\n?/y)
    if (opening === null) return null
    const marker = /[A-Za-z_][\w-]*/.exec(opening)?.[0] ?? ''
    const at = cursor.position
    const lines: string[] = []
    while (!cursor.done) {
      const line = cursor.restOfLine()
      if (line.trim() === marker) {
        cursor.advance(cursor.restOfLine().length)
        break
      }
      lines.push(line)
      cursor.skipLine()
    }
    const text = lines.join('\n')
    const embedded = /^\s*[[{]/.test(text) ? embeddedJson(text, at.line) : null
    return embedded ?? scalar(text, at)
  }

  /** The text of an expression that is no plain value. */
  #raw(at: Position, from: number, ends: RegExp): StructuredNode {
    const cursor = this.#cursor
    let level = 0
    if (from < cursor.offset) cursor.rewind(from)
    while (!cursor.done) {
      const character = cursor.peek()
      if (level === 0 && ends.test(character)) break
      if (character === '"') {
        if (this.#quoted() === null) cursor.advance()
        continue
      }
      if (character === '#' || cursor.startsWith('//')) {
        cursor.take(/[^\n]+/y)
        continue
      }
      if (/[[({]/.test(character)) level += 1
      if (/[\])}]/.test(character)) {
        if (level === 0) break
        level -= 1
      }
      cursor.advance()
    }
    return scalar(cursor.text.slice(from, cursor.offset).trim(), at, true)
  }

  #skip(acrossLines: boolean): void {
    const cursor = this.#cursor
    for (;;) {
      if (cursor.take(acrossLines ? /\s+/y : /[ \t\r]+/y) !== null) continue
      if (cursor.peek() === '#' || cursor.startsWith('//')) {
        cursor.take(/[^\n]+/y)
        continue
      }
      if (!cursor.startsWith('/*')) return
      const end = cursor.text.indexOf('*/', cursor.offset + 2)
      cursor.advance((end === -1 ? cursor.text.length : end + 2) - cursor.offset)
    }
  }
}

function dynamicBody(block: StructuredNode): StructuredNode {
  if (block.kind !== 'map') return block
  const content = block.entries.find((one) => one.key === 'content')?.value
  return content?.kind === 'map' ? content : block
}

/** JSON in a heredoc, moved to where it stands; references inside it stay text. */
function embeddedJson(text: string, line: number): StructuredNode | null {
  const [document] = parseJson(text)
  if (document === undefined || document.problems.length > 0) return null
  return shifted(document.root, line - 1)
}
