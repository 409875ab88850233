/**
 * Templates inside YAML and JSON (`{{ .Values.x | default "y" }}`, `${{ vars.X }}`, `{% if %}`) are no YAML. They
 * are replaced by placeholders of the same length from the private use area, so that every position holds, and put
 * back into the scalars afterwards.
 */
export interface MaskedText {
  readonly text: string
  /** The scalar as written, and whether a template stood in it. */
  readonly restore: (scalar: string) => { readonly text: string; readonly hadTemplate: boolean }
}

const start = '\uE000'
const padding = '\uE001'
const digitBase = 0xe100
const digits = 1_000

const opening = /\$?\{\{|\{%|\$\[\[/g
const templateCharactersMax = 4_000
const placeholder = /\uE000([\uE100-\uE4E7])([\uE100-\uE4E7])\uE001*(?:\s+\uE001+)*/g

export function maskTemplates(content: string): MaskedText {
  if (!/\{\{|\{%|\$\[\[/.test(content)) {
    return { text: content, restore: (text) => ({ text, hadTemplate: false }) }
  }
  const originals: string[] = []
  const parts: string[] = []
  let from = 0
  for (const { text, offset } of templatesIn(content)) {
    if (originals.length >= digits * digits) break
    parts.push(content.slice(from, offset))
    if (isControl(text) && standsAlone(content, offset, offset + text.length)) {
      parts.push(asComment(text))
    } else {
      originals.push(text)
      parts.push(placeholderFor(originals.length - 1, text))
    }
    from = offset + text.length
  }
  const masked = parts.join('') + content.slice(from)
  return {
    text: masked,
    restore: (scalar) => {
      if (!scalar.includes(start) && !scalar.includes(padding))
        return { text: scalar, hadTemplate: false }
      const text = scalar.replace(
        placeholder,
        (_, high: string, low: string) =>
          originals[(high.charCodeAt(0) - digitBase) * digits + low.charCodeAt(0) - digitBase] ??
          '',
      )
      return { text: text.replaceAll(padding, ''), hadTemplate: true }
    },
  }
}

/** Templates from left to right; each closing is looked for once, so that the work stays linear. */
function* templatesIn(
  content: string,
): Generator<{ readonly text: string; readonly offset: number }> {
  const closings = new Map<string, number>()
  let from = 0
  for (const found of content.matchAll(opening)) {
    const offset = found.index
    if (offset < from) continue
    const closing = found[0] === '{%' ? '%}' : found[0] === '$[[' ? ']]' : '}}'
    let end = closings.get(closing) ?? -1
    if (end !== Number.POSITIVE_INFINITY && end < offset + found[0].length) {
      const next = content.indexOf(closing, offset + found[0].length)
      end = next === -1 ? Number.POSITIVE_INFINITY : next
      closings.set(closing, end)
    }
    if (end - offset > templateCharactersMax) continue
    from = end + closing.length
    yield { text: content.slice(offset, from), offset }
  }
}

/** Text that steers the template or pours whole blocks in, in contrast to one that stands for a value. */
function isControl(text: string): boolean {
  if (text.startsWith('$')) return false
  return (
    text.startsWith('{%') ||
    /^\{\{-?\s*(?:\/\*|(?:if|else|end|range|with|define|template|include|block|fail|tpl|toYaml)\b|\$[\w]*\s*:?=)/.test(
      text,
    ) ||
    /\b(?:toYaml|nindent|indent)\b/.test(text)
  )
}

/** A line of templates alone (`{{- if .Values.x }}`, `{{ include "labels" . }}`) says nothing as YAML. */
function standsAlone(content: string, from: number, to: number): boolean {
  const lineStart = content.lastIndexOf('\n', from - 1) + 1
  const newline = content.indexOf('\n', to)
  const lineEnd = newline === -1 ? content.length : newline
  const rest = content.slice(lineStart, from) + content.slice(to, lineEnd)
  return rest.length < 2_000 && rest.replace(/\{\{.{0,400}?\}\}|\{%.{0,400}?%\}/g, '').trim() === ''
}

function asComment(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? line : `#${line.slice(1).replace(/[^\r]/g, 'x')}`))
    .join('\n')
}

function placeholderFor(index: number, text: string): string {
  const head =
    start +
    String.fromCharCode(digitBase + Math.floor(index / digits)) +
    String.fromCharCode(digitBase + (index % digits))
  return head + text.slice(head.length).replace(/[^\r\n]/g, padding)
}
