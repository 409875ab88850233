import type { CompiledDetector, CompiledStructureRule } from '../detector-set.ts'
import type { Fact, FallbackFact, Value } from '../fact.ts'
import { fromEmission, useFact } from '../use-fact.ts'
import { keyShape } from '../text/secret-shapes.ts'
import { type EnvironmentEntry, scopeAt } from './environment-entries.ts'
import { hintsOf, symbolOf } from './near-words.ts'
import { vendorOf } from './model-facts.ts'
import { providerBeside, providerOfSection, providerOfVariable } from './provider-near.ts'
import { childrenOf, type Located, located, selectFrom } from './select.ts'
import type { StructuredNode } from './structured-node.ts'
import { placeIn, type StructureReading, valueAt } from './structure-reading.ts'

/** Facts of the structure rules, with the nodes that they explained. */
export interface RuleFacts {
  readonly facts: readonly Fact[]
  readonly explained: ReadonlySet<StructuredNode>
}

/**
 * Applies structure rules to one document. Beside the path language of `select`, a rule may select
 * `env:NAME` (with `*`): a variable in any shape in which this file gives environment variables.
 * Below the selected node, `@key` is the key it stands under.
 */
export function ruleFacts(
  root: StructuredNode,
  environment: readonly EnvironmentEntry[],
  detectors: readonly CompiledDetector[],
  reading: StructureReading,
): RuleFacts {
  const explained = new Set<StructuredNode>()
  const facts: Fact[] = []
  const start = located(root)
  for (const detector of detectors) {
    for (const rule of detector.rules) {
      if (rule.kind !== 'structure') continue
      for (const at of selected(rule, start, environment)) {
        if (!fulfils(at, rule)) continue
        facts.push(...emitted(at, rule, reading, explained))
      }
    }
  }
  return { facts, explained }
}

function selected(
  rule: CompiledStructureRule,
  start: Located,
  environment: readonly EnvironmentEntry[],
): readonly Located[] {
  const { select } = rule.structure
  if (!select.startsWith('env:')) return selectFrom(start, select)
  const wanted = select.slice(4)
  return environment
    .filter((entry) => matchesName(wanted, entry.variable))
    .map((entry) => ({ ...entry.at, key: entry.variable }))
}

function matchesName(wanted: string, name: string): boolean {
  if (!wanted.includes('*')) return wanted === name
  const parts = wanted.split('*')
  const [first = ''] = parts
  const last = parts.at(-1) ?? ''
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false
  let from = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, from)
    if (found === -1 || found + part.length > name.length - last.length) return false
    from = found + part.length
  }
  return true
}

function fulfils(at: Located, rule: CompiledStructureRule): boolean {
  return rule.where.every(({ path, pattern }) =>
    below(at, path)
      .flatMap(openedOrSelf)
      .some(({ node, key }) => pattern.test(node.kind === 'scalar' ? node.text : (key ?? ''))),
  )
}

/** Nodes that a path of a rule reaches from the selected one. */
function below(at: Located, path: string): readonly Located[] {
  if (path === '@key') {
    const { entry, key, node } = at
    const text = key ?? ''
    const place = entry ?? node
    return [
      {
        ...at,
        node: { kind: 'scalar', text, expression: false, line: place.line, column: place.column },
      },
    ]
  }
  return selectFrom(at, path)
}

/** The first of the paths that reaches something, its lists opened. */
function firstOf(at: Located, paths: readonly string[]): readonly Located[] {
  for (const path of paths) {
    const found = below(at, path).flatMap(opened)
    if (found.length > 0) return found
  }
  return []
}

function opened(at: Located): readonly Located[] {
  return at.node.kind === 'list' ? childrenOf(at).flatMap(opened) : [at]
}

/** A list fulfils a condition by one of its items, an empty one by its key. */
function openedOrSelf(at: Located): readonly Located[] {
  const items = opened(at)
  return items.length === 0 ? [at] : items
}

