import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { classOfService } from './class-of-service.ts'
import { defaultDefinition } from './compile-directive.ts'
import type { Principal } from './principal.ts'

/**
 * A caller of holdfast.yaml. A class written there is an attestation by the owner of the file; without one a service
 * has the most restrictive class of its groups, and a person is undetermined.
 */
export function principalOf(
  config: HoldfastConfig,
  one: HoldfastConfig['principals'][number],
): Principal {
  const groups = one.groups ?? []
  const ofGroups =
    one.kind === 'service'
      ? classOfService(groups.map((id) => config.groups[id]?.headcount ?? null))
      : 'undetermined'
  return {
    kind: one.kind,
    id: one.id,
    definition: config.eligibility?.definition ?? defaultDefinition,
    class: one.class ?? ofGroups,
    entity: one.entity ?? config.organisation.name,
    employment: one.employment ?? null,
    groups,
    authorisations: one.authorisations ?? [],
  }
}
