import { dirname } from 'node:path'
import { buildState, type GatewayState, withRouteStandings } from '../../gateway/index.ts'
import { openSnapshot, type PolicySnapshot } from '../../policy/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import { createCedarEngine } from '../cedar-engine.ts'
import { loadCallers } from '../load-callers.ts'
import { localRouteId } from '../local/local-route.ts'
import type { Oidc } from '../oidc.ts'
import type { LazyStore } from '../open-store.ts'
import { RouteCredentials } from '../route-credential.ts'
import type { ServedEvidence } from '../serve-evidence.ts'
import { gatewayCallers, resolverMaker } from '../serve-state.ts'
import type { StateOrder } from './fleet-message.ts'

export interface FollowerSources {
  readonly configPath: string
  readonly store: LazyStore
  readonly evidence: ServedEvidence | null
  readonly oidc: Oidc
  readonly warn: (message: string) => void
}

/**
 * Makes the state that the first process has loaded. What was decided and recorded there, directives above all, comes
 * with the order; only keys are read here: no secret of a file
 * or of the environment goes from process to process.
 */
export class StateFollower {
  readonly #sources: FollowerSources
  readonly #resolverOf = resolverMaker()
  #catalogue: Catalogue | null = null
  #snapshot: PolicySnapshot | undefined

  constructor(sources: FollowerSources) {
    this.#sources = sources
  }

  async follow(order: StateOrder): Promise<GatewayState> {
    const { config, content, verdicts, standings, localKey } = order
    const catalogue = order.catalogue ?? this.#catalogue
    if (catalogue === null) throw new TypeError('the first order comes with the catalogue')
    this.#catalogue = catalogue
    const { configPath, evidence, oidc, warn } = this.#sources
    const folder = dirname(configPath)
    const snapshot = openSnapshot(content, {
      engine: createCedarEngine(),
      previous: this.#snapshot,
    })
    const store = await this.#sources.store.ifThere()
    const at = new Date().toISOString()
    const callers = await loadCallers({ config, folder, store, at })
    const issued = await oidc.callers(config)
    const credentials = new RouteCredentials(folder, warn)
    const built = buildState({
      config,
      catalogue,
      resolver: this.#resolverOf(catalogue),
      snapshot,
      callers: gatewayCallers(callers, issued.tokens, evidence),
      verdicts,
      credentialOf: (route) =>
        (route.id === localRouteId ? localKey : null) ?? credentials.of(route),
      disabledRoutes: standings.disabled,
    })
    this.#snapshot = snapshot
    issued.adopt()
    return withRouteStandings(built, standings)
  }
}