function emitted(
  at: Located,
  rule: CompiledStructureRule,
  reading: StructureReading,
  explained: Set<StructuredNode>,
): readonly Fact[] {
  switch (rule.emit.fact) {
    case 'use':
      return uses(at, rule, reading, explained)
    case 'client':
      return [
        {
          kind: 'client',
          ...base(at, rule, reading),
          name: textOf(firstOf(at, rule.structure.name)),
          provider: providerOf(at, rule),
          protocol: rule.emit.protocol ?? null,
          baseUrl: oneValue(at, rule.structure.baseUrl, reading),
          region: oneValue(at, rule.structure.region, reading),
          model: oneValue(at, rule.structure.model, reading),
        },
      ]
    case 'credential':
      return credentials(at, rule, reading)
    case 'fallback':
      return fallbacks(at, rule, reading, explained)
    case 'environment':
      return firstOf(at, orSelf(rule.structure.model)).flatMap((model): readonly Fact[] => {
        const value = valueAt(model.node, reading)
        const variable = textOf(firstOf(at, rule.structure.name)) ?? at.key
        if (value === null || variable === null) return []
        return [
          {
            kind: 'environment',
            ...base(model, rule, reading),
            variable,
            value,
            scope: scopeAt(at, reading),
            origin: reading.origin,
          },
        ]
      })
    case 'feature':
      return rule.emit.features.map((feature) => ({
        kind: 'feature',
        ...base(at, rule, reading),
        feature,
      }))
  }
}

function base(at: Located, rule: CompiledStructureRule, reading: StructureReading) {
  return {
    place: placeIn(reading, at.node),
    detector: rule.detector,
    symbol: symbolOf(at),
  }
}

function orSelf(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? ['.'] : paths
}

function uses(
  at: Located,
  rule: CompiledStructureRule,
  reading: StructureReading,
  explained: Set<StructuredNode>,
): readonly Fact[] {
  const { structure } = rule
  const shared = {
    ...fromEmission(rule.emit, 'structure'),
    provider: providerOf(at, rule),
    detector: rule.detector,
    method: 'structure' as const,
    symbol: symbolOf(at),
    hints: hintsOf(at),
    baseUrl: oneValue(at, structure.baseUrl, reading),
    region: oneValue(at, structure.region, reading),
    alias: textOf(firstOf(at, structure.name)),
    fallbacks: firstOf(at, structure.fallbacks).flatMap((one) => {
      explained.add(one.node)
      return valueAt(one.node, reading) ?? []
    }),
    ...(reading.isNoise ? { role: 'mention' as const } : {}),
  }
  const models = firstOf(at, structure.model).flatMap((model): readonly Fact[] => {
    const found = modelOf(model.node, rule, reading)
    if (found === null) return []
    explained.add(model.node)
    return [
      useFact({
        ...shared,
        place: found.value.place,
        model: found.value,
        provider:
          found.provider ??
          shared.provider ??
          providerAround(model, rule) ??
          providerOfVariable(at.key ?? '', vendorOf(found.value, reading)),
        ...(found.fallback === null ? {} : { fallbacks: [...shared.fallbacks, found.fallback] }),
      }),
    ]
  })
  if (models.length > 0) return models
  const isUseWithout =
    structure.modelOptional || rule.emit.hidden || rule.emit.defaultModel !== undefined
  if (!isUseWithout) return []
  return [useFact({ ...shared, place: placeIn(reading, tellingPlace(at, rule)), model: null })]
}

/** A product that reaches many providers says which beside the model, or by the section. */
function providerAround(model: Located, rule: CompiledStructureRule): string | null {
  if (rule.emit.protocol !== undefined) return null
  return providerBeside(model, model.entry?.key ?? '') ?? providerOfSection(model)
}

/** Where a use without a model is seen: what the first condition matched, else the selected node's key. */
function tellingPlace(
  at: Located,
  rule: CompiledStructureRule,
): { readonly line: number; readonly column: number } {
  const [first] = rule.where
  const [told] = first === undefined || first.path === '@key' ? [] : below(at, first.path)
  return told?.entry ?? told?.node ?? at.entry ?? at.node
}

