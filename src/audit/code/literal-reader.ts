import type { ModelSpelling } from '../../catalogue/index.ts'
import type { CodeLiteral, LiteralPosition } from './code-unit.ts'
import type { Frame, FrameStack } from './frames.ts'
import type { CodeInterest } from './interest.ts'
import { codeLimits } from './limits.ts'
import { literalPosition, noSurroundings, surroundingsOf } from './literal-position.ts'
import { placeOf, textOf } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import { unquote } from './string-literal.ts'
import type { SyntaxNode } from './syntax-node.ts'

interface Around {
  readonly context: ReadContext
  readonly frames: FrameStack
  readonly symbol: string
  readonly interest: CodeInterest
  readonly countSpellings: (start: number, end: number) => number
}

/** The model names that stand in a string or comment, each with the role that its position gives. */
export function literalsOf(
  node: SyntaxNode,
  as: 'string' | 'comment',
  spellings: readonly ModelSpelling[],
  around: Around,
): readonly CodeLiteral[] {
  const { context, symbol } = around
  if (as === 'comment')
    return spellings.map((found) => inside(node, found, { kind: 'comment' }, around))
  const text = unquote(textOf(node, context))
  const frames = around.frames.innermostFirst()
  if (isDocstring(node, context)) {
    return spellings.map((found) => inside(node, found, { kind: 'docstring' }, around))
  }
  const trimmed = text.trim()
  const whole = around.interest.looksLikeModel(trimmed)
  if (!whole && (/\s/.test(trimmed) || text.length > codeLimits.literalCharactersMax)) {
    const shown = showsOnly(frames)
    return spellings.map((found) => {
      const before = context.content.slice(Math.max(node.start, found.offset - 120), found.offset)
      return inside(node, found, shown ? { kind: 'docstring' } : proseOrCode(before), around)
    })
  }
  const position = literalPosition(node.start, node.end, frames, context.content)
  const surroundings = surroundingsOf(node.start, frames, context.content, around.countSpellings)
  // An address, an ARN or a text with interpolations holds the name as a part.
  const names = whole ? [trimmed] : [...new Set(spellings.map((found) => found.text))]
  return names.map((name) => ({
    text: name,
    place: placeOf(node, context),
    symbol,
    position,
    surroundings,
  }))
}

/** A name inside a longer text: a command line or a request body may use it, a sentence or a comment mentions it. */
function proseOrCode(before: string): LiteralPosition {
  if (/(?:^|\n)\s*(?:#|\/\/)[^\n]*$/.test(before)) return { kind: 'docstring' }
  return /["']?model(?:_?(?:id|name))?\\?["']?\s*(?:[:=]|=>)[^\n,;]*$|--model\b[^\n]*$/i.test(
    before,
  )
    ? { kind: 'other' }
    : { kind: 'docstring' }
}

/** Code and documents that a program shows to people: `codeExamples`, `__doc__`, `usageText`. */
const shownName =
  /examples?$|^examples?|samples?$|^sample|snippets?$|^snippet|^__doc__$|^usage|description$|help(?:_?text)?$|placeholder$|tooltip$/i

function showsOnly(frames: readonly Frame[]): boolean {
  return frames.some(
    (frame) => (frame.is === 'definition' || frame.is === 'pair') && shownName.test(frame.name),
  )
}

function inside(
  node: SyntaxNode,
  found: ModelSpelling,
  position: LiteralPosition,
  around: Around,
): CodeLiteral {
  const before = around.context.content.slice(node.start, found.offset)
  const lines = before.split('\n')
  const last = lines.at(-1) ?? ''
  const place = {
    path: around.context.path,
    line: node.line + lines.length - 1,
    column: lines.length === 1 ? node.column + last.length : last.length + 1,
  }
  return { text: found.text, place, symbol: around.symbol, position, surroundings: noSurroundings }
}

/** A string that is a statement of its own: nothing but white space before it, and no operator open. */
function isDocstring(node: SyntaxNode, context: ReadContext): boolean {
  const { language } = context.table
  if (language !== 'python' && language !== 'elixir') return false
  const before = context.content.slice(Math.max(0, node.start - 200), node.start)
  if (language === 'elixir') return /@(?:module|type)?doc\s+$/.test(before)
  const parent = String(node.native.parent()?.kind() ?? '')
  return parent === 'expression_statement' || parent === 'module' || parent === 'block'
}
