import type { SgNode } from '@ast-grep/napi'
import type { OffsetMap } from './asked-passages.ts'
import type { Pick } from './languages/language-table.ts'

interface Standing {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

/** A node of the tree, asked only for what is needed: every question to the native side costs about 1 µs. */
export class SyntaxNode {
  readonly native: SgNode
  readonly #offsets: OffsetMap
  #kind: string | null = null
  #standing: Standing | null = null

  constructor(native: SgNode, offsets: OffsetMap) {
    this.native = native
    this.#offsets = offsets
  }

  get kind(): string {
    this.#kind ??= String(this.native.kind())
    return this.#kind
  }

  /** Offset in the file, in UTF-16 code units. */
  get start(): number {
    return this.#stands().start
  }

  get end(): number {
    return this.#stands().end
  }

  /** Counts from 1. */
  get line(): number {
    return this.#stands().line
  }

  /** Counts from 1, in UTF-16 code units. */
  get column(): number {
    return this.#stands().column
  }

  /** Another node of the same tree. */
  see(native: SgNode): SyntaxNode {
    return new SyntaxNode(native, this.#offsets)
  }

  #stands(): Standing {
    if (this.#standing === null) {
      const { start, end } = this.native.range()
      this.#standing = {
        start: this.#offsets.inFile(start.index),
        end: this.#offsets.endInFile(end.index),
        line: start.line + 1,
        column: start.column + 1,
      }
    }
    return this.#standing
  }
}

export function seeNode(native: SgNode, offsets: OffsetMap): SyntaxNode {
  return new SyntaxNode(native, offsets)
}

export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
  return node.native.namedChildren().map((child) => node.see(child))
}

/** The descendant that a pick names, or null. See `Pick` in the language table. */
export function pickNode(node: SyntaxNode, pick: Pick): SyntaxNode | null {
  if (pick === '') return node
  for (const alternative of pick.split('|')) {
    let native: SgNode | null = node.native
    for (const step of alternative.split('/')) {
      native = native === null ? null : pickStep(native, step)
    }
    if (native !== null) return node.see(native)
  }
  return null
}

function pickStep(native: SgNode, step: string): SgNode | null {
  if (step.startsWith('.')) {
    const kind = step.slice(1)
    return native.children().find((child) => child.kind() === kind) ?? null
  }
  if (step === '!') {
    const children = native.namedChildren()
    return children.length === 1 ? (children[0] ?? null) : null
  }
  if (step === '>') return native.nextAll().find((sibling) => sibling.isNamed()) ?? null
  if (step.startsWith('@')) return native.namedChildren().at(Number(step.slice(1))) ?? null
  return native.field(step)
}
