import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { PolicyWorkflow, PolicyWorld, Principal } from './principal.ts'

export const eligibilityClasses: readonly EligibilityClass[] = [
  'not-foreign-person',
  'foreign-person-authorised',
  'foreign-person-not-authorised',
  'undetermined',
]

/**
 * The person that the simulation means by a class: of the organisation, in the audience of the workflow, with all
 * authorisations of the organisation when its class says that it holds some.
 */
export function personOf(
  world: PolicyWorld,
  eligibilityClass: EligibilityClass,
  workflow: PolicyWorkflow | null,
): Principal {
  return {
    kind: 'person',
    definition: world.definition,
    class: eligibilityClass,
    entity: world.organisation,
    employment: null,
    groups: workflow?.audience ?? [],
    authorisations:
      eligibilityClass === 'foreign-person-authorised'
        ? world.authorisations.map((one) => one.id)
        : [],
  }
}
