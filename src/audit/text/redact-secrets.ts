import { keyShapeGlobal } from './secret-shapes.ts'

export const redaction = '[redacted]'

/** Names whose values are nobody's business: `API_KEY`, `clientSecret`, `password`, `DB_PASSWD`, `access-token`. */
const secretName =
  '[\\w.-]{0,60}(?:api[_-]?key|apikey|secret|passw(?:or)?d|passwd|pwd|token(?![a-z])|credential|private[_-]?key|access[_-]?key|auth[_-]?key|account[_-]?key|connection[_-]?string)[\\w.-]{0,20}'

const privateKey =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\]{0,20000})/g
const userInUrl = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/@:"'`<>]{0,200}):([^\s/@"'`<>]{1,400})@/gi
const bearer = /\b(bearer|basic|token)(\s{1,4})([A-Za-z0-9+/_.~=-]{12,4000})/gi
const keyHeader =
  /((?:x-api-key|api-key|x-goog-api-key|authorization)["']?\s{0,4}[:=]\s{0,4}["']?)([^\s"'`,;]{8,4000})/gi
const quotedAssignment = new RegExp(
  `((?<![\\w.-])${secretName}["'\\]]{0,2}\\s{0,8}(?:=>|:=|[=:])\\s{0,8})(["'\`])([^"'\`\\n]{1,4000})\\2`,
  'gi',
)
const plainAssignment = new RegExp(
  `((?<![\\w.-])${secretName}["'\\]]{0,2}\\s{0,8}(?:=>|:=|[=:])\\s{0,8})([^\\s"'\`,;(){}<>\\[\\]]{6,4000})`,
  'gi',
)
const queryKey =
  /([?&](?:key|api[_-]?key|access_token|token|sig|signature|code)=)([^&\s"'`<>]{6,2000})/gi

/**
 * A text with every secret in it taken out, for whatever is shown or written. What only refers to a secret
 * (`${{ secrets.X }}`, `process.env.X`, `<your-key>`) stays readable.
 */
export function redactSecrets(text: string): string {
  return text
    .replace(privateKey, redaction)
    .replace(keyShapeGlobal, (key) => (isReference(key) || isStandIn(key) ? key : redaction))
    .replace(userInUrl, (_, scheme: string, user: string, password: string) =>
      isReference(password) ? `${scheme}${user}:${password}@` : `${scheme}${redaction}@`,
    )
    .replace(bearer, (whole, word: string, gap: string, value: string) =>
      /[\d_+/=]/.test(value) && !isStandIn(value) ? `${word}${gap}${redaction}` : whole,
    )
    .replace(keyHeader, (whole, head: string, value: string) =>
      isReference(value) || isWord(value) ? whole : `${head}${redaction}`,
    )
    .replace(queryKey, (whole, head: string, value: string) =>
      isReference(value) ? whole : `${head}${redaction}`,
    )
    .replace(quotedAssignment, (whole, head: string, quote: string, value: string) =>
      isReference(value) || isStandIn(value) ? whole : `${head}${quote}${redaction}${quote}`,
    )
    .replace(plainAssignment, (whole, head: string, value: string) =>
      isReference(value) || isStandIn(value) || isCode(head, value) ? whole : `${head}${redaction}`,
    )
}

function isReference(value: string): boolean {
  return (
    value === redaction ||
    /^(?:\$|%|<|\{\{|@|env:|file:|secrets?\.|process\.|os\.|vars\.|op:\/\/|vault:)/i.test(value)
  )
}

/** Stand-ins that documentation uses, and words that are settings rather than secrets. */
function isStandIn(value: string): boolean {
  return (
    /\.\.\.|…|x{4,}|\*{3,}|your[-_ ]|example|placeholder|change[-_]?me/i.test(value) ||
    /^(?:null|none|nil|true|false|undefined|required|optional|string|str|write|read|inherit)$/i.test(
      value,
    ) ||
    // The name of a variable that holds it.
    (/^[A-Z]+(?:_[A-Z]+)+$/.test(value) && value.length < 60)
  )
}

function isWord(value: string): boolean {
  return /^(?:bearer|basic|token|string|null|none)$/i.test(value)
}

/** Names and numbers of code. What stands for a password is taken out even when it looks like a name. */
function isCode(head: string, value: string): boolean {
  if (/^[\d_.]+$/.test(value)) return !/passw|passwd|pwd|secret/i.test(head)
  if (/^[A-Za-z_]\w*(?:(?:\.|::|->|\?\.)[A-Za-z_]\w*)+$/.test(value)) return true
  return /^[A-Za-z_]+$/.test(value) && value.length < 40 && !/passw|passwd|pwd|secret/i.test(head)
}
