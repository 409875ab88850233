import type { Range, SgNode } from '@ast-grep/napi'
import type { Pick } from './languages/language-table.ts'

/** A node of the tree, asked only for what is needed: every question to the native side costs about 1 µs. */
export class SyntaxNode {
  readonly native: SgNode
  #kind: string | null = null
  #range: Range | null = null

  constructor(native: SgNode) {
    this.native = native
  }

  get kind(): string {
    this.#kind ??= String(this.native.kind())
    return this.#kind
  }

  /** Offset in UTF-16 code units. */
  get start(): number {
    return this.#ranged().start.index
  }

  get end(): number {
    return this.#ranged().end.index
  }

  /** Counts from 1. */
  get line(): number {
    return this.#ranged().start.line + 1
  }

  /** Counts from 1, in UTF-16 code units. */
  get column(): number {
    return this.#ranged().start.column + 1
  }

  #ranged(): Range {
    this.#range ??= this.native.range()
    return this.#range
  }
}

export function seeNode(native: SgNode): SyntaxNode {
  return new SyntaxNode(native)
}

export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
  return node.native.namedChildren().map(seeNode)
}

/** The descendant that a pick names, or null. See `Pick` in the language table. */
export function pickNode(node: SyntaxNode, pick: Pick): SyntaxNode | null {
  if (pick === '') return node
  for (const alternative of pick.split('|')) {
    let native: SgNode | null = node.native
    for (const step of alternative.split('/')) {
      native = native === null ? null : pickStep(native, step)
    }
    if (native !== null) return seeNode(native)
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
