import { type Principal, principalOf } from '../../policy/index.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { LazyStore } from '../open-store.ts'
import { definitionOf, findStoredPrincipal } from '../principal-standing.ts'

/** As whom models are probed. */
export interface ProbePrincipal {
  readonly principal: Principal
  readonly notices: readonly string[]
}

/**
 * The caller that `gateway.probes.principal` names, else a service of which nothing is known: whatever a directive
 * keeps from anybody it keeps from that one, so that nothing is probed by whoever might not use it.
 */
export async function probePrincipal(
  config: HoldfastConfig,
  store: LazyStore,
  at: string,
): Promise<ProbePrincipal> {
  const id = config.gateway?.probes?.principal
  if (id === undefined) return { principal: nobody(config), notices: [] }
  const configured = config.principals.find((one) => one.id === id)
  const principal =
    configured === undefined
      ? await findStoredPrincipal(store, config, id, at)
      : principalOf(config, configured, at)
  if (principal !== null) return { principal, notices: [] }
  const notice = `\`gateway.probes.principal\`: no caller \`${id}\` is known; models are probed as a service of which nothing is known`
  return { principal: nobody(config), notices: [notice] }
}

function nobody(config: HoldfastConfig): Principal {
  return {
    kind: 'service',
    definition: definitionOf(config),
    class: 'undetermined',
    entity: config.organisation.name,
    employment: null,
    groups: [],
    authorisations: [],
  }
}
