import { textLimits } from './limits.ts'

/** One word of a command, quotes taken off. */
export interface Word {
  readonly text: string
  readonly offset: number
  /** True when any part of it stood in quotes. */
  readonly quoted: boolean
  /** The identifier that stands here instead of a text, in a list of arguments. */
  readonly name: string | null
}

/**
 * The words of the command that begins at `start`, up to its end (line, `;`, `|`, `&`, closing bracket).
 * `container` is the quote that the whole command stands in (a JSON string, `sh -c '…'`), which ends it too.
 */
export function readWords(content: string, start: number, container: string): readonly Word[] {
  const limit = Math.min(content.length, start + textLimits.commandCharactersMax)
  const words: Word[] = []
  let at = start
  let depth = 0
  while (at < limit && words.length < textLimits.commandWordsMax) {
    const character = content.charAt(at)
    if (character === ' ' || character === '\t') {
      at += 1
      continue
    }
    const joined = lineContinuation(content, at)
    if (joined > 0) {
      at += joined
      continue
    }
    if (endsCommand(character, depth) || character === container) break
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    const word = readWord(content, at, limit, container)
    // Always forward, whatever stands here.
    at = Math.max(word.end, at + 1)
    words.push({ text: word.text, offset: word.offset, quoted: word.quoted, name: null })
  }
  return words
}

/** `\` or a backtick (PowerShell), or `^` (cmd), before the line's end. */
function lineContinuation(content: string, at: number): number {
  const character = content.charAt(at)
  if (character !== '\\' && character !== '`' && character !== '^') return 0
  if (content.charAt(at + 1) === '\n') return 2
  if (content.startsWith('\r\n', at + 1)) return 3
  // The same inside a JSON string.
  return character === '\\' && content.startsWith('\\\\n', at) ? 3 : 0
}

function endsCommand(character: string, depth: number): boolean {
  return /[\n\r;|&<>]/.test(character) || (character === ')' && depth === 0) || character === '`'
}

interface ReadWord {
  readonly text: string
  readonly offset: number
  readonly end: number
  readonly quoted: boolean
}

function readWord(content: string, start: number, limit: number, container: string): ReadWord {
  let text = ''
  let offset = start
  let quoted = false
  let at = start
  while (at < limit) {
    const character = content.charAt(at)
    if (content.startsWith('${{', at)) {
      const end = content.indexOf('}}', at)
      const until = end === -1 || end >= limit ? limit : end + 2
      text += content.slice(at, until)
      at = until
      continue
    }
    const reference = referenceEnd(content, at, limit)
    if (reference !== null) {
      text += content.slice(at, reference)
      at = reference
      continue
    }
    const quote = openingQuote(content, at, container)
    if (quote !== null) {
      const inner = at + quote.length
      const end = closingQuote(content, inner, quote, limit)
      // An offset into the quotes, so that a place points at the value itself.
      if (text === '') offset = inner
      text += content.slice(inner, end)
      quoted = true
      at = end + quote.length
      continue
    }
    if (/[\s;|&<>()`]/.test(character) || character === container) break
    if (lineContinuation(content, at) > 0) break
    if (character === '\\' && at + 1 < limit) {
      text += content.charAt(at + 1)
      at += 2
      continue
    }
    text += character
    at += 1
  }
  return { text, offset, end: Math.min(at, limit), quoted }
}

/** `$(NAME)`, `${NAME:-default}` and `$(command)` belong to the word; null where none begins or ends. */
function referenceEnd(content: string, at: number, limit: number): number | null {
  if (content.charAt(at) !== '$') return null
  const open = content.charAt(at + 1)
  if (open !== '(' && open !== '{') return null
  const close = open === '(' ? ')' : '}'
  let depth = 0
  for (let end = at + 1; end < limit; end += 1) {
    const character = content.charAt(end)
    if (character === '\n') return null
    if (character === open) depth += 1
    else if (character === close) {
      depth -= 1
      if (depth === 0) return end + 1
    }
  }
  return null
}

/** Inside a double-quoted container quotes are written `\"`; `'` is a quote unless it is the container. */
function openingQuote(content: string, at: number, container: string): string | null {
  const character = content.charAt(at)
  if (container === '"' && content.startsWith('\\"', at)) return '\\"'
  if ((character === '"' || character === "'") && character !== container) return character
  return null
}

function closingQuote(content: string, from: number, quote: string, limit: number): number {
  for (let at = from; at < limit; at += 1) {
    if (content.startsWith(quote, at)) return at
    if (content.charAt(at) === '\\' && quote === '"') at += 1
  }
  return limit
}

/** The words of a list of arguments, `["claude", "-p", prompt]`: texts as they are, identifiers by name. */
export function readArguments(content: string, start: number): readonly Word[] {
  const limit = Math.min(content.length, start + textLimits.commandCharactersMax)
  const words: Word[] = []
  let at = start
  while (at < limit && words.length < textLimits.commandWordsMax) {
    const character = content.charAt(at)
    if (character === ']' || character === ')' || character === '}' || character === ';') break
    if (/[\s,[(]/.test(character)) {
      at += 1
      continue
    }
    if (character === '"' || character === "'" || character === '`') {
      const end = closingQuote(content, at + 1, character, limit)
      words.push({ text: content.slice(at + 1, end), offset: at + 1, quoted: true, name: null })
      at = end + 1
      continue
    }
    const from = at
    while (at < limit && !/[,\s\])};]/.test(content.charAt(at))) at += 1
    const name = /^[A-Za-z_][\w.]*$/.exec(content.slice(from, at))?.[0] ?? null
    words.push({ text: '', offset: from, quoted: false, name })
    at = Math.max(at, from + 1)
  }
  return words
}
