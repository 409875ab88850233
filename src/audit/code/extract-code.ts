import type { Resolver } from '../../catalogue/index.ts'
import type { Language } from '../../schema/detector.ts'
import { type CompiledDetector, standsIn, type WordTest } from '../detector-set.ts'
import type { DefinitionFact, Fact, UseFact, Value } from '../fact.ts'
import type { SourceFile } from '../source-file.ts'
import { useFact } from '../use-fact.ts'
import { callFacts, handlerFallbacks } from './call-facts.ts'
import type { CallFacts } from './call-facts.ts'
import type { CodeArgument, CodeCall, CodeDefinition, CodeScope, CodeUnit } from './code-unit.ts'
import { codeText } from './embedded-script.ts'
import { readFeatures } from './features.ts'
import { hintsOf } from './hints.ts'
import { callRulesFor, interestOf, modelWord, valuableName } from './interest.ts'
import { literalProvider } from './literal-provider.ts'
import { isSetter, literalRole } from './literal-role.ts'
import { isModelName, measures, records, requestField, requests, speaks } from './model-names.ts'
import { applicationSettings, ownFieldDefaults } from './language-idioms.ts'
import { optionFacts } from './option-facts.ts'
import { parameterHops, parameterNames } from './parameter-hop.ts'
import { dottedPath, lastSegment } from './path-text.ts'
import { readCode } from './read-code.ts'
import { withReachingLines } from './reaching-definitions.ts'
import { defaultsIn, leadsSomewhere, literalsIn, placesIn } from './value-algebra.ts'

/** A model argument of a callee that no rule knows, in a file that speaks of an AI SDK. */
const unknownCalleeDetection = 0.6

/**
 * Everything a source file says of models. Never throws: what cannot be parsed is read line by line.
 * One file at a time: nothing of the tree is kept when the promise has settled.
 */
export async function extractCode(
  file: SourceFile,
  language: Language,
  detectors: readonly CompiledDetector[],
  resolver: Resolver,
  stands: WordTest = standsIn(file.content),
): Promise<readonly Fact[]> {
  const rules = callRulesFor(detectors, language)
  const unit = await readCode(file, language, interestOf(rules, resolver, stands))
  const content = codeText(file.path, file.content)
  const matches = unit.calls.map((call) => callFacts(call, rules, unit, content))
  const fromCalls = matches.flatMap(({ facts }) => facts)
  const settings = unit.calls.flatMap((call) => applicationSettings(call, language))
  const matched = new Set(fromCalls.flatMap(placesOf))
  const told = new Set([
    ...matched,
    ...settings.flatMap(({ value }) => placesIn(value).map(placeKey)),
  ])
  // Asked in this order, since most files have no such call.
  const mayPass = passedModels(matches, told, content)
  const passed = mayPass.length > 0 && touchesSdk(detectors, content) ? mayPass : []
  const used = new Set([...matched, ...passed.flatMap(placesOf)])
  const definitions = [
    ...unit.definitions.filter((definition) => matters(definition, resolver)).map(definitionFact),
    ...unit.calls.flatMap((call) =>
      optionFacts(call, content, (value) => holdsModel(value, resolver)),
    ),
    ...parameterHops(unit, content),
    ...unit.calls.flatMap((call) => ownFieldDefaults(call, language)),
  ]
  const facts: readonly Fact[] = [
    ...fromCalls,
    ...handlerFallbacks(matches),
    ...passed,
    ...definitions,
    ...requestUses(unit, used, namesUsed(fromCalls)),
    ...settings,
    ...unit.imports.map((found): Fact => ({
      kind: 'import',
      detector: 'generic/code-import',
      symbol: '',
      ...found,
    })),
    ...literalFacts(unit, used, [...definitions, ...settings], content, resolver),
  ]
  return withReachingLines(facts, unit, content)
}

function touchesSdk(detectors: readonly CompiledDetector[], content: string): boolean {
  return detectors.some((detector) =>
    detector.keywords.some((keyword) => content.includes(keyword)),
  )
}

function placeKey({
  line,
  column,
}: {
  readonly line: number
  readonly column?: number | undefined
}): string {
  return `${line}:${column ?? 0}`
}

