/** Text of string literals as any of our languages writes them. */

const opening =
  /^(?:[rRbBuUfFtT]{1,3}(?=["'])|[$@]{1,3}(?=")|c(?=")|b?r#*(?=")|#+(?=")|~[a-zA-Z](?=["'([{|/<]))?/

/** The content between the quotes, escapes resolved; the text itself when there are no quotes around it. */
export function unquote(source: string): string {
  const prefix = opening.exec(source)?.[0] ?? ''
  let text = source.slice(prefix.length)
  const raw = /[rR@#]/.test(prefix)
  if (/^b?r?#+$/.test(prefix)) text = text.replace(/#+$/, '')
  const quote = /^(?:"""+|'''+|["'`])/.exec(text)?.[0]
  if (quote === undefined) return text
  if (text.length < quote.length * 2 || !text.endsWith(quote)) return text.slice(quote.length)
  const body = text.slice(quote.length, -quote.length)
  const content = quote.length >= 3 ? body.replace(/^\r?\n/, '') : body
  return raw || quote === '`' ? content : unescape(content)
}

const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' }

/** Resolves the escapes that all our languages share. */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(
    /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g,
    (
      _,
      braced: string | undefined,
      four: string | undefined,
      two: string | undefined,
      one: string | undefined,
    ) => {
      const code = braced ?? four ?? two
      if (code !== undefined) {
        const point = Number.parseInt(code, 16)
        return point <= 0x10ffff ? String.fromCodePoint(point) : ''
      }
      return one === undefined ? '' : (simple[one] ?? one)
    },
  )
}
