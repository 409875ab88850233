import type { CompiledCallRule } from '../detector-set.ts'
import type { CredentialFact, Fact, UseFact, Value } from '../fact.ts'
import { fromEmission, useFact } from '../use-fact.ts'
import { calleeNames, instanceName } from './callee-names.ts'
import type { CodeArgument, CodeCall, CodeUnit } from './code-unit.ts'
import { readFeatures } from './features.ts'
import { hintsOf, scopeText } from './hints.ts'
import { foldName } from './interest.ts'
import { lastSegment } from './path-text.ts'

/** What a matched call says, with the call it came from. */
export interface CallFacts {
  readonly call: CodeCall
  readonly facts: readonly Fact[]
}

/** Matches one call against the call rules. */
export function callFacts(
  call: CodeCall,
  rules: readonly CompiledCallRule[],
  unit: CodeUnit,
  content: string,
): CallFacts {
  const facts: Fact[] = []
  for (const rule of rulesOf(call, rules, unit)) {
    if (holds(call, rule)) facts.push(...matched(call, rule, { unit, rules }, content))
  }
  return { call, facts }
}

/** The rules that know the callee: by what made the object it is called on, or else by its name. */
function rulesOf(
  call: CodeCall,
  rules: readonly CompiledCallRule[],
  unit: CodeUnit,
): readonly CompiledCallRule[] {
  const instance = instanceName(call, unit)
  const byInstance = instance === null ? [] : rules.filter(({ callee }) => callee.test(instance))
  if (byInstance.length > 0) return byInstance
  const names = calleeNames(call.callee, unit)
  return rules.filter(({ callee }) => names.some((name) => callee.test(name)))
}

/** Every argument that the rule asks for is given and matches. */
function holds(call: CodeCall, rule: CompiledCallRule): boolean {
  return rule.where.every(({ argument, pattern }) =>
    argumentsNamed(call, argument).some(({ value }) => pattern.test(writtenText(value))),
  )
}

function writtenText(value: Value): string {
  switch (value.kind) {
    case 'literal':
    case 'unknown':
      return value.text
    case 'name':
      return value.name
    case 'environment':
    case 'external':
    case 'concatenation':
    case 'lookup':
    case 'choice':
      return ''
  }
}

/** What a call stands among: the other calls of its file, and the rules that read them. */
interface Surroundings {
  readonly unit: CodeUnit
  readonly rules: readonly CompiledCallRule[]
}

function matched(
  call: CodeCall,
  rule: CompiledCallRule,
  around: Surroundings,
  content: string,
): readonly Fact[] {
  const given = modelsOf(call, rule, around.unit)
  const models = given.filter((value) => modelsOfNested(value, call, around).length === 0)
  // `Agent(model=ChatModel("…"))`: the inner call says it all.
  if (models.length === 0 && given.length > 0 && rule.emit.fact === 'use') return []
  if (models.length === 0 && rule.call.model.length > 0 && !rule.call.modelOptional) return []
  const base = { place: call.place, detector: rule.detector, symbol: call.symbol }
  const made = factoryOf(call, around)
  const baseUrl =
    firstValue(call, rule.call.baseUrl) ??
    (made === null ? null : firstValue(made.call, made.rule.call.baseUrl)) ??
    addressInChain(call, around.unit)
  const region =
    firstValue(call, rule.call.region) ??
    (made === null ? null : firstValue(made.call, made.rule.call.region))
  const provider = providerOf(call, rule)
  const credentials = credentialFacts(call, rule, provider)
  switch (rule.emit.fact) {
    case 'client':
      return [
        {
          ...base,
          kind: 'client',
          name: call.assignedTo,
          provider,
          protocol: rule.emit.protocol ?? null,
          baseUrl,
          region,
          model: models[0] ?? null,
        },
        ...credentials,
      ]
    case 'credential':
      return credentials
    case 'fallback':
      return fallbacksOf(call, rule, around).map((to) => ({
        ...base,
        kind: 'fallback',
        from: models[0] ?? given.flatMap((value) => modelsOfNested(value, call, around))[0] ?? null,
        to,
      }))
    case 'environment': {
      const variable = firstValue(call, ['0', 'name', 'key'])
      const value = models[0]
      if (variable?.kind !== 'literal' || value === undefined) return []
      return [
        {
          ...base,
          kind: 'environment',
          variable: variable.text,
          value,
          scope: null,
          origin: 'code',
        },
      ]
    }
    case 'feature':
      return rule.emit.features.map((feature) => ({ ...base, kind: 'feature', feature }))
    case 'use': {
      const scope = scopeText(call.scope, content)
      const shared: Partial<UseFact> = {
        ...fromEmission(rule.emit, 'syntax'),
        provider,
        features: [
          ...new Set([...rule.emit.features, ...readFeatures(call.text), ...readFeatures(scope)]),
        ],
        hints: hintsOf(call, content),
        baseUrl,
        region,
        // What a factory made is called itself, and is the client.
        receiver: call.receiver ?? (instanceName(call, around.unit) === null ? null : call.callee),
        fallbacks: fallbacksOf(call, rule, around),
      }
      const named: readonly (Value | null)[] = models.length === 0 ? [null] : models
      return [
        ...objectDefinitions(call, models, rule),
        ...named.map((model) =>
          useFact({
            ...base,
            method: 'syntax',
            ...shared,
            model,
            place: model?.place ?? call.place,
          }),
        ),
        ...credentials,
      ]
    }
  }
}

