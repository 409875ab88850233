/** Splits at an operator that stands outside quotes and brackets: `a || fn(b || c)` at `||` gives two parts. */
export function splitTopLevel(text: string, operator: string): readonly string[] {
  const parts: string[] = []
  let level = 0
  let quote = ''
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (quote !== '') {
      if (character === '\\') at += 1
      else if (character === quote) quote = ''
    } else if (character === '"' || character === "'" || character === '`') quote = character
    else if ('([{'.includes(character)) level += 1
    else if (')]}'.includes(character)) level -= 1
    else if (level === 0 && isOperator(text, at, operator)) {
      parts.push(text.slice(from, at).trim())
      at += operator.length - 1
      from = at + 1
    }
  }
  parts.push(text.slice(from).trim())
  return parts
}

/** A single `|` or `?` is none inside `||` or `??`. */
function isOperator(text: string, at: number, operator: string): boolean {
  if (!text.startsWith(operator, at)) return false
  if (operator.length > 1 || !'|?'.includes(operator)) return true
  return text[at + 1] !== operator && text[at - 1] !== operator
}

/** Words of a template function call: quoted texts, parenthesised groups, bare words. */
export function wordsOf(text: string): readonly string[] {
  return splitTopLevel(text.replace(/\s+/g, ' ').trim(), ' ').filter((word) => word !== '')
}

/** The text inside one pair of quotes, null when it is no quoted text. */
export function unquote(text: string): string | null {
  const quote = text[0]
  if (text.length < 2 || (quote !== '"' && quote !== "'" && quote !== '`') || text.at(-1) !== quote)
    return null
  const inner = text.slice(1, -1)
  if (new RegExp(`(?:^|[^\\\\${quote}])${quote}(?:[^${quote}]|$)`).test(inner)) return null
  return inner.replaceAll(quote + quote, quote).replaceAll(`\\${quote}`, quote)
}

/** `name(arguments)` taken apart, null when the text is no single call. */
export function callOf(
  text: string,
): { readonly name: string; readonly given: readonly string[] } | null {
  const found = /^([A-Za-z_][\w.]*)\s*\(([\s\S]*)\)$/.exec(text)
  if (found === null) return null
  const [, name = '', inside = ''] = found
  let level = 0
  for (const character of inside) {
    if (character === '(') level += 1
    if (character === ')') level -= 1
    if (level < 0) return null
  }
  return { name, given: inside.trim() === '' ? [] : splitTopLevel(inside, ',') }
}
