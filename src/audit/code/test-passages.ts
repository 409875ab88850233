import { indexLines } from '../line-index.ts'

/** Stretches of a file of work that are tests or made-up data: from a line to a line, both included. */
export interface TestPassage {
  readonly from: number
  readonly to: number
}

/**
 * What opens one, by the ending of the file's name. Rust keeps its unit tests in the file they test; a preview of
 * SwiftUI shows a page with data that somebody made up.
 */
const openings: readonly { readonly ending: string; readonly opening: RegExp }[] = [
  {
    ending: '.rs',
    opening: /#\[(?:cfg\((?:all\()?\s*test\b|(?:\w+::){0,3}(?:test|rstest|test_case)\b)/g,
  },
  { ending: '.swift', opening: /#Preview\b|\b(?:struct|class|enum) \w+\s*:\s*PreviewProvider\b/g },
]

/** The items of a file that hold in tests alone. One pass over the text, and none where nothing opens one. */
export function testPassages(path: string, content: string): readonly TestPassage[] {
  const opening = openings.find(({ ending }) => path.endsWith(ending))?.opening
  if (opening === undefined) return []
  const found = [...content.matchAll(opening)]
  if (found.length === 0) return []
  const { placeOf } = indexLines(content)
  const passages: TestPassage[] = []
  let end = 0
  for (const { index } of found) {
    if (index < end) continue
    end = itemEnd(content, index)
    passages.push({ from: placeOf(index).line, to: placeOf(end - 1).line })
  }
  return passages
}

/** The offset behind the item that begins here: its closing brace, or the semicolon of an item without a body. */
function itemEnd(content: string, start: number): number {
  let depth = 0
  for (let at = start; at < content.length;) {
    const skipped = quotedEnd(content, at)
    if (skipped > at) {
      at = skipped
      continue
    }
    const character = content[at]
    at += 1
    if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth <= 0) return at
    } else if (character === ';' && depth === 0) return at
  }
  return content.length
}

const rawOpening = /r(#*)"/y
const characterLiteral = /'(?:\\[^\n]{1,10}?|[^\\'\n])'/y

/** The offset behind a comment, a text or a character that begins here; the offset itself where none does. */
function quotedEnd(content: string, at: number): number {
  const character = content[at]
  if (character === '/') {
    if (content[at + 1] === '/') return endOr(content, content.indexOf('\n', at), 1)
    return content[at + 1] === '*' ? endOr(content, content.indexOf('*/', at + 2), 2) : at
  }
  if (character === 'r') {
    rawOpening.lastIndex = at
    const raw = rawOpening.exec(content)
    if (raw === null) return at
    const close = `"${raw[1]}`
    return endOr(content, content.indexOf(close, rawOpening.lastIndex), close.length)
  }
  if (character === "'") {
    characterLiteral.lastIndex = at
    return characterLiteral.test(content) ? characterLiteral.lastIndex : at
  }
  if (character !== '"') return at
  if (content.startsWith('"""', at)) return endOr(content, content.indexOf('"""', at + 3), 3)
  for (let end = at + 1; end < content.length; end += 1) {
    if (content[end] === '\\') end += 1
    else if (content[end] === '"') return end + 1
  }
  return content.length
}

function endOr(content: string, found: number, length: number): number {
  return found === -1 ? content.length : found + length
}
