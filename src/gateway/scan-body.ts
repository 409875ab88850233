/** Where a member of the outermost object stands: bytes `start` up to `end` hold its value. */
export interface MemberRange {
  readonly name: string
  readonly start: number
  readonly end: number
  /** Objects and lists that lie within each other in the value. */
  readonly depth: number
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a

/**
 * The members of the outermost object of a JSON text, with the places of their values, so that one value can be
 * replaced and every other byte goes through as it came. The text must have passed `JSON.parse`. A name that stands
 * there twice is listed twice: parsers differ in which one counts.
 */
export function scanBody(bytes: Buffer): readonly MemberRange[] {
  const members: MemberRange[] = []
  let at = skipSpace(bytes, 0)
  if (bytes[at] !== openBrace) return members
  at = skipSpace(bytes, at + 1)
  while (at < bytes.length && bytes[at] !== closeBrace) {
    const nameEnd = endOfString(bytes, at)
    const name = textBetween(bytes, at, nameEnd)
    at = skipSpace(bytes, nameEnd)
    if (bytes[at] === colon) at = skipSpace(bytes, at + 1)
    const { end, depth } = endOfValue(bytes, at)
    members.push({ name, start: at, end, depth })
    at = skipSpace(bytes, end)
    if (bytes[at] === comma) at = skipSpace(bytes, at + 1)
  }
  return members
}

/** The text with one value replaced. */
export function spliceBody(
  bytes: Buffer,
  { start, end }: Pick<MemberRange, 'start' | 'end'>,
  value: string,
): Buffer {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(value), bytes.subarray(end)])
}

interface ValueEnd {
  readonly end: number
  readonly depth: number
}

function endOfValue(bytes: Buffer, start: number): ValueEnd {
  const first = bytes[start]
  if (first === quote) return { end: endOfString(bytes, start), depth: 0 }
  if (first === openBrace || first === openBracket) return endOfNested(bytes, start)
  let at = start
  while (at < bytes.length && !isEndOfScalar(bytes[at])) at += 1
  return { end: at, depth: 0 }
}

function endOfNested(bytes: Buffer, start: number): ValueEnd {
  let depth = 0
  let deepest = 0
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === quote) {
      at = endOfString(bytes, at)
      continue
    }
    if (byte === openBrace || byte === openBracket) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth === 0) return { end: at + 1, depth: deepest }
    }
    at += 1
  }
  return { end: at, depth: deepest }
}

/** Long texts are passed over natively, from quotation mark to quotation mark. */
function endOfString(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(quote, start + 1)
  while (at !== -1 && isEscaped(bytes, at)) at = bytes.indexOf(quote, at + 1)
  return at === -1 ? bytes.length : at + 1
}

function isEscaped(bytes: Buffer, at: number): boolean {
  let before = at - 1
  while (bytes[before] === backslash) before -= 1
  return (at - before) % 2 === 0
}

/** The text of a string with its quotation marks: nearly always as it stands there. */
function textBetween(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at += 1)
    if (bytes[at] === backslash) return String(JSON.parse(bytes.toString('utf8', start, end)))
  return bytes.toString('utf8', start + 1, end - 1)
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && isSpace(bytes[at])) at += 1
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isEndOfScalar(byte: number | undefined): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)
}