/** Places of the literals that a fact has used up. */
function placesOf(fact: Fact): readonly string[] {
  return valuesOf(fact).flatMap((value) => (value === null ? [] : placesIn(value).map(placeKey)))
}

function valuesOf(fact: Fact): readonly (Value | null)[] {
  switch (fact.kind) {
    case 'use':
      // A fallback in the list of a call is a model of its own, declared there.
      return [fact.model, fact.baseUrl]
    case 'client':
      return [fact.model, fact.baseUrl]
    case 'fallback':
      return [fact.from, fact.to]
    case 'environment':
      return [fact.value]
    case 'definition':
    case 'setting':
    case 'import':
    case 'credential':
    case 'feature':
      return []
  }
}

/** Whether a definition may be a step on the way to a model or an address. */
function matters(definition: CodeDefinition, resolver: Resolver): boolean {
  const { value } = definition
  const name = lastSegment(definition.name)
  if (holdsModel(value, resolver)) return true
  switch (value.kind) {
    case 'literal':
      return valuableName.test(name) || valuableName.test(definition.name)
    case 'name':
      return valuableName.test(definition.name) || modelWord.test(value.name)
    case 'environment':
    case 'external':
    case 'lookup':
    case 'concatenation':
    case 'choice':
      return leadsSomewhere(value) || valuableName.test(definition.name)
    case 'unknown':
      return false
  }
}

function holdsModel(value: Value, resolver: Resolver): boolean {
  return literalsIn(value).some(({ text }) => resolver.looksLikeModel(text))
}

function definitionFact(definition: CodeDefinition): DefinitionFact {
  const { name, form, value, place, symbol } = definition
  return {
    kind: 'definition',
    detector: 'generic/code-definition',
    name,
    form,
    value,
    place,
    symbol,
  }
}

/** Model arguments of calls that no rule knows, when they are not literals: those follow from their position. */
function passedModels(
  matches: readonly CallFacts[],
  matched: ReadonlySet<string>,
  content: string,
): readonly UseFact[] {
  const uses: UseFact[] = []
  const seen = new Set(matched)
  const parametersOf = parametersOnce(content)
  for (const { call, facts } of matches) {
    const callee = dottedPath(call.callee)
    if (
      facts.length > 0 ||
      speaks(callee) ||
      measures(callee) ||
      isSetter(callee) ||
      isElement(call)
    )
      continue
    if (records(callee) && !requestField.test(call.text)) continue
    for (const { name, value } of call.arguments.filter((argument) => handsModel(call, argument))) {
      // `Client(model=model)` hands a parameter on; the request is made elsewhere.
      const isParameter =
        value.kind === 'name' && call.scope !== null && parametersOf(call.scope).has(value.name)
      if (isParameter && !requests(callee)) continue
      if (!leadsSomewhere(value) || placesIn(value).some((place) => seen.has(placeKey(place))))
        continue
      for (const place of placesIn(value)) seen.add(placeKey(place))
      uses.push(genericUse(call, name, value, content))
    }
  }
  return uses
}

function parametersOnce(content: string): (scope: CodeScope) => ReadonlySet<string> {
  const known = new Map<CodeScope, ReadonlySet<string>>()
  return (scope) => {
    const found = known.get(scope) ?? new Set(parameterNames(scope, content))
    known.set(scope, found)
    return found
  }
}

/** `<Chat model={MODEL} />`: a component shows or hands on what it is given. */
function isElement(call: CodeCall): boolean {
  return call.text.startsWith('<')
}

/** An argument named like a model, or the one argument of a builder's step named so. */
function handsModel(call: CodeCall, { name }: CodeArgument): boolean {
  if (name !== '0') return isModelName(name)
  const step = lastSegment(dottedPath(call.callee)).replace(/^(?:with|set)_?(?=[A-Za-z])/, '')
  return isModelName(step) && /builder|options|params|request|args|config|client/i.test(call.callee)
}

/** How options and fields that hold the address of a server are called. */
const addressName = /^(?:api)?_?(?:base_?ur[li]|endpoint)$/i