/** `createAcme({ baseURL })(…)`: the call that made what is called here, with the rule of its client. */
function factoryOf(
  call: CodeCall,
  { unit, rules }: Surroundings,
): { readonly call: CodeCall; readonly rule: CompiledCallRule } | null {
  if (!call.callee.endsWith('()')) return null
  const made = unit.calls.find(
    (one) => one.offset === call.offset && `${one.callee}()` === call.callee,
  )
  const rule =
    made === undefined
      ? undefined
      : rulesOf(made, rules, unit).find(({ emit }) => emit.fact === 'client')
  return made === undefined || rule === undefined ? null : { call: made, rule }
}

/** `Model.builder().baseUrl("…").modelName("…")`: another step of the same chain gives the address. */
function addressInChain(call: CodeCall, unit: CodeUnit): Value | null {
  if (!/[.:>](?:builder|new|create)\b|Builder\b/.test(call.callee)) return null
  const step = unit.calls.find(
    (one) =>
      one.offset === call.offset &&
      /[.>](?:with_?|set_?)?(?:base_?url|endpoint|api_?base)$/i.test(one.callee),
  )
  return step === undefined ? null : firstValue(step, ['0'])
}

/** Values of the first model argument that is there; several when a list of objects repeats it. */
function modelsOf(call: CodeCall, rule: CompiledCallRule, unit: CodeUnit): readonly Value[] {
  for (const name of rule.call.model) {
    const found = argumentsNamed(call, name)
    if (found.length > 0) return found.map(({ value }) => value).filter(namesSomething)
  }
  const through = throughObject(call, rule, unit)
  return through.length > 0 ? through : throughSpread(call, rule)
}

/** `create(**parameters)` where the object comes from outside this file: the model is in it, and nobody knows which. */
function throughSpread(call: CodeCall, rule: CompiledCallRule): readonly Value[] {
  const member = rule.call.model.find((name) => /^[A-Za-z]\w*$/.test(name))
  const spread = call.arguments.find(({ name, value }) => name === '**' && value.kind === 'name')
  if (member === undefined || spread?.value.kind !== 'name') return []
  const { name, place } = spread.value
  return [{ kind: 'name', name: `${name}.${member}`, place }]
}

/** An empty text and a text of several words name no model. */
function namesSomething(value: Value): boolean {
  return value.kind !== 'literal' || /^\S+$/.test(value.text.trim())
}

/** `create(**parameters)`, `create(parameters)`: the member of an object that this file defines. */
function throughObject(call: CodeCall, rule: CompiledCallRule, unit: CodeUnit): readonly Value[] {
  for (const { name, value } of call.arguments) {
    if (!/^(?:\*\*|\d)$/.test(name) || value.kind !== 'name') continue
    for (const model of rule.call.model) {
      if (/^\d/.test(model)) continue
      const path = `${value.name}.${model}`
      const defined = unit.definitions.some(
        (definition) => definition.name === path || definition.name.endsWith(`.${path}`),
      )
      if (defined) return [{ kind: 'name', name: path, place: value.place }]
    }
  }
  return []
}

function argumentsNamed(call: CodeCall, name: string): readonly CodeArgument[] {
  const exact = call.arguments.filter((argument) => argument.name === name)
  if (exact.length > 0 || /^\d+$/.test(name)) return exact
  const depth = name.split('.').length
  return call.arguments.filter(
    (argument) =>
      foldName(argument.name) === foldName(name) &&
      argument.name.split('.').length === depth &&
      argument.name.split('.').map(foldName).join('.') === name.split('.').map(foldName).join('.'),
  )
}

function firstValue(call: CodeCall, names: readonly string[]): Value | null {
  for (const name of names) {
    const value = argumentsNamed(call, name)[0]?.value
    if (value !== undefined && value.kind !== 'unknown') return value
  }
  return null
}

function fallbacksOf(
  call: CodeCall,
  rule: CompiledCallRule,
  around: Surroundings,
): readonly Value[] {
  return rule.call.fallbacks
    .flatMap((name) =>
      argumentsNamed(call, name).flatMap(({ value }) =>
        value.kind === 'choice' ? value.options : [value],
      ),
    )
    .flatMap((value) => {
      const nested = modelsOfNested(value, call, around)
      return nested.length > 0 ? nested : [value]
    })
    .filter((value) => value.kind !== 'unknown')
}

