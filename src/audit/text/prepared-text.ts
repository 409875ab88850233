import type { SourceFile } from '../source-file.ts'
import { findComments } from './comment-regions.ts'
import type { CommentRegions } from './comment-regions.ts'
import { textLimits } from './limits.ts'
import { indexLines } from '../line-index.ts'
import type { LineIndex } from '../line-index.ts'
import { commentSyntax, textKind } from './text-kind.ts'
import type { TextKind } from './text-kind.ts'

/** A text made ready to be read: lines counted, comments found, overlong lines cut. */
export interface PreparedText {
  readonly path: string
  readonly kind: TextKind
  readonly content: string
  readonly lines: LineIndex
  readonly comments: CommentRegions
}

export function prepareText(file: SourceFile): PreparedText {
  const content = cutLongLines(file.content)
  let lines: LineIndex | undefined
  let comments: CommentRegions | undefined
  return {
    path: file.path,
    kind: textKind(file.path),
    content,
    // Made when first asked for: most files match no rule, and then nobody asks.
    get lines() {
      return (lines ??= indexLines(content))
    },
    get comments() {
      return (comments ??= findComments(content, commentSyntax(file.path, content)))
    },
  }
}

/** Overlong lines end early; line numbers stay. */
function cutLongLines(content: string): string {
  if (content.length <= textLimits.lineCharactersMax) return content
  return content
    .split('\n')
    .map((line) => line.slice(0, textLimits.lineCharactersMax))
    .join('\n')
}
