import type { Place } from '../../schema/register.ts'
import type { ExpressionShape, LanguageTable } from './languages/language-table.ts'
import { codeLimits } from './limits.ts'
import { pickNode } from './syntax-node.ts'
import type { SyntaxNode } from './syntax-node.ts'

/** What reading an expression needs to know of the file and of where in it the expression stands. */
export interface ReadContext {
  readonly content: string
  readonly path: string
  readonly table: LanguageTable
  /** Symbol of the class around, for `self.x`; null outside classes. */
  readonly owner: string | null
  /** Go: the name of the method's receiver. */
  readonly receiver: string | null
}

export function placeOf(node: SyntaxNode, context: ReadContext): Place {
  return { path: context.path, line: node.line, column: node.column }
}

export function textOf(node: SyntaxNode, context: ReadContext): string {
  return context.content.slice(node.start, node.end)
}

/** The shape of an expression, wrappers such as parentheses, casts and `await` taken off. */
export function unwrap(node: SyntaxNode, context: ReadContext): SyntaxNode {
  let inner = node
  for (let depth = 0; depth < codeLimits.valueDepthMax; depth += 1) {
    const shape = shapeOf(inner, context)
    if (shape?.as !== 'wrap') return inner
    const next = pickNode(inner, shape.inner)
    if (next === null) return inner
    inner = next
  }
  return inner
}

export function shapeOf(node: SyntaxNode, context: ReadContext): ExpressionShape | undefined {
  const shapes: Readonly<Record<string, ExpressionShape>> = context.table.expressions
  return Object.hasOwn(shapes, node.kind) ? shapes[node.kind] : undefined
}