/** The models of calls that stand where a model is expected, alone or in a list, when a rule reads them. */
function modelsOfNested(value: Value, outer: CodeCall, around: Surroundings): readonly Value[] {
  if (value.kind !== 'unknown' && value.kind !== 'name') return []
  const { unit, rules } = around
  return unit.calls
    .filter((inner) => !startsTogether(inner, outer) && standsIn(inner, value))
    .flatMap((inner) =>
      rulesOf(inner, rules, unit)
        .filter((rule) => rule.emit.fact === 'use')
        .filter((rule) => holds(inner, rule))
        .flatMap((rule) => modelsOf(inner, rule, unit)),
    )
}

function startsTogether(inner: CodeCall, outer: CodeCall): boolean {
  return inner.place.line === outer.place.line && inner.place.column === outer.place.column
}

function standsIn(inner: CodeCall, value: Value): boolean {
  const { line, column = 0 } = value.place
  const innerColumn = inner.place.column ?? 0
  if (inner.place.line === line && innerColumn === column) return true
  const isList = value.kind === 'unknown' && value.text.startsWith('[')
  const isAfter = inner.place.line > line || (inner.place.line === line && innerColumn > column)
  return isList && isAfter && value.text.includes(inner.text.slice(0, 40))
}

/** `backup = ChatModel("…")`: the name of a model object stands for its model. */
function objectDefinitions(
  call: CodeCall,
  models: readonly Value[],
  rule: CompiledCallRule,
): readonly Fact[] {
  const { assignedTo } = call
  const isConstructor =
    !call.callee.includes('.') ||
    /(?:^|[.:>])[A-Z]\w*$|[mM]odel$|\.from_pretrained$/.test(call.callee)
  if (assignedTo === null || !isConstructor || rule.emit.role !== 'use') return []
  // Locals and attributes are qualified like their other definitions, or those would hide this one.
  const name =
    call.symbol === '' || assignedTo.includes('.') ? assignedTo : `${call.symbol}.${assignedTo}`
  return models
    .filter((value) => value.kind !== 'unknown')
    .map((value) => ({
      kind: 'definition',
      place: call.place,
      detector: 'generic/code-object',
      symbol: call.symbol,
      name,
      form: 'model-object',
      value,
    }))
}

function providerOf(call: CodeCall, rule: CompiledCallRule): string | null {
  const value = firstValue(call, rule.call.provider)
  if (value?.kind === 'literal') return value.text.toLowerCase()
  // `Provider.ANTHROPIC` names one, the variable `provider` does not.
  if (value?.kind === 'name' && /[.:>A-Z]/.test(value.name))
    return lastSegment(value.name).toLowerCase().replaceAll('_', '-')
  if (value !== null) return null
  return rule.emit.provider ?? null
}

function credentialFacts(
  call: CodeCall,
  rule: CompiledCallRule,
  provider: string | null,
): readonly CredentialFact[] {
  const value = firstValue(call, rule.call.credential)
  if (value === null) return []
  const base = {
    kind: 'credential' as const,
    place: value.place,
    detector: rule.detector,
    symbol: call.symbol,
    provider: provider ?? 'unknown',
  }
  if (value.kind === 'environment') return [{ ...base, form: 'reference', name: value.variable }]
  if (value.kind === 'external') return [{ ...base, form: 'reference', name: value.source }]
  if (value.kind === 'name') return [{ ...base, form: 'reference', name: value.name }]
  const key =
    value.kind === 'literal' && value.text.length >= 20 && /^[A-Za-z0-9_\-+/=.]+$/.test(value.text)
  return key ? [{ ...base, form: 'present', name: null }] : []
}

/** A use in an exception handler takes over from the use in the same function that was tried first. */
export function handlerFallbacks(matches: readonly CallFacts[]): readonly Fact[] {
  const facts: Fact[] = []
  const tried = new Map<string, { model: Value; features: number }>()
  for (const { call, facts: found } of matches) {
    for (const fact of found) {
      if (fact.kind !== 'use' || fact.model === null || fact.role !== 'use') continue
      const key = `${call.symbol}\n${call.scope?.start ?? -1}`
      if (!call.inHandler) {
        if (!tried.has(key)) tried.set(key, { model: fact.model, features: fact.features.length })
        continue
      }
      const from = tried.get(key)?.model
      if (from === undefined) continue
      facts.push({
        kind: 'fallback',
        place: fact.place,
        detector: 'generic/code-handler',
        symbol: fact.symbol,
        from,
        to: fact.model,
      })
    }
  }
  return facts
}
