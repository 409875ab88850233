import { compareText } from '../../base/compare.ts'
import { ModelId } from '../../schema/catalogue.ts'
import { recoveredModelsMax, recoveryCharactersMax } from './limits.ts'

/** What can still be told of a directive that does not follow its schema. */
export interface NamedInDirective {
  readonly id: string | null
  readonly models: readonly string[]
  /** Vendors that a selector of its scope names. */
  readonly vendors: readonly string[]
}

/**
 * Reads who is named in a directive that is broken, so that policy can deny it: from its scope when that can be
 * read, else from every word that looks like `vendor/name`. Rather a model too many than one too few.
 */
export function namedInDirective(value: unknown, text: string): NamedInDirective {
  const scope = memberOf(value, 'scope')
  const models = memberOf(scope, 'models')
  const listed = [...textsOf(models), ...textsOf(memberOf(models, 'ids'))]
    .map((text) => text.trim().toLowerCase())
    .filter(isModelId)
  const vendors = textsOf(memberOf(models, 'vendors'))
  const id = memberOf(value, 'id')
  return {
    id: typeof id === 'string' && /^[a-z0-9][a-z0-9.-]*$/.test(id) ? id : idInText(text),
    models: listed.length > 0 || vendors.length > 0 ? sorted(listed) : modelsInText(text),
    vendors: sorted(vendors),
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}

function textsOf(value: unknown): readonly string[] {
  const members = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  return members.filter((member) => typeof member === 'string')
}

function isModelId(text: string): boolean {
  return ModelId.safeParse(text).success
}

function idInText(text: string): string | null {
  const found = /^id:[ \t]*["']?(?<id>[a-z0-9][a-z0-9.-]{0,199})/m.exec(
    text.slice(0, recoveryCharactersMax),
  )
  return found?.groups?.['id'] ?? null
}

/** Words `vendor/name`; addresses, paths and the issuer (`us/bis`) are none. */
function modelsInText(text: string): readonly string[] {
  const found = new Set<string>()
  const searched = text
    .slice(0, recoveryCharactersMax)
    .replace(/https?:\/\/\S{0,2000}/g, ' ')
    .replace(/["']?\bissuer["']?[ \t]*:[ \t]*\S+/g, ' ')
    .replace(/#.*$/gm, ' ')
  for (const [word] of searched.matchAll(/[\w./:+-]+/g)) {
    const model = word.toLowerCase().replace(/[.:,+-]+$/, '')
    if (isModelId(model)) found.add(model)
    if (found.size >= recoveredModelsMax) break
  }
  return sorted([...found])
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted(compareText)
}
