import type { Register } from '../../schema/register.ts'
import { pathReference } from '../location-uri.ts'

interface ArtifactLocation {
  readonly uri: string
  readonly uriBaseId: string
}

/** Where the paths of each repository are read from. */
export interface SarifBases {
  readonly originalUriBaseIds: Readonly<Record<string, object>>
  readonly baseOf: (repository: string | null) => string
  readonly locate: (repository: string | null, path: string) => ArtifactLocation
}

const root = '%SRCROOT%'

/**
 * The audited folder is `%SRCROOT%`; its absolute place is nobody's business and left out. A repository below
 * it has a base of its own, relative to that one.
 */
export function sarifBases(register: Register): SarifBases {
  const ids = new Map<string, string>()
  const entries: [string, object][] = [
    [root, { description: { text: 'the folder that was audited' } }],
  ]
  for (const repository of register.repositories) {
    const folder = relativeFolder(repository.root, register.root)
    if (folder === '') {
      ids.set(repository.id, root)
      continue
    }
    const id = `REPOSITORY_${ids.size + 1}`
    ids.set(repository.id, id)
    entries.push([id, { uri: folder, uriBaseId: root, description: { text: repository.id } }])
  }
  const baseOf = (repository: string | null): string =>
    (repository === null ? undefined : ids.get(repository)) ?? root
  return {
    originalUriBaseIds: Object.fromEntries(entries),
    baseOf,
    locate: (repository, path) => ({ uri: pathReference(path), uriBaseId: baseOf(repository) }),
  }
}

/** The folder below the audited one as a reference that ends in a slash; empty for the audited one itself. */
function relativeFolder(folder: string, auditRoot: string): string {
  const inside =
    folder === auditRoot
      ? ''
      : folder.startsWith(`${auditRoot.replace(/\/$/, '')}/`)
        ? folder.slice(auditRoot.replace(/\/$/, '').length)
        : folder
  const reference = pathReference(inside.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, ''))
  return reference === '' || reference === '.' ? '' : `${reference}/`
}
