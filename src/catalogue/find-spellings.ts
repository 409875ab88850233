import { tokenLengthMax } from './limits.ts'
import type { ModelSpelling } from './resolution.ts'

/** Runs of characters that model names, paths and ARNs are made of. */
const token = /[A-Za-z0-9@~][A-Za-z0-9._:/@~+*-]{4,}(?:\[\d{1,4}[mk]\])?/g

/** Punctuation that ends a sentence, not a name. */
const trailing = /[.:/@~+*-]+$/

/**
 * All model names in a text. Each run of name characters is tried as a whole, then from each of its separators
 * on, so that the work is linear in the text: runs are bounded and so is the number of tries.
 */
export function findSpellings(
  text: string,
  vendorOf: (name: string) => string | null,
  mayName: (text: string) => boolean,
): readonly ModelSpelling[] {
  const found: ModelSpelling[] = []
  for (const match of text.matchAll(token)) {
    if (match[0].length > tokenLengthMax || !mayName(match[0].toLowerCase())) continue
    const spelling = firstName(match[0].replace(trailing, ''), vendorOf)
    if (spelling !== null) {
      found.push({ ...spelling, offset: match.index + spelling.offset })
    }
  }
  return found
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
