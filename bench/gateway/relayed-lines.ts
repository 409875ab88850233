/** Of one connection, and no matter of the next one. */
const ownOfConnection = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
])

type Lines = Readonly<Record<string, string | string[] | undefined>>

/** Header lines of a request as a relay sends them on. */
export function requestLines(lines: Lines): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const name in lines) {
    const value = lines[name]
    if (value !== undefined && !ownOfConnection.has(name)) kept[name] = value
  }
  return kept
}

/** The same of an answer, whose length stays. */
export function answerLines(lines: Lines): Record<string, string | string[]> {
  const length = lines['content-length']
  const kept = requestLines(lines)
  return length === undefined ? kept : { ...kept, 'content-length': length }
}
