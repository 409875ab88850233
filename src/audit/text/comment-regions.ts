import type { CommentSyntax } from './text-kind.ts'
import { textLimits } from './limits.ts'

/** Stretches of a text that are comments, in order and apart from each other. */
export interface CommentRegions {
  readonly holds: (offset: number) => boolean
}

/** One pass over the text: quoted texts are stepped over, so that `"https://…"` or `'#'` opens no comment. */
export function findComments(content: string, syntax: CommentSyntax): CommentRegions {
  const starts: number[] = []
  const ends: number[] = []
  if (syntax.line.length > 0 || syntax.block.length > 0) {
    const opens = openingCodes(syntax)
    let at = 0
    while (at < content.length) {
      if (!opens.has(content.charCodeAt(at))) {
        at += 1
        continue
      }
      const end = commentEnd(content, at, syntax)
      if (end !== null) {
        starts.push(at)
        ends.push(end)
        at = end
        continue
      }
      at = quotedEnd(content, at, syntax) ?? at + 1
    }
  }
  return {
    holds(offset) {
      let low = 0
      let high = starts.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((starts[middle] ?? 0) <= offset) low = middle + 1
        else high = middle
      }
      return low > 0 && offset < (ends[low - 1] ?? 0)
    },
  }
}

/** Characters at which a comment or a quoted text may begin; nearly all of a text are others. */
function openingCodes(syntax: CommentSyntax): ReadonlySet<number> {
  const marks = [...syntax.line, ...syntax.block.map(([open]) => open), '"', "'", '`']
  return new Set(marks.map((mark) => mark.charCodeAt(0)))
}

function commentEnd(content: string, at: number, syntax: CommentSyntax): number | null {
  for (const [open, close] of syntax.block) {
    if (content.startsWith(open, at)) {
      const end = content.indexOf(close, at + open.length)
      return end === -1 ? content.length : end + close.length
    }
  }
  if (syntax.docstrings === true) {
    const end = docstringEnd(content, at)
    if (end !== null) return end
  }
  for (const mark of syntax.line) {
    if (content.startsWith(mark, at) && opensLineComment(content, at, mark)) {
      const end = content.indexOf('\n', at)
      return end === -1 ? content.length : end
    }
  }
  return null
}

function docstringEnd(content: string, at: number): number | null {
  const quote = content.slice(at, at + 3)
  if (quote !== '"""' && quote !== "'''") return null
  if (!startsLine(content, at) || /[([{,=+\\]\s*$/.test(content.slice(Math.max(0, at - 200), at)))
    return null
  const end = content.indexOf(quote, at + 3)
  return end === -1 ? null : end + 3
}

/** `#`, `;` and `%` open a comment only where a word could begin; `//` never inside an address. */
function opensLineComment(content: string, at: number, mark: string): boolean {
  const before = at === 0 ? '\n' : content.charAt(at - 1)
  if (mark === '//') return before !== ':'
  if (mark === '--')
    return before !== '-' && content.charAt(at + 2) !== '-' ? !/[\w]/.test(before) : true
  if (mark === '#' || mark === '%') return /[\s;,()[\]}]/.test(before)
  return startsLine(content, at)
}

/** True when only blanks, at most a hundred, stand before on the line. */
function startsLine(content: string, at: number): boolean {
  for (let back = at - 1; back >= 0 && back > at - 100; back -= 1) {
    const character = content.charAt(back)
    if (character === '\n') return true
    if (character !== ' ' && character !== '\t') return false
  }
  return at < 100
}

function quotedEnd(content: string, at: number, syntax: CommentSyntax): number | null {
  const quote = content.charAt(at)
  if (quote !== '"' && quote !== "'" && quote !== '`') return null
  // An apostrophe inside a word quotes nothing.
  if (quote === "'" && at > 0 && /\w/.test(content.charAt(at - 1))) return null
  const last = Math.min(content.length, at + textLimits.quotedCharactersMax)
  for (let end = at + 1; end < last; end += 1) {
    const character = content.charAt(end)
    if (character === '\\') end += 1
    else if (character === quote) return end + 1
    else if (character === '\n' && !syntax.longQuotes && quote !== '`') return null
  }
  return null
}
