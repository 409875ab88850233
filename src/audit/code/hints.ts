import type { CodeCall, CodeScope } from './code-unit.ts'
import { codeLimits } from './limits.ts'

const prompt =
  /(?:system|instructions?|preamble|SYSTEM|Instructions?|System|prompt|PROMPT|Prompt)\w*["'`]?\s*(?:[:=(,]|=>|:=)+\s*(?:["'`]?content["'`]?\s*[:=]\s*)?(?:[a-zA-Z$@]{0,2}("""|'''|["'`])([^"'`]{12,200})|([A-Za-z_][\w.]{3,}))/

/** Words near a call that tell its task: names around it, the first line of its documentation, its prompt. */
export function hintsOf(call: CodeCall, content: string): readonly string[] {
  const { scope } = call
  const hints = [...(scope?.names ?? call.symbol.split('.').toReversed())]
  if (scope !== null) {
    const documentation = documentationOf(scope, content)
    if (documentation !== '') hints.push(documentation)
  }
  const text = promptOf(call.text, content) ?? promptOf(scopeText(scope, content), content)
  if (text !== null) hints.push(text)
  return [...new Set(hints.filter((hint) => hint !== ''))]
}

/** Text of the function around, at most 4,000 characters. */
export function scopeText(scope: CodeScope | null, content: string): string {
  if (scope === null) return ''
  return content.slice(
    scope.start,
    Math.min(scope.end, scope.start + codeLimits.scopeTextCharactersMax),
  )
}

/** First sentence of a docstring inside, or of the comment above. */
function documentationOf(scope: CodeScope, content: string): string {
  const head = content.slice(scope.start, Math.min(scope.end, scope.start + 800))
  const inside = /^[^\n]*(?:\n[^\n]*){0,8}?:\s*\n\s*[rRuU]?(?:"""|''')\s*([^\n"]+)/.exec(head)?.[1]
  if (inside !== undefined) return inside.trim().slice(0, codeLimits.hintCharactersMax)
  const before = content.slice(Math.max(0, scope.start - 800), scope.start)
  const block = /\/\*\*?\s*(?:\*\s*)?([^\n*]+)[^/]*\*\/\s*(?:[@\w\s():"'.,[\]]*)$/.exec(before)?.[1]
  if (block !== undefined)
    return block
      .replaceAll(/<\/?\w+>/g, '')
      .trim()
      .slice(0, codeLimits.hintCharactersMax)
  const lines =
    /((?:^|\n)[ \t]*(?:\/\/+|#(?!\[))[^\n]*)(?:\n[ \t]*(?:\/\/+|#|@)[^\n]*)*\n[ \t]*[\w\s]*$/.exec(
      before,
    )?.[1]
  return (lines ?? '')
    .replace(/^\s*(?:\/\/+|#+)\s*/, '')
    .trim()
    .slice(0, codeLimits.hintCharactersMax)
}

function promptOf(text: string, content: string): string | null {
  const match = prompt.exec(text)
  if (match === null) return null
  const literal = match[2]
  if (literal !== undefined) return literal.trim().slice(0, codeLimits.hintCharactersMax)
  const name = (match[3] ?? '').split('.').at(-1) ?? ''
  if (name.length < 4) return null
  const at = content.search(
    new RegExp(`\\b${name}\\b[^=\\n]{0,40}=\\s*\\(?\\s*[a-zA-Z$@]{0,2}["'\`]`),
  )
  if (at < 0) return null
  const quoted = /=\s*\(?\s*[a-zA-Z$@]{0,2}(?:"""|'''|["'`])\\?\s*([^"`]{8,400})/.exec(
    content.slice(at, at + 800),
  )?.[1]
  return quoted === undefined ? null : quoted.trim().slice(0, codeLimits.hintCharactersMax)
}
