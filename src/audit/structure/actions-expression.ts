import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { choiceOf, withFallback } from './expression-value.ts'
import { callOf, splitTopLevel, unquote } from './split-top-level.ts'
import { structureLimits } from './structure-limits.ts'

/** Inside of `${{ … }}` (GitHub, Azure) and `$[[ … ]]` (GitLab). */
export function readActionsExpression(text: string, place: Place, depth = 0): Value {
  const plain = text.trim()
  if (depth > structureLimits.expressionDepthMax) return { kind: 'unknown', text: plain, place }
  const inside = parenthesised(plain)
  if (inside !== null) return readActionsExpression(inside, place, depth + 1)
  const alternatives = splitTopLevel(plain, '||')
  if (alternatives.length > 1) {
    return withFallback(
      alternatives.map((one) => readActionsExpression(one, place, depth + 1)),
      place,
    )
  }
  // `condition && 'a'`: the last operand is the value.
  const conjuncts = splitTopLevel(plain, '&&')
  if (conjuncts.length > 1) {
    return choiceOf([readActionsExpression(conjuncts.at(-1) ?? '', place, depth + 1)], place)
  }
  // GitLab pipes functions: `inputs.model | expand_vars`.
  const [head = ''] = splitTopLevel(plain, '|')
  if (head !== plain) return readActionsExpression(head, place, depth + 1)
  return readOperand(plain, place, depth)
}

function readOperand(text: string, place: Place, depth: number): Value {
  const quoted = unquote(text)
  if (quoted !== null) return { kind: 'literal', text: quoted, place }
  const call = callOf(text)
  if (call !== null) return readCall(call.name, call.given, text, place, depth)
  const reference = text.replace(/\[\s*'([^']+)'\s*\]/g, '.$1')
  const found =
    /^(vars|secrets|env|inputs|parameters|variables|matrix|github\.event\.inputs|pipeline\.parameters)\.([\w.-]+)$/i.exec(
      reference,
    )
  if (found === null) return { kind: 'unknown', text, place }
  const [, context = '', name = ''] = found
  switch (context.toLowerCase()) {
    case 'vars':
      return { kind: 'external', source: `vars:${name}`, fallback: null, place }
    case 'secrets':
      return { kind: 'external', source: `secrets:${name}`, fallback: null, place }
    case 'env':
    case 'variables':
      return { kind: 'environment', variable: name, fallback: null, place }
    case 'matrix':
      return { kind: 'name', name: `matrix.${name}`, place }
    default:
      return { kind: 'external', source: `input:${name}`, fallback: null, place }
  }
}

function readCall(
  name: string,
  given: readonly string[],
  text: string,
  place: Place,
  depth: number,
): Value {
  const values = given.map((one) => readActionsExpression(one, place, depth + 1))
  switch (name.toLowerCase()) {
    case 'format': {
      const [pattern, ...rest] = values
      if (pattern?.kind !== 'literal') return { kind: 'unknown', text, place }
      const parts = pattern.text.split(/(\{\d+\})/).flatMap((part): readonly Value[] => {
        const index = /^\{(\d+)\}$/.exec(part)?.[1]
        if (index !== undefined)
          return [rest[Number(index)] ?? { kind: 'unknown', text: part, place }]
        return part === '' ? [] : [{ kind: 'literal', text: part, place }]
      })
      return { kind: 'concatenation', parts, place }
    }
    case 'coalesce':
      return withFallback(values, place)
    case 'case':
      return choiceOf(
        values.filter((_, index) => index % 2 === 1 || index === values.length - 1),
        place,
      )
    default:
      return { kind: 'unknown', text, place }
  }
}

/** The inside when one pair of brackets encloses all of it. */
function parenthesised(text: string): string | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null
  let level = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') level += 1
    if (text[at] === ')') level -= 1
    if (level === 0 && at < text.length - 1) return null
  }
  return text.slice(1, -1)
}
