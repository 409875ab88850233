import type { Catalogue } from '../schema/catalogue.ts'
import { dateAliases } from './dated-alias.ts'
import type { DatedAliases } from './dated-alias.ts'
import { everydayWords } from './everyday-words.ts'
import { familyTable } from './family-table.ts'
import type { FamilyTable } from './family-table.ts'
import { findSpellings } from './find-spellings.ts'
import { hostTable } from './host-table.ts'
import { jurisdictionTable } from './jurisdiction-table.ts'
import { spellingLengthMax } from './limits.ts'
import { decorationNames, nameIndex } from './name-index.ts'
import type { NamedModel, NameIndex } from './name-index.ts'
import { nameKey, withoutDate, withoutShortDate } from './name-key.ts'
import { nameStems } from './name-stems.ts'
import type { NameStems } from './name-stems.ts'
import { providerNames } from './provider-names.ts'
import type { Resolution, ResolutionHint, Resolver } from './resolution.ts'
import { spellingLayers } from './spelling-layers.ts'
import type { DecorationNames, SpellingLayers } from './spelling-layers.ts'

/** Everything that a look-up needs, made once from a catalogue. */
interface Tables {
  readonly decorations: DecorationNames
  readonly index: NameIndex
  readonly families: FamilyTable
  readonly aliases: DatedAliases
  /** Where there is none, no name stands. */
  readonly stems: NameStems
}

/** Makes the resolver of one catalogue. Pure; build it once and keep it. */
export function createResolver(catalogue: Catalogue): Resolver {
  const decorations = decorationNames(catalogue)
  const tables: Tables = {
    decorations,
    index: nameIndex(catalogue),
    families: familyTable(catalogue.families),
    aliases: dateAliases(catalogue),
    stems: nameStems(catalogue),
  }
  const hosts = hostTable(catalogue)
  const jurisdictions = jurisdictionTable(catalogue)
  const looksLike = (text: string) => vendorOfShape(text, tables)
  return {
    resolve: (spelling, hint = {}) => resolveSpelling(spelling, hint, tables),
    looksLikeModel: (text) => looksLike(text) !== null,
    findSpellings: (text) => findSpellings(text, looksLike, tables.stems),
    providerOfHost: hosts,
    providerOfName: providerNames(catalogue),
    jurisdictionsOf: jurisdictions,
  }
}

const nothing: Resolution = {
  kind: 'unknown',
  model: null,
  vendor: null,
  family: null,
  snapshot: null,
  provider: null,
  region: null,
  candidates: [],
}

function resolveSpelling(spelling: string, hint: ResolutionHint, tables: Tables): Resolution {
  const text = spelling.trim().toLowerCase()
  if (text === '' || text.length > spellingLengthMax) return nothing
  const layers = spellingLayers(text, tables.decorations)
  const place = { provider: layers.provider, region: layers.region }
  if (layers.opaque) return { ...nothing, ...place, kind: 'opaque' }
  const vendor = layers.vendor ?? hint.vendor ?? null
  const found =
    atProvider(text, layers, hint, tables) ??
    datedAlias(layers, hint, tables) ??
    listedModel(layers, vendor, tables) ??
    familyModel(layers, tables)
  if (found !== null) {
    const snapshot = found.snapshot ?? writtenSnapshot(layers, found.model, tables)
    return { ...found, snapshot, ...place }
  }
  if (layers.ownName || hint.provider === 'azure') {
    return { ...nothing, ...place, kind: 'opaque' }
  }
  return { ...nothing, ...place, vendor: layers.vendor }
}

/** The dated name inside a provider's spelling of a model (`anthropic.claude-…-20250929-v1:0`). */
function writtenSnapshot(
  { names }: SpellingLayers,
  model: string | null,
  { index }: Tables,
): string | null {
  if (model === null) return null
  for (const name of names) {
    if (!fourDigits.test(name)) return null
    const filed = index.byKey.get(nameKey(name)) ?? []
    const snapshot = filed.find((one) => one.model === model)?.snapshot ?? null
    if (snapshot !== null) return snapshot
  }
  const last = names.at(-1) ?? ''
  return withoutDate(last) === null ? null : last
}

const fourDigits = /\d{4}/

/** What the provider known from the spelling or the hint calls exactly so. */
function atProvider(
  text: string,
  layers: SpellingLayers,
  hint: ResolutionHint,
  { index }: Tables,
): Resolution | null {
  for (const provider of [hint.provider, layers.provider]) {
    if (provider === undefined || provider === null) continue
    for (const name of layers.names) {
      const named = index.atProvider.get(`${provider} ${name}`)
      if (named !== undefined) return listed([named], text)
    }
  }
  return null
}

function datedAlias(
  { names }: SpellingLayers,
  hint: ResolutionHint,
  { aliases, index }: Tables,
): Resolution | null {
  for (const name of names) {
    const alias = aliases.find(name, hint)
    if (alias === null) continue
    const model = alias.model === null ? undefined : index.models.get(alias.model)
    return {
      ...nothing,
      kind: 'alias',
      model: alias.model,
      vendor: alias.vendor,
      family: model?.family ?? null,
    }
  }
  return null
}

