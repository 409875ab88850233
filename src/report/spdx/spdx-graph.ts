import { shortDigest } from '../../base/digest.ts'

/** The kinds of relationship that a register needs, out of SPDX's sixty. */
type RelationshipType =
  | 'availableFrom'
  | 'contains'
  | 'dependsOn'
  | 'hasConcludedLicense'
  | 'hasDeclaredLicense'
  | 'hasEvidence'
  | 'hasOptionalDependency'

type SpdxElement = Readonly<Record<string, unknown>> & {
  readonly type: string
  readonly spdxId: string
}

/** Elements of one document, each once, in the order they came. */
export interface SpdxGraph {
  /** The id that an element of this kind and key has or will have. */
  readonly idOf: (kind: string, key: string) => string
  /** Adds an element unless one of this kind and key is there; gives its id. */
  readonly add: (kind: string, key: string, make: () => Readonly<Record<string, unknown>>) => string
  readonly relate: (
    type: RelationshipType,
    from: string,
    to: readonly string[],
    comment?: string,
  ) => void
  readonly elements: () => readonly SpdxElement[]
}

export const creationInfo = '_:creation'

export function spdxGraph(uuid: string): SpdxGraph {
  const elements = new Map<string, SpdxElement>()
  const idOf = (kind: string, key: string): string => `urn:uuid:${uuid}#${kind}-${shortDigest(key)}`
  const add: SpdxGraph['add'] = (kind, key, make) => {
    const spdxId = idOf(kind, key)
    if (!elements.has(spdxId)) {
      const { type, ...members } = make()
      elements.set(spdxId, { type: String(type), spdxId, creationInfo, ...members })
    }
    return spdxId
  }
  return {
    idOf,
    add,
    relate: (type, from, to, comment) => {
      if (to.length === 0) return
      add('relationship', [type, from, ...to, comment].join('\n'), () => ({
        type: 'Relationship',
        from,
        relationshipType: type,
        to,
        ...(comment === undefined ? {} : { comment }),
      }))
    },
    elements: () => [...elements.values()],
  }
}
