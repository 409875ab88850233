import { type Resolver, suggestNames } from '../../catalogue/index.ts'
import { EligibilityClass } from '../../schema/holdfast-config.ts'
import { type ElementId, type ElementKind, elementKinds } from '../portfolio.ts'
import { normalRegion } from './model-access.ts'

/** An element as somebody wrote it, in the one spelling that elements have. */
export function canonicalElement(written: string, resolver: Pick<Resolver, 'resolve'>): ElementId {
  const kind = kindOf(written)
  const id = written.slice(written.indexOf(':') + 1).trim()
  switch (kind) {
    case 'model': {
      const found = resolver.resolve(id)
      return `model:${found.model ?? id}`
    }
    case 'jurisdiction':
      return `jurisdiction:${id.toUpperCase()}`
    case 'region':
      return `region:${normalRegion(id)}`
    case 'vendor':
    case 'provider':
    case 'parent':
    case 'hardware':
      return `${kind}:${id.toLowerCase()}`
    case 'route':
    case 'common-cause':
    case 'class':
    case 'directive':
      return `${kind}:${id}`
    case null:
      return written
  }
}

/** Null: it has no kind that elements have. */
export function kindOf(element: string): ElementKind | null {
  const colon = element.indexOf(':')
  if (colon === -1) return null
  const kind = element.slice(0, colon)
  return elementKinds.find((one) => one === kind) ?? null
}

/** What somebody may have meant: the id under another kind, else the nearest ids of its kind. */
export function suggestElements(
  written: string,
  known: ReadonlySet<ElementId>,
  resolver: Pick<Resolver, 'resolve'>,
): readonly ElementId[] {
  const kind = kindOf(written)
  const id = kind === null ? written : written.slice(written.indexOf(':') + 1)
  const bare = id.slice(id.indexOf(':') + 1)
  const resolved = kind === null || kind === 'model' ? resolver.resolve(bare).model : null
  const elsewhere = elementKinds
    .map((one) => canonicalElement(`${one}:${bare}`, resolver))
    .filter((one) => known.has(one) && one !== written)
  const exact = [...new Set([...elsewhere, ...(resolved === null ? [] : [`model:${resolved}`])])]
  if (exact.length > 0) return exact.filter((one) => known.has(one))
  const ofKind = [...known].filter((one) => kind === null || kindOf(one) === kind)
  const byName = new Map<string, ElementId>()
  for (const one of ofKind) for (const word of wordsOf(one)) byName.set(word, one)
  for (const one of ofKind) byName.set(one.slice(one.indexOf(':') + 1), one)
  const near = suggestNames(bare, byName.keys()).flatMap((name) => byName.get(name) ?? [])
  return [...new Set(near)]
}

const wordLengthMin = 4

/** `bedrock` of `provider:aws-bedrock`: people leave the rest out. */
function wordsOf(element: ElementId): readonly string[] {
  const id = element.slice(element.indexOf(':') + 1)
  return id.includes('/') ? [] : id.split('-').filter(({ length }) => length >= wordLengthMin)
}

/** Jurisdictions and classes are known whether anything depends on them or not. */
export function isAlwaysKnown(element: ElementId): boolean {
  const id = element.slice(element.indexOf(':') + 1)
  if (kindOf(element) === 'class') return EligibilityClass.safeParse(id).success
  return kindOf(element) === 'jurisdiction' && isCountry(id)
}

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && countries.of(code) !== undefined
}