interface FoundModel {
  readonly value: Value
  readonly provider: string | null
  readonly fallback: Value | null
}

function modelOf(
  node: StructuredNode,
  rule: CompiledStructureRule,
  reading: StructureReading,
): FoundModel | null {
  if (rule.extract === null) {
    const value = valueAt(node, reading)
    return value === null ? null : { value, provider: null, fallback: null }
  }
  if (node.kind !== 'scalar') return null
  const found = rule.extract.exec(node.text)
  const model = found?.groups?.['model']
  if (found === null || model === undefined) return null
  if (isReference(node)) {
    const value = valueAt(node, reading)
    return value === null ? null : { value, provider: null, fallback: null }
  }
  const part = (text: string): Value | null =>
    valueAt(partOf(node, text, found.index + found[0].indexOf(text), reading), reading)
  const value = part(model)
  if (value === null) return null
  const fallback = found.groups?.['fallback']
  return {
    value,
    provider: found.groups?.['provider'] ?? null,
    fallback: fallback === undefined ? null : part(fallback),
  }
}

/** `value: embeddingModelName` names a parameter, however much that name looks like a model's. */
function isReference(node: Extract<StructuredNode, { kind: 'scalar' }>): boolean {
  return node.expression && /^[A-Za-z_][\w.]*$/.test(node.text)
}

/** A part of a scalar's text, at its place. */
function partOf(
  node: Extract<StructuredNode, { kind: 'scalar' }>,
  text: string,
  offset: number,
  reading: StructureReading,
): StructuredNode {
  const before = node.text.slice(0, offset)
  const breaks = reading.isEscaped ? 0 : before.split('\n').length - 1
  return breaks === 0
    ? { ...node, text, expression: false, column: node.column + offset }
    : {
        ...node,
        text,
        expression: false,
        line: node.line + breaks + 1,
        column: offset - before.lastIndexOf('\n'),
      }
}

function credentials(
  at: Located,
  rule: CompiledStructureRule,
  reading: StructureReading,
): readonly Fact[] {
  const provider = providerOf(at, rule)
  if (provider === null) return []
  const text = at.node.kind === 'scalar' ? at.node.text : ''
  const form = keyShape.test(text) ? 'present' : 'reference'
  const name = textOf(firstOf(at, rule.structure.name)) ?? at.key
  return [{ kind: 'credential', ...base(at, rule, reading), provider, form, name }]
}

/** `name` is from where, `fallbacks` (or `model`) to where. */
function fallbacks(
  at: Located,
  rule: CompiledStructureRule,
  reading: StructureReading,
  explained: Set<StructuredNode>,
): readonly FallbackFact[] {
  const { structure } = rule
  const [from] = firstOf(at, structure.name)
  const targets = firstOf(
    at,
    structure.fallbacks.length > 0 ? structure.fallbacks : orSelf(structure.model),
  )
  return targets.flatMap((target) => {
    const to = valueAt(target.node, reading)
    if (to === null) return []
    explained.add(target.node)
    return [
      {
        kind: 'fallback' as const,
        ...base(target, rule, reading),
        symbol: from === undefined ? '' : symbolOf(at),
        from: from === undefined ? null : valueAt(from.node, reading),
        to,
      },
    ]
  })
}

function oneValue(at: Located, paths: readonly string[], reading: StructureReading): Value | null {
  const [first] = firstOf(at, paths)
  return first === undefined ? null : valueAt(first.node, reading)
}

function textOf(found: readonly Located[]): string | null {
  const [first] = found
  return first?.node.kind === 'scalar' && first.node.text !== '' ? first.node.text : null
}

function providerOf(at: Located, rule: CompiledStructureRule): string | null {
  return textOf(firstOf(at, rule.structure.provider))?.toLowerCase() ?? rule.emit.provider ?? null
}
