import type { EligibilityClass, HoldfastConfig } from '../schema/holdfast-config.ts'
import { attestedClass } from './attested-class.ts'
import { classOfService } from './class-of-service.ts'
import { defaultDefinition } from './compile-directive.ts'
import type { Principal } from './principal.ts'

type ConfigPrincipal = HoldfastConfig['principals'][number]

/**
 * A caller of holdfast.yaml at an instant. A class written there is an attestation, by the owner of the file where it
 * names nobody else; one that has expired leaves the caller undetermined. Without a class a service
 * has the most restrictive class of its groups, and a person is undetermined.
 */
export function principalOf(config: HoldfastConfig, one: ConfigPrincipal, at: string): Principal {
  const groups = one.groups ?? []
  const ofGroups =
    one.kind === 'service'
      ? classOfService(groups.map((id) => config.groups[id]?.headcount ?? null))
      : 'undetermined'
  const definition = config.eligibility?.definition ?? defaultDefinition
  return {
    kind: one.kind,
    id: one.id,
    definition,
    class: one.class === undefined ? ofGroups : vouchedClass(one, one.class, definition, at),
    entity: one.entity ?? config.organisation.name,
    employment: one.employment ?? null,
    groups,
    authorisations: one.authorisations ?? [],
  }
}

function vouchedClass(
  { attestation }: ConfigPrincipal,
  stated: EligibilityClass,
  definition: string,
  at: string,
): EligibilityClass {
  if (attestation === undefined) return stated
  const { basis, attester, date, expiresAt = null } = attestation
  return attestedClass({ class: stated, definition, basis, attester, date, expiresAt }, at)
}
