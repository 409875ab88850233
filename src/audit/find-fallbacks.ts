import type { Resolver } from '../catalogue/index.ts'
import type { Place, RegisterFallback } from '../schema/register.ts'
import type { FallbackFact, UseFact, Value } from './fact.ts'
import { gradeFallback } from './fallback-grade.ts'
import { type ConstantLookup, resolutionOf } from './find-models.ts'
import type { Finding } from './finding.ts'
import { auditLimits } from './limits.ts'
import type { FactGraph } from './resolve/fact-graph.ts'
import { resolveValue } from './resolve/resolve-value.ts'

export interface FallbackInput {
  readonly graph: FactGraph
  readonly resolver: Resolver
  readonly constantOf: ConstantLookup
  /** Features of the call that the catalogue does not list for the fallback. */
  readonly missingFeatures: (finding: Finding, model: string) => readonly string[]
}

/** One model that may take over, before it is graded against a use. */
interface FallbackTarget {
  readonly model: string | null
  readonly modelAsWritten: string
  readonly vendor: string | null
  readonly provider: string | null
  readonly place: Place
}

/** Fallbacks that code and configuration already hold for a finding, in the order they are tried. */
export function fallbacksOf(finding: Finding, input: FallbackInput): readonly RegisterFallback[] {
  if (finding.role !== 'use' && finding.role !== 'declare') return []
  const names = namesOf(finding)
  const paths = new Set([
    finding.use.place.path,
    ...finding.hops.filter((hop) => hop.kind === 'alias').map((hop) => hop.path),
  ])
  const edges = [...paths]
    .flatMap((path) => input.graph.fallbacksIn(path))
    .filter((edge) => holdsFor(edge, finding, names, input))
  const values = [
    ...finding.use.fallbacks.map((value) => ({
      value,
      from: finding.use as UseFact | FallbackFact,
    })),
    ...edges.map((edge) => ({ value: edge.to, from: edge })),
  ]
  const targets = [
    ...values.flatMap(({ value, from }) => targetsOf(value, from, input)),
    ...siblings(names, paths, finding, input),
  ]
  return targets
    .filter((target) => !isItself(target, finding))
    .slice(0, auditLimits.candidatesMax)
    .map((target): RegisterFallback => {
      const grade = gradeFallback(
        { model: finding.model, vendor: finding.vendor, provider: finding.route.provider },
        target,
        input.resolver,
      )
      return {
        model: target.model,
        modelAsWritten: target.modelAsWritten,
        vendor: target.vendor,
        provider: target.provider,
        grade: grade.grade,
        reason: grade.reason,
        path: target.place.path,
        line: target.place.line,
        missing: target.model === null ? [] : [...input.missingFeatures(finding, target.model)],
      }
    })
}

/** Names under which a gateway's configuration may speak of this use. */
function namesOf(finding: Finding): ReadonlySet<string> {
  const aliases = finding.hops.filter((hop) => hop.kind === 'alias').map((hop) => hop.name ?? '')
  return new Set([...aliases, ...(finding.use.alias === null ? [] : [finding.use.alias])])
}

function holdsFor(
  edge: FallbackFact,
  finding: Finding,
  names: ReadonlySet<string>,
  input: FallbackInput,
): boolean {
  const isSameFile = edge.place.path === finding.use.place.path
  const isAliasFile = finding.hops.some(
    (hop) => hop.kind === 'alias' && hop.path === edge.place.path,
  )
  if (!isSameFile && !isAliasFile) return false
  if (edge.from === null) {
    return edge.symbol === '' || edge.symbol === finding.use.symbol || isAliasFile
  }
  return texts(edge.from, edge, input).some(
    (text) =>
      names.has(text) ||
      text === finding.modelAsWritten ||
      (finding.model !== null && input.resolver.resolve(text).model === finding.model),
  )
}

function targetsOf(
  value: Value,
  from: UseFact | FallbackFact,
  input: FallbackInput,
): readonly FallbackTarget[] {
  const reading = { path: from.place.path, symbol: from.symbol }
  const isConstant = (name: string): boolean => input.constantOf(name) !== null
  return resolveValue(value, reading, input.graph, isConstant).flatMap((candidate) => {
    const { text } = candidate
    const resolution = resolutionOf(candidate, input)
    if (text === null || resolution === null) {
      return [
        {
          model: null,
          modelAsWritten: writtenName(value),
          vendor: null,
          provider: null,
          place: value.place,
        },
      ]
    }
    const entries = input.graph.aliases.get(text) ?? []
    if (entries.length > 0 && (resolution.model === null || resolution.kind === 'family')) {
      return entries.flatMap((entry) => entryTargets(entry, input))
    }
    return [
      {
        model: resolution.model,
        modelAsWritten: text,
        vendor: resolution.vendor,
        provider: resolution.provider,
        place: value.place,
      },
    ]
  })
}

function entryTargets(entry: UseFact, input: FallbackInput): readonly FallbackTarget[] {
  if (entry.model === null) return []
  return texts(entry.model, entry, input).map((text) => {
    const resolution = input.resolver.resolve(text, { provider: entry.provider ?? undefined })
    return {
      model: resolution.model,
      modelAsWritten: text,
      vendor: resolution.vendor,
      provider: resolution.provider ?? entry.provider,
      place: entry.place,
    }
  })
}

/**
 * Several entries under one name take each other's load: a router tries the next when one fails. Those of one file,
 * since every second workflow has a node of the same name.
 */
function siblings(
  names: ReadonlySet<string>,
  paths: ReadonlySet<string>,
  finding: Finding,
  input: FallbackInput,
): readonly FallbackTarget[] {
  return [...names].flatMap((name) =>
    (input.graph.aliases.get(name) ?? [])
      .filter((entry) => entry.model !== null && paths.has(entry.place.path))
      // Two rules may know one entry.
      .filter((entry) => !isSamePlace(entry.place, finding.use.place))
      .flatMap((entry) => entryTargets(entry, input)),
  )
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.path === other.path && one.line === other.line && one.column === other.column
}

function isItself(target: FallbackTarget, finding: Finding): boolean {
  const isSameModel =
    target.model === null
      ? target.modelAsWritten === finding.modelAsWritten
      : target.model === finding.model
  return isSameModel && (target.provider === null || target.provider === finding.route.provider)
}

function texts(
  value: Value,
  from: UseFact | FallbackFact,
  input: FallbackInput,
): readonly string[] {
  const reading = { path: from.place.path, symbol: from.symbol }
  return resolveValue(value, reading, input.graph, () => false).flatMap((one) =>
    one.text === null ? [] : [one.text],
  )
}

function writtenName(value: Value): string {
  return value.kind === 'name' ? value.name : value.kind === 'literal' ? value.text : value.kind
}
