import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { readActionsExpression } from './actions-expression.ts'
import { choiceOf, type ExpressionDialect, withFallback } from './expression-value.ts'
import { readHclExpression } from './hcl-expression.ts'
import { structureLimits } from './structure-limits.ts'
import { readTemplateExpression } from './template-expression.ts'

/**
 * A scalar of a structured file as a value: literal text, or what its templates and references read
 * (`${{ vars.X || 'y' }}`, `${X:-y}`, `{{ .Values.a | default "y" }}`, `var.x`). Never looks anywhere else.
 */
export function readExpression(
  text: string,
  place: Place,
  dialect: ExpressionDialect = 'any',
): Value {
  if (text.length > structureLimits.expressionCharactersMax) return { kind: 'literal', text, place }
  const whole = readWhole(text.trim(), place, dialect)
  if (whole !== null) return whole
  const parts = interpolations(text, place, dialect)
  const [first] = parts
  if (first === undefined) return { kind: 'literal', text, place }
  if (parts.length === 1) return first
  return { kind: 'concatenation', parts, place }
}

/** Reads a bare HCL or Bicep expression (`var.x`, `cond ? a : b`), not a quoted text. */
export function readBareExpression(text: string, place: Place, dialect: ExpressionDialect): Value {
  return readHclExpression(text, place, dialect, readExpression)
}

