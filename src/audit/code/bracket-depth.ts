/** The deepest nesting of brackets in a text, strings not told apart: an upper bound that costs one pass. */
export function bracketDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x28 || code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (code === 0x29 || code === 0x5d || code === 0x7d) {
      if (depth > 0) depth -= 1
    }
  }
  return deepest
}
