import type { Caller, TokenCaller } from './gateway-state.ts'

/**
 * A service that works for a person: the person's class and standing decide, the service's key says for which
 * workflows. Where the issuer tells no groups of the person, those of the service count.
 */
export function onBehalfOf(service: Caller, person: TokenCaller): Caller {
  const groups = person.areGroupsTold ? person.principal.groups : service.principal.groups
  return {
    id: service.id,
    pseudonym: person.pseudonym,
    principal: { ...person.principal, kind: 'person', groups },
    sealedClass: person.sealedClass,
    workflows: service.workflows,
  }
}
