/**
 * The JSON of an answer: the whole text, else the only fenced block in it. Anything else is a bad format, which counts
 * against the answer: a program that reads it would fail too.
 */
export function answeredJson(text: string): { readonly value: unknown } | null {
  const whole = parsed(text)
  if (whole !== null) return whole
  const blocks = fencedBlocks(text)
  return blocks.length === 1 ? parsed(blocks[0] ?? '') : null
}

/** The code of an answer: the only fenced block, else the longest, else the text itself. */
export function answeredCode(text: string): string {
  return fencedBlocks(text).toSorted((a, b) => b.length - a.length)[0] ?? text
}

/** A fence that was never closed, as in an answer that was cut, is no block. */
function fencedBlocks(text: string): readonly string[] {
  const blocks: string[] = []
  let open: { readonly fence: string; readonly lines: string[] } | null = null
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(?<fence>`{3,}|~{3,})(?<info>[^`]*)$/.exec(line)?.groups
    if (open === null) {
      if (fence !== undefined) open = { fence: fence['fence'] ?? '', lines: [] }
    } else if (
      fence !== undefined &&
      (fence['fence'] ?? '').startsWith(open.fence) &&
      (fence['info'] ?? '').trim() === ''
    ) {
      blocks.push(`${open.lines.join('\n')}\n`)
      open = null
    } else open.lines.push(line)
  }
  return blocks
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}
