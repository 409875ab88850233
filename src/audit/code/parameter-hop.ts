import type { DefinitionFact } from '../fact.ts'
import type { CodeCall, CodeScope, CodeUnit } from './code-unit.ts'
import { isModelName } from './model-names.ts'
import { dottedPath, lastSegment } from './path-text.ts'

/** What calls in the same file hand to parameters that are named like a model: one more definition of each. */
export function parameterHops(unit: CodeUnit, content: string): readonly DefinitionFact[] {
  const byName = new Map<string, CodeScope>()
  for (const scope of unit.functions) {
    const name = scope.names[0] ?? ''
    if (name !== '' && !byName.has(name)) byName.set(name, scope)
  }
  return unit.calls.flatMap((call) => {
    const target = byName.get(lastSegment(dottedPath(call.callee)))
    return target === undefined ? [] : handedTo(target, call, content)
  })
}

function handedTo(target: CodeScope, call: CodeCall, content: string): readonly DefinitionFact[] {
  const parameters = parameterNames(target, content)
  return call.arguments.flatMap(({ name, value }) => {
    const parameter = /^\d+$/.test(name)
      ? parameters[Number(name)]
      : parameters.find((known) => known === name)
    if (parameter === undefined || !isModelName(parameter)) return []
    if (value.kind === 'unknown') return []
    return [
      {
        kind: 'definition' as const,
        place: value.place,
        detector: 'generic/code-parameter',
        symbol: call.symbol,
        name: `${target.symbol}(${parameter})`,
        form: 'variable' as const,
        value,
      },
    ]
  })
}

/** Names of a function's parameters from its text, `self` left out. */
export function parameterNames(scope: CodeScope, content: string): readonly string[] {
  const head = content.slice(scope.start, Math.min(scope.end, scope.start + 2_000))
  const name = scope.names[0] ?? ''
  const named = head.indexOf(name)
  const open = head.indexOf('(', named < 0 ? 0 : named + name.length)
  if (open < 0) return []
  const parameters: string[] = []
  let depth = 0
  let current = ''
  for (const character of head.slice(open)) {
    if (/[([{<]/.test(character)) depth += 1
    if (/[)\]}>]/.test(character)) depth -= 1
    if (depth === 0 || (character === ',' && depth === 1)) {
      parameters.push(current)
      current = ''
      if (depth === 0) break
    } else if (!(character === '(' && depth === 1 && current === '')) {
      current += character
    }
  }
  return parameters
    .map(parameterName)
    .filter((parameter) => parameter !== '' && !/^(?:self|cls|this|\*|\/)$/.test(parameter))
}

function parameterName(text: string): string {
  const bare = (text.split(/=|\\\\/)[0] ?? '').replaceAll(/@\w+(?:\([^)]*\))?/g, '').trim()
  const colon = bare.indexOf(':')
  const words = (colon >= 0 ? bare.slice(0, colon) : bare).match(/[\p{L}_$][\p{L}\p{N}_]*/gu) ?? []
  const typeFirst =
    colon < 0 &&
    words.length > 1 &&
    /^(?:String|string|final|const|private|public|protected|readonly|str|CharSequence|[A-Z]\w*)$/.test(
      words[0] ?? '',
    )
  const chosen = colon >= 0 || typeFirst || /\$/.test(bare) ? words.at(-1) : words[0]
  return (chosen ?? '').replace(/^\$/, '')
}
