import type { SgNode } from '@ast-grep/napi'
import type { Pick } from './languages/language-table.ts'

/** A node of the tree with what was asked of it already: every question to the native side costs about 1 µs. */
export interface SyntaxNode {
  readonly native: SgNode
  readonly kind: string
  /** Offsets in UTF-16 code units. */
  readonly start: number
  readonly end: number
  /** Count from 1. */
  readonly line: number
  readonly column: number
}

export function seeNode(native: SgNode): SyntaxNode {
  const { start, end } = native.range()
  return {
    native,
    kind: String(native.kind()),
    start: start.index,
    end: end.index,
    line: start.line + 1,
    column: start.column + 1,
  }
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
