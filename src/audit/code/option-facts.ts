import type { DefinitionFact, Value } from '../fact.ts'
import type { CodeCall } from './code-unit.ts'
import { valuableName } from './interest.ts'
import { dottedPath, lastSegment } from './path-text.ts'

/** Options of a command line: what they default to, under the names by which the program reads them. */

const optionCallee =
  /(?:^|\.)(?:add_argument|add_option|option|addOption|requiredOption|StringVar|StringVarP|StringFlag|Option|method_option|class_option|on)$/
const readBases =
  /^(?:args?|opts?|options?|flags?|argv|cli|params?|parsed|ns|namespace|cfg|config|values|FLAGS|program|parser|arguments|self\.args|parsed_args)$/

export function optionFacts(
  call: CodeCall,
  content: string,
  matters: (value: Value) => boolean,
): readonly DefinitionFact[] {
  const callee = dottedPath(call.callee)
  if (!optionCallee.test(callee)) return []
  const option = optionName(call)
  if (option === null) return []
  const fallback = defaultValue(call, lastSegment(callee))
  if (!valuableName.test(option) && (fallback === null || !matters(fallback))) return []
  const value: Value = {
    kind: 'external',
    source: `argument:${option}`,
    fallback,
    place: fallback?.place ?? call.place,
  }
  return readNames(call, option, content, lastSegment(callee)).map((name) => ({
    kind: 'definition',
    place: call.place,
    detector: 'generic/code-option',
    symbol: call.symbol,
    name,
    form: 'option-default',
    value,
  }))
}

function texts(call: CodeCall): readonly string[] {
  return call.arguments
    .filter(({ name }) => /^\d$/.test(name))
    .flatMap(({ value }) =>
      value.kind === 'literal'
        ? [value.text]
        : value.kind === 'choice'
          ? value.options.flatMap((option) => (option.kind === 'literal' ? [option.text] : []))
          : [],
    )
}

function optionName(call: CodeCall): string | null {
  const given = texts(call)
  for (const text of given) {
    const long = /--([A-Za-z][\w-]*)/.exec(text)?.[1]
    if (long !== undefined) return long
  }
  const first = given[0]
  return first !== undefined && /^[A-Za-z][\w-]*$/.test(first) ? first : null
}

function defaultValue(call: CodeCall, callee: string): Value | null {
  const named = call.arguments.find(({ name }) =>
    /^(?:default|defaultValue|default_value)$/.test(name),
  )
  if (named !== undefined) return usable(named.value)
  const positions: Readonly<Record<string, string>> = {
    option: '2',
    requiredOption: '2',
    StringVar: '2',
    StringVarP: '3',
    addOption: '4',
  }
  const position = positions[callee]
  const found = call.arguments.find(({ name }) => name === position)
  return found === undefined ? null : usable(found.value)
}

function usable(value: Value): Value | null {
  return value.kind === 'unknown' ? null : value
}

/** Names under which the file reads the option: `args.model`, `options.model`, a function's parameter. */
function readNames(
  call: CodeCall,
  option: string,
  content: string,
  callee: string,
): readonly string[] {
  const destination = call.arguments.find(({ name }) => name === 'dest')?.value
  const dest = destination?.kind === 'literal' ? destination.text : option.replaceAll('-', '_')
  const camel = option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const decorated = decoratedFunction(call, content)
  if (decorated !== null) {
    return [`${call.symbol === '' ? '' : `${call.symbol}.`}${decorated}(${dest})`]
  }
  const names = new Set<string>()
  const target = /^StringVarP?$/.test(callee) ? variableGiven(call) : null
  if (target !== null) names.add(target)
  for (const member of new Set([dest, camel])) {
    const reads = new RegExp(
      `([A-Za-z_][\\w.]{0,60}?)(?:\\(\\))?(?:\\.|->|\\[["':]|\\.get\\(["'])${member}\\b`,
      'g',
    )
    for (const match of content.matchAll(reads)) {
      const base = match[1] ?? ''
      if (readBases.test(base)) names.add(`${base}.${member}`)
    }
  }
  if (names.size === 0) names.add(`args.${dest}`)
  return [...names]
}

/** Go: `flags.StringVar(&model, "model", …)` fills the variable. */
function variableGiven(call: CodeCall): string | null {
  const target = call.arguments.find(({ name }) => name === '0')?.value
  if (target?.kind === 'name') return target.name
  return target?.kind === 'unknown' ? target.text.replace(/^&/, '') : null
}

/** The function below a decorator (`@click.option(…)`); null when the call is no decorator. */
function decoratedFunction(call: CodeCall, content: string): string | null {
  if (content[call.offset - 1] !== '@') return null
  const rest = content.slice(call.offset, call.offset + 4_000)
  return /\n\s*(?:async\s+)?def\s+(\w+)\s*\(/.exec(rest)?.[1] ?? null
}
