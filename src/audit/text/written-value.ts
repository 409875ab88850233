import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { textLimits } from './limits.ts'

/**
 * What stands in a value's place in plain text: a literal, or a reference in the spelling of a shell, a
 * makefile, PowerShell, GitHub Actions, GitLab, Azure Pipelines or a template, with the default beside it.
 */
export function writtenValue(written: string, place: Place, depth = 0): Value {
  const text = unquoted(written.trim())
  if (depth > textLimits.nestedDefaultsMax) return { kind: 'unknown', text, place }
  return (
    actionsExpression(text, place, depth) ??
    shellExpansion(text, place, depth) ??
    otherReference(text, place) ?? { kind: 'literal', text, place }
  )
}

function unquoted(text: string): string {
  const first = text.charAt(0)
  const quotes = first === '"' || first === "'" || first === '`'
  return quotes && text.length >= 2 && text.endsWith(first) ? text.slice(1, -1) : text
}

/** `${{ vars.REVIEW_MODEL || 'claude-…' }}`: the first that is set counts, so each may be it. */
function actionsExpression(text: string, place: Place, depth: number): Value | null {
  if (!text.startsWith('${{') || !text.endsWith('}}')) return null
  const alternatives = text.slice(3, -2).split('||')
  return alternatives.reduceRight<Value | null>((fallback, alternative) => {
    const part = alternative.trim()
    const reference =
      /^(vars|secrets|env|inputs|github\.event\.inputs|matrix|needs|steps)\.([\w.-]+)$/.exec(part)
    if (reference === null) {
      const isText = /^'[^']*'$/.test(part)
      return isText ? writtenValue(part, place, depth + 1) : { kind: 'unknown', text: part, place }
    }
    const [, scope = '', name = ''] = reference
    if (scope === 'env') return { kind: 'environment', variable: name, fallback, place }
    const kind = scope === 'inputs' || scope === 'github.event.inputs' ? 'input' : scope
    return { kind: 'external', source: `${kind}:${name}`, fallback, place }
  }, null)
}

/** `$X`, `${X}`, `${X:-default}`, `"${X:=default}"`. */
function shellExpansion(text: string, place: Place, depth: number): Value | null {
  const plain = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(text)
  if (plain !== null)
    return { kind: 'environment', variable: plain[1] ?? '', fallback: null, place }
  const withDefault = /^\$\{([A-Za-z_]\w*):?[-=?]([^\n]*)\}$/.exec(text)
  if (withDefault === null) return null
  const [, variable = '', rest = ''] = withDefault
  const fallback = rest === '' ? null : writtenValue(rest, place, depth + 1)
  return { kind: 'environment', variable, fallback, place }
}

function otherReference(text: string, place: Place): Value | null {
  const variable =
    /^\$env:([A-Za-z_]\w*)$/i.exec(text)?.[1] ??
    /^%([A-Za-z_]\w*)%$/.exec(text)?.[1] ??
    /^\$\$?\(([A-Za-z_]\w*)\)$/.exec(text)?.[1]
  if (variable !== undefined) return { kind: 'environment', variable, fallback: null, place }
  const template = /^\{\{-?\s*([\w.$-]+)[^{}]*\}\}$/.exec(text)?.[1]
  if (template !== undefined) {
    return {
      kind: 'external',
      source: `setting:${template.replace(/^[.$]+/, '')}`,
      fallback: null,
      place,
    }
  }
  return /[$`]|\{\{|<%|#\{/.test(text) ? { kind: 'unknown', text, place } : null
}
