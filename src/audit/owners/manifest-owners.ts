import { parseAllDocuments } from 'yaml'
import { ownerLimits } from './limits.ts'

/** Owners that a component's own description names: the last thing to go by. */

/** Files that may name an owner, and how each is read. */
export const ownerManifests: readonly {
  readonly name: string
  readonly ownersIn: (text: string) => readonly string[]
}[] = [
  { name: 'catalog-info.yaml', ownersIn: catalogueOwners },
  { name: 'catalog-info.yml', ownersIn: catalogueOwners },
  { name: 'package.json', ownersIn: packageOwners },
]

/** `spec.owner` of the first Backstage entity that has one. */
export function catalogueOwners(text: string): readonly string[] {
  try {
    for (const document of parseAllDocuments(text)) {
      if (!('toJS' in document)) continue
      const entity: unknown = document.toJS({ maxAliasCount: ownerLimits.yamlAliasesMax })
      const owner = memberOf(memberOf(entity, 'spec'), 'owner')
      if (typeof owner === 'string' && owner.trim() !== '') return [owner.trim()]
    }
  } catch {
    return []
  }
  return []
}

/** `maintainers`, else `author`; e-mail addresses and home pages are left out. */
export function packageOwners(text: string): readonly string[] {
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    return []
  }
  const maintainers = memberOf(manifest, 'maintainers')
  const people: readonly unknown[] = Array.isArray(maintainers) ? maintainers : []
  const names = people.flatMap(nameOf)
  return [...new Set(names.length > 0 ? names : nameOf(memberOf(manifest, 'author')))].slice(
    0,
    ownerLimits.ownersMax,
  )
}

/** `Name <address> (page)`, or the same as an object. */
function nameOf(person: unknown): readonly string[] {
  const written = typeof person === 'string' ? person : memberOf(person, 'name')
  if (typeof written !== 'string') return []
  const name = written.replace(/[<(].*$/su, '').trim()
  return name === '' ? [] : [name]
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