/** Forms that take the whole text. */
function readWhole(text: string, place: Place, dialect: ExpressionDialect): Value | null {
  const tagged = /^!(Ref|Sub|GetAtt|ImportValue|secret|env_var|vault)\s+([\s\S]*)$/.exec(text)
  if (tagged !== null) {
    const [, tag = '', rest = ''] = tagged
    if (tag === 'Sub') return readExpression(rest, place, 'cloudformation')
    if (tag === 'Ref') return { kind: 'external', source: `input:${rest}`, fallback: null, place }
    if (tag === 'env_var') return environment(/^\S+/.exec(rest)?.[0] ?? rest, null, place)
    if (tag === 'secret')
      return { kind: 'external', source: `secrets:${rest}`, fallback: null, place }
    return { kind: 'unknown', text, place }
  }
  const liteLlm = /^os\.environ\/([A-Za-z_]\w*)$/.exec(text)
  if (liteLlm !== null) return environment(liteLlm[1] ?? '', null, place)
  const braced =
    /^\{env:([A-Za-z_]\w*)\}$/.exec(text) ?? /^%(?:env\()?([A-Z_][A-Z0-9_]*)\)?%$/.exec(text)
  if (braced !== null) return environment(braced[1] ?? '', null, place)
  const ruby =
    /^<%=\s*ENV(?:\.fetch\(\s*|\[)["'](\w+)["']\s*(?:\]|,?)\s*(?:(?:\|\||,)?\s*["']([^"']*)["'])?\s*\)?\s*%>$/.exec(
      text,
    )
  if (ruby !== null) {
    const fallback =
      ruby[2] === undefined ? null : ({ kind: 'literal', text: ruby[2], place } as const)
    return environment(ruby[1] ?? '', fallback, place)
  }
  const arm = /^\[(parameters|variables)\(\s*'([^']+)'\s*\)\]$/.exec(text)
  if (arm !== null) {
    const [, kind = '', name = ''] = arm
    if (kind === 'parameters')
      return { kind: 'external', source: `input:${name}`, fallback: null, place }
    return { kind: 'name', name: `variables.${name}`, place }
  }
  if (dialect === 'arm' && /^\[[^[].*\]$/s.test(text)) return { kind: 'unknown', text, place }
  return null
}

const interpolation =
  /\$\{\{[\s\S]{0,2000}?\}\}|\{\{[\s\S]{0,2000}?\}\}|\$\[\[[\s\S]{0,200}?\]\]|<<\s*(?:pipeline\.)?parameters\.[\w.-]+\s*>>|\$\(([A-Za-z_][\w.]*)\)|\$\$|\$[A-Za-z_]\w*/g

/** The text cut into literals and what the interpolations read. */
function interpolations(text: string, place: Place, dialect: ExpressionDialect): readonly Value[] {
  const parts: Value[] = []
  let from = 0
  let hasReference = false
  const literalUpTo = (to: number): void => {
    if (to > from)
      parts.push({ kind: 'literal', text: text.slice(from, to), place: moved(place, text, from) })
  }
  for (
    let at = text.indexOf('$') === -1 && !/\{\{|<</.test(text) ? text.length : 0;
    at < text.length;
  ) {
    const found = nextInterpolation(text, at, dialect)
    if (found === null) break
    const value = readInterpolation(found.text, moved(place, text, found.offset), dialect)
    at = found.offset + found.text.length
    if (value === null) continue
    literalUpTo(found.offset)
    parts.push(value)
    from = at
    hasReference = true
  }
  if (!hasReference) return []
  if (text.slice(from).trim() !== '') literalUpTo(text.length)
  const [first] = parts
  if (first?.kind === 'literal' && first.text.trim() === '') return parts.slice(1)
  return parts
}

function nextInterpolation(
  text: string,
  from: number,
  dialect: ExpressionDialect,
): { readonly text: string; readonly offset: number } | null {
  interpolation.lastIndex = from
  const found = interpolation.exec(text)
  const braced = bracedAt(text, from)
  const isBraced =
    braced !== null &&
    (found === null || braced.offset <= found.index) &&
    !text.startsWith('${{', braced.offset)
  if (isBraced) return braced
  if (found === null) return null
  const isBare = /^\$[A-Za-z_]/.test(found[0])
  // `$name` is a reference of shells; in HCL, Bicep and templates of CloudFormation it is plain text.
  if (isBare && dialect !== 'any')
    return nextInterpolation(text, found.index + found[0].length, dialect)
  return { text: found[0], offset: found.index }
}

/** The next `${…}` with its own braces matched. */
function bracedAt(text: string, from: number): { text: string; offset: number } | null {
  const offset = text.indexOf('${', from)
  if (offset === -1) return null
  let level = 0
  for (let at = offset + 1; at < text.length && at - offset < 2_000; at += 1) {
    if (text[at] === '{') level += 1
    else if (text[at] === '}') {
      level -= 1
      if (level === 0) return { text: text.slice(offset, at + 1), offset }
    }
  }
  return null
}

/** Null: it only looks like an interpolation. */
function readInterpolation(text: string, place: Place, dialect: ExpressionDialect): Value | null {
  if (text === '$$') return null
  if (text.startsWith('${{')) return readActionsExpression(text.slice(3, -2).trim(), place)
  if (text.startsWith('{{')) {
    return readTemplateExpression(text.slice(2, -2).replace(/^-|-$/g, '').trim(), place)
  }
  if (text.startsWith('$[[')) return readActionsExpression(text.slice(3, -2).trim(), place)
  if (text.startsWith('<<')) {
    const name = text.replace(/^<<\s*(?:pipeline\.)?parameters\.|\s*>>$/g, '')
    return { kind: 'external', source: `input:${name}`, fallback: null, place }
  }
  if (text.startsWith('$(')) return environment(text.slice(2, -1), null, place)
  if (text.startsWith('${')) return readBraced(text.slice(2, -1).trim(), place, dialect)
  return environment(text.slice(1), null, place)
}

function readBraced(inside: string, place: Place, dialect: ExpressionDialect): Value | null {
  if (dialect === 'cloudformation') {
    return inside.startsWith('!') || inside.includes('::') || inside.includes('.')
      ? { kind: 'unknown', text: inside, place }
      : { kind: 'external', source: `input:${inside}`, fallback: null, place }
  }
  if (dialect === 'hcl' || dialect === 'bicep' || isTerraformReference(inside)) {
    return readBareExpression(inside, place, dialect === 'bicep' ? 'bicep' : 'hcl')
  }
  const serverless = /^(env|opt|self|param|ssm|file|cf|sls|custom|s3|aws|strToBool)\s*[:(]/.test(
    inside,
  )
  if (serverless) return readServerless(inside, place)
  const shell = /^([A-Za-z_]\w*)(?:(:?[-=?+])([\s\S]*))?$/.exec(inside)
  if (shell !== null) {
    const [, name = '', operator, rest = ''] = shell
    if (operator === undefined || operator.endsWith('?')) return environment(name, null, place)
    if (operator.endsWith('+')) return choiceOf([readExpression(rest, place, dialect)], place)
    return environment(
      name,
      readExpression(rest.replace(/^(["'])(.*)\1$/s, '$2'), place, dialect),
      place,
    )
  }
  // Spring and Quarkus: `${OPENAI_MODEL:gpt-x}`, `${a.b.c:default}`.
  const property = /^([A-Za-z_][\w.-]*)(?::([\s\S]*))?$/.exec(inside)
  if (property === null) return { kind: 'unknown', text: inside, place }
  const [, name = '', rest] = property
  const fallback = rest === undefined ? null : readExpression(rest, place, dialect)
  if (/^env\./i.test(name)) return environment(name.slice(4), fallback, place)
  return name.includes('.') || /^[a-z]/.test(name)
    ? { kind: 'external', source: `setting:${name.toLowerCase()}`, fallback, place }
    : environment(name, fallback, place)
}

/** Serverless Framework variables: `${env:X, 'y'}`, `${self:custom.model}`, `${opt:model, self:custom.model}`. */
function readServerless(inside: string, place: Place): Value {
  const values = inside.split(',').map((part): Value => {
    const text = part.trim()
    const quoted = /^(["'])(.*)\1$/.exec(text)
    if (quoted !== null) return { kind: 'literal', text: quoted[2] ?? '', place }
    const source = /^(env|opt|self|param|ssm|custom):([\w./-]+)$/.exec(text)
    if (source === null) return { kind: 'unknown', text, place }
    const [, kind = '', name = ''] = source
    if (kind === 'env') return environment(name, null, place)
    if (kind === 'self' || kind === 'custom') {
      return { kind: 'external', source: `setting:${name.toLowerCase()}`, fallback: null, place }
    }
    return {
      kind: 'external',
      source: `${kind === 'ssm' ? 'parameter-store' : 'argument'}:${name}`,
      fallback: null,
      place,
    }
  })
  return withFallback(values, place)
}

function isTerraformReference(text: string): boolean {
  return /^(?:var|local|module|data|each|terraform)\.[\w.]+/.test(text)
}

function environment(variable: string, fallback: Value | null, place: Place): Value {
  return { kind: 'environment', variable, fallback, place }
}

function moved(place: Place, text: string, offset: number): Place {
  const before = text.slice(0, offset)
  const breaks = before.split('\n').length - 1
  if (breaks > 0) return { path: place.path, line: place.line + breaks }
  return place.column === undefined ? place : { ...place, column: place.column + offset }
}
