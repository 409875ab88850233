import { tokenLengthMax } from './limits.ts'
import type { NameStems } from './name-stems.ts'
import type { ModelSpelling } from './resolution.ts'

/** Runs of characters that model names, paths and ARNs are made of. */
const token = /[A-Za-z0-9@~][A-Za-z0-9._:/@~+*-]{4,}(?:\[\d{1,4}[mk]\])?/y

/** Punctuation that ends a sentence, not a name. */
const trailing = /[.:/@~+*-]+$/

/**
 * All model names in a text. Each run of name characters that holds a stem is tried as a whole, then from each of
 * its separators on, so that the work is linear in the text: runs are bounded and so is the number of tries.
 */
export function findSpellings(
  text: string,
  vendorOf: (name: string) => string | null,
  stems: NameStems,
): readonly ModelSpelling[] {
  const found: ModelSpelling[] = []
  let from = 0
  for (let stem = stems.find(text, 0); stem !== -1; stem = stems.find(text, from)) {
    const match = tokenAround(text, stem, from)
    if (match === null) {
      from = endOfLetters(text, stem)
      continue
    }
    from = match.index + match[0].length
    if (match[0].length > tokenLengthMax) continue
    const spelling = firstName(match[0].replace(trailing, ''), vendorOf)
    if (spelling !== null) {
      found.push({ ...spelling, offset: match.index + spelling.offset })
    }
  }
  return found
}

/** The run of name characters that holds the stem, or null when it is too short to be one. */
function tokenAround(text: string, stem: number, from: number): RegExpExecArray | null {
  const start = startOfRun(text, stem, from)
  const match = tokenAt(text, start)
  if (match !== null || text[start - 1] !== '[') return match
  // A context length in brackets (`[128k]`) is part of the run before.
  const before = tokenAt(text, startOfRun(text, start - 1, from))
  return before !== null && before.index + before[0].length > stem ? before : null
}

/** Where the run of name characters around or before an offset starts. */
function startOfRun(text: string, at: number, from: number): number {
  let start = at
  while (start > from && isNameCharacter(text, start - 1)) start -= 1
  return start
}

function tokenAt(text: string, runStart: number): RegExpExecArray | null {
  token.lastIndex = runStart
  while (/[._:/+*-]/.test(text.charAt(token.lastIndex))) token.lastIndex += 1
  return token.exec(text)
}

function isNameCharacter(text: string, at: number): boolean {
  return nameCharacters[text.charCodeAt(at)] === 1
}

const nameCharacters = new Uint8Array(0x80)
for (let code = 0; code < nameCharacters.length; code += 1) {
  if (/[A-Za-z0-9._:/@~+*-]/.test(String.fromCharCode(code))) nameCharacters[code] = 1
}

function endOfLetters(text: string, start: number): number {
  let end = start
  while (/[A-Za-z]/.test(text.charAt(end))) end += 1
  return end
}

const separator = /[/:]/g
const triesMax = 12

function firstName(run: string, vendorOf: (name: string) => string | null): ModelSpelling | null {
  const starts = [0]
  for (const match of run.matchAll(separator)) starts.push(match.index + 1)
  for (const offset of starts.slice(0, triesMax)) {
    const name = run.slice(offset)
    const vendor = vendorOf(name)
    if (vendor !== null) return { text: name, offset, vendor }
    const end = name.search(separator)
    const head = end === -1 ? null : name.slice(0, end)
    const headVendor = head === null ? null : vendorOf(head)
    if (head !== null && headVendor !== null) return { text: head, offset, vendor: headVendor }
  }
  return null
}
