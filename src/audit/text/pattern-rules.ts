import type { CompiledDetector, CompiledPatternRule, WordTest } from '../detector-set.ts'
import type { Place } from '../../schema/register.ts'
import type { Fact, Value } from '../fact.ts'
import { fromEmission, literal, useFact } from '../use-fact.ts'
import { textLimits } from './limits.ts'
import { looksLikeSecret } from './secret-shapes.ts'
import { writtenValue } from './written-value.ts'

export interface PatternSite {
  readonly content: string
  readonly place: (offset: number) => Place
  readonly symbol: (offset: number) => string
  readonly inComment: (offset: number) => boolean
  /** Never false for a word that stands in the content. */
  readonly stands: WordTest
}

export interface PatternSighting {
  readonly fact: Fact
  readonly offset: number
  readonly rule: CompiledPatternRule
  readonly detector: CompiledDetector
}

/** Matches of the pattern rules. `content` has its overlong lines cut beforehand. */
export function findPatterns(
  site: PatternSite,
  detectors: readonly CompiledDetector[],
): readonly PatternSighting[] {
  const sightings: PatternSighting[] = []
  for (const detector of detectors) {
    for (const rule of detector.rules) {
      if (rule.kind !== 'pattern') continue
      if (rule.words.length > 0 && !rule.words.some(site.stands)) continue
      for (const match of matches(site.content, rule)) {
        const commented = site.inComment(match.index)
        if (commented && rule.pattern.within === 'code') continue
        for (const fact of matchFacts(site, match, rule, commented)) {
          sightings.push({ fact, offset: match.index, rule, detector })
        }
      }
    }
  }
  return sightings
}

function* matches(content: string, rule: CompiledPatternRule): Generator<RegExpExecArray> {
  const { regex, placed } = rule
  regex.lastIndex = 0
  for (let count = 0; count < textLimits.matchesPerRuleMax; count += 1) {
    const match = regex.exec(content)
    if (match === null) return
    // An empty match would be found here for ever.
    if (match[0] === '') regex.lastIndex += 1
    placed.lastIndex = match.index
    yield placed.exec(content) ?? match
  }
}

function matchFacts(
  site: PatternSite,
  match: RegExpExecArray,
  rule: CompiledPatternRule,
  commented: boolean,
): readonly Fact[] {
  const { emit } = rule
  const start = match.index + leadingBlanks(match[0])
  const value = (name: string): Value | null => {
    const range = match.indices?.groups?.[name]
    const text = match.groups?.[name]
    if (range === undefined || text === undefined || text === '') return null
    return writtenValue(text, site.place(range[0]))
  }
  const model = value('model')
  const variable = match.groups?.['variable'] ?? null
  const base = {
    place: (model ?? value('variable'))?.place ?? site.place(start),
    detector: rule.detector,
    symbol: site.symbol(match.index),
  }
  switch (emit.fact) {
    case 'credential':
      return credential(site, match, base, emit.provider ?? 'unknown', variable)
    case 'environment':
      if (variable === null || model === null) return []
      return [{ ...base, kind: 'environment', variable, value: model, scope: null, origin: 'text' }]
    case 'client':
      return [
        {
          ...base,
          kind: 'client',
          name: null,
          provider: givenProvider(match, emit.provider),
          protocol: emit.protocol ?? null,
          baseUrl: value('baseUrl'),
          region: value('region'),
          model,
        },
      ]
    case 'fallback': {
      const to = value('fallback')
      return to === null ? [] : [{ ...base, kind: 'fallback', from: model, to }]
    }
    case 'feature':
      return emit.features.map((feature) => ({ ...base, kind: 'feature', feature }))
    case 'use': {
      const named: Value | null =
        variable === null
          ? model
          : { kind: 'environment', variable, fallback: model, place: base.place }
      const fallback = value('fallback')
      return [
        useFact({
          ...fromEmission(emit, 'pattern'),
          ...(commented ? ({ role: 'mention', detection: 0.2 } as const) : {}),
          ...base,
          method: 'pattern',
          model: named,
          provider: givenProvider(match, emit.provider),
          baseUrl: value('baseUrl'),
          region: value('region'),
          fallbacks: fallback === null ? [] : fallbackList(fallback),
        }),
      ]
    }
  }
}

function leadingBlanks(text: string): number {
  return text.length - text.trimStart().length
}

function givenProvider(match: RegExpExecArray, emitted: string | undefined): string | null {
  return match.groups?.['provider']?.toLowerCase() ?? emitted ?? null
}

/** `a, b` or `["a", "b"]` as one value each. */
function fallbackList(value: Value): readonly Value[] {
  if (value.kind !== 'literal') return [value]
  return value.text
    .split(/[\s,"'[\]]+/)
    .filter((part) => part !== '')
    .map((part) => literal(part, value.place))
}

/** Behind a name. On the next line only a quoted text is its value: else the name was left empty. */
const assignedValue =
  /^["'\]]{0,2}\s{0,4}(?:=>|:=|[=:,])(?:[^\S\r\n]{0,4}["']?|\s{1,8}["'])(?<value>[^\s"'`,;)}<>]{12,400})/

/**
 * A rule with group `variable` saw a name: a reference, unless a key itself is written behind it. A rule
 * without saw a key, unless it is a placeholder. The key never enters the fact.
 */
function credential(
  site: PatternSite,
  match: RegExpExecArray,
  base: { readonly place: Place; readonly detector: string; readonly symbol: string },
  provider: string,
  variable: string | null,
): readonly Fact[] {
  if (variable === null) {
    const key = match.groups?.['key'] ?? match[0]
    return looksLikeSecret(key)
      ? [{ ...base, kind: 'credential', provider, form: 'present', name: null }]
      : []
  }
  const end = match.index + match[0].length
  const assigned = assignedValue.exec(site.content.slice(end, end + 440))?.groups?.['value']
  const form = assigned !== undefined && looksLikeSecret(assigned) ? 'present' : 'reference'
  return [{ ...base, kind: 'credential', provider, form, name: variable }]
}