/** The address that stands beside a model: `Client{Model: model, BaseURL: address}`. */
function addressBeside(call: CodeCall, model: string): Value | null {
  const owner = model.slice(0, model.length - lastSegment(model).length)
  const found = call.arguments.find(
    ({ name }) => name.startsWith(owner) && addressName.test(name.slice(owner.length)),
  )
  return found === undefined ? null : found.value
}

function genericUse(call: CodeCall, name: string, model: Value, content: string): UseFact {
  return useFact({
    baseUrl: addressBeside(call, name),
    place: model.place,
    detector: 'generic/code-argument',
    symbol: call.symbol,
    method: 'syntax',
    model,
    detection: unknownCalleeDetection,
    hints: hintsOf(call, content),
    features: readFeatures(call.text),
    receiver: call.receiver,
  })
}

/** `payload = {"model": MODEL, "messages": …}`: a request that is sent by other means than an SDK. */
function requestUses(
  unit: CodeUnit,
  used: ReadonlySet<string>,
  named: ReadonlySet<string>,
): readonly UseFact[] {
  return unit.definitions
    .filter(({ name }) => !named.has(name.split('.').slice(-2).join('.')))
    .filter(
      ({ name, value, request }) => request === true && isModelName(name) && leadsSomewhere(value),
    )
    .filter(({ value }) => !literalsIn(value).some(({ place }) => used.has(placeKey(place))))
    .map(({ value, symbol }) =>
      useFact({
        place: value.place,
        detector: 'generic/code-request',
        symbol,
        method: 'syntax',
        model: value,
        detection: unknownCalleeDetection,
      }),
    )
}

/** Members of objects that calls are handed as a whole (`create(**parameters)`). */
function namesUsed(facts: readonly Fact[]): ReadonlySet<string> {
  return new Set(
    facts.flatMap((fact) =>
      fact.kind === 'use' && fact.model?.kind === 'name' ? [fact.model.name] : [],
    ),
  )
}

/** The model names that no call has used up, each in the role of its position. */
function literalFacts(
  unit: CodeUnit,
  used: ReadonlySet<string>,
  definitions: readonly { readonly value: Value }[],
  content: string,
  resolver: Resolver,
): readonly UseFact[] {
  const declared = new Set(definitions.flatMap(({ value }) => placesIn(value).map(placeKey)))
  const overrides = overridesOf(unit)
  return unit.literals
    .filter(({ place }) => !used.has(placeKey(place)))
    .map((literal) => {
      const { role, detection, what } = literalRole(literal, declared.has(placeKey(literal.place)))
      const call = role === 'use' ? callAround(unit, literal.place) : null
      const overridableBy = overrides.get(placeKey(literal.place))
      const given = call?.arguments.find(({ value }) =>
        placesIn(value).some((place) => placeKey(place) === placeKey(literal.place)),
      )
      return useFact({
        baseUrl: call === null || given === undefined ? null : addressBeside(call, given.name),
        ...(overridableBy === undefined ? {} : { overridableBy }),
        provider: literalProvider(literal, resolver),
        place: literal.place,
        detector: `generic/code-${what}`,
        symbol: literal.symbol,
        method: 'syntax',
        role,
        detection,
        model: { kind: 'literal', text: literal.text, place: literal.place },
        hints:
          call === null
            ? literal.symbol
                .split('.')
                .toReversed()
                .filter((part) => part !== '')
            : hintsOf(call, content),
        features: call === null ? [] : readFeatures(call.text),
        receiver: call?.receiver ?? null,
      })
    })
}

/** What may replace the literals that are defaults of reads from outside, by their places. */
function overridesOf(unit: CodeUnit): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const values = [
    ...unit.definitions.map(({ value }) => value),
    ...unit.calls.flatMap((call) => call.arguments.map(({ value }) => value)),
  ]
  for (const value of values) {
    for (const { place, sources } of defaultsIn(value)) found.set(placeKey(place), sources)
  }
  return found
}

/** The last call that starts before a place on the same or an earlier line and reaches over it. */
function callAround(unit: CodeUnit, place: { readonly line: number }): CodeCall | null {
  return (
    unit.calls.findLast(
      (call) =>
        call.place.line <= place.line &&
        call.place.line + call.text.split('\n').length - 1 >= place.line,
    ) ?? null
  )
}