function listedModel(
  { names }: SpellingLayers,
  vendor: string | null,
  { index }: Tables,
): Resolution | null {
  for (const name of names) {
    if (vendor === null && everydayWords.has(name)) continue
    const named = ofVendor(index.exact.get(name), vendor)
    if (named.length > 0) return listed(named, name)
  }
  for (const name of names) {
    if (vendor === null && everydayWords.has(name)) continue
    const named = ofVendor(index.byKey.get(nameKey(name)), vendor)
    if (named.length > 0) return listed(named, name)
  }
  return datedModel(names, vendor, index) ?? latestModel(names, vendor, index)
}

/** `NAME-latest` floats over the snapshots of a listed model. */
function latestModel(
  names: readonly string[],
  vendor: string | null,
  index: NameIndex,
): Resolution | null {
  for (const name of names) {
    if (!name.endsWith('-latest')) continue
    const named = ofVendor(index.byKey.get(nameKey(name.slice(0, -'-latest'.length))), vendor)
    if (named.length === 0) continue
    const found = listed(named, name)
    return found.kind === 'model' ? { ...found, kind: 'alias', snapshot: null } : found
  }
  return null
}

/** Vendors that date some snapshots by month and day alone. */
const datedByDay = new Set(['openai', 'xai'])

/** A listed model under a date that the catalogue does not list. */
function datedModel(
  names: readonly string[],
  vendor: string | null,
  index: NameIndex,
): Resolution | null {
  for (const name of names) {
    const undated = withoutDate(name)
    const short = undated === null ? withoutShortDate(name) : null
    if (undated === null && short === null) continue
    const filed = ofVendor(index.byKey.get(nameKey(undated ?? short ?? '')), vendor)
    const named = filed.filter((one) => short === null || datedByDay.has(one.vendor))
    if (named.length > 0) {
      return listed(
        named.map((one) => ({ ...one, snapshot: name })),
        name,
      )
    }
  }
  return null
}

function ofVendor(
  named: readonly NamedModel[] | undefined,
  vendor: string | null,
): readonly NamedModel[] {
  if (named === undefined) return []
  const own = vendor === null ? named : named.filter((one) => one.vendor === vendor)
  return own.length > 0 ? own : named
}

function listed(named: readonly NamedModel[], name: string): Resolution {
  const [first] = named
  if (first === undefined) return nothing
  if (named.length === 1) {
    return {
      ...nothing,
      kind: first.floating ? 'alias' : 'model',
      model: first.model,
      vendor: first.vendor,
      family: first.family,
      snapshot: first.snapshot,
    }
  }
  const exact = named.filter((one) => one.model.endsWith(`/${name}`))
  if (exact.length === 1) return listed(exact, name)
  const vendors = new Set(named.map((one) => one.vendor))
  return {
    ...nothing,
    kind: 'ambiguous',
    vendor: vendors.size === 1 ? first.vendor : null,
    candidates: named.map((one) => one.model).toSorted(),
  }
}

function familyModel({ names }: SpellingLayers, { families }: Tables): Resolution | null {
  for (const name of names) {
    for (const form of [name, name.replaceAll(':', '-')]) {
      const match = families.match(form)
      if (match === null) continue
      const undated = withoutDate(form)
      return {
        ...nothing,
        kind: 'family',
        model: `${match.vendor}/${undated ?? form}`,
        vendor: match.vendor,
        family: match.family,
        snapshot: undated === null ? null : form,
      }
    }
  }
  return null
}

const modelLetters = /^[~@a-z0-9][a-z0-9._:/@~[\]+*-]*$/i

/** Shorter listed names (`nova-2`) are recognised by position only, unless they have the shape of a family. */
const nameLengthMin = 7

const letterAndDigit = /[a-z].*\d|\d.*[a-z]/i

/** The vendor of a text that has the shape of a model name, or null. */
function vendorOfShape(text: string, tables: Tables): string | null {
  if (text.length < 5 || text.length > spellingLengthMax || !modelLetters.test(text)) return null
  const lower = text.toLowerCase()
  if (tables.stems.find(lower, 0) === -1) return null
  const { names, vendor, opaque } = spellingLayers(lower, tables.decorations)
  if (opaque) return null
  for (const name of names) {
    if (name.length >= nameLengthMin && letterAndDigit.test(name)) {
      const [named] = tables.index.exact.get(name) ?? []
      if (named !== undefined) return named.vendor
    }
    const family = tables.families.match(name) ?? tables.families.match(name.replaceAll(':', '-'))
    if (family !== null) return vendor ?? family.vendor
  }
  return vendor === null ? null : vendorOfQualified(names, vendor, tables)
}

/** `vendor/name` says enough, even when the name alone would be too short. */
function vendorOfQualified(
  names: readonly string[],
  vendor: string,
  { index }: Tables,
): string | null {
  return names.some((name) => index.exact.get(name)?.some((one) => one.vendor === vendor) === true)
    ? vendor
    : null
}
