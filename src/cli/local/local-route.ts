import type { RouteStandings } from '../../gateway/index.ts'
import type { ConfigLocal, ConfigRoute, HoldfastConfig } from '../../schema/holdfast-config.ts'

/** The route that `local` of holdfast.yaml makes. */
export const localRouteId = 'local'

/** What runs for it, as far as routes need to know. */
interface LocalStanding {
  readonly isReady: boolean
  readonly baseUrl: URL
}

/** No engine listens there: which port it gets is known when it runs. */
const nowhere = 'http://127.0.0.1:0/v1'

/** A processor may take minutes to read a long question. */
const patience = {
  headersMs: 300_000,
  wholeMs: 300_000,
  firstTokenMs: 300_000,
  idleMs: 60_000,
} as const

/** The configuration with the route of its local model, so that everything that reads routes knows it. */
export function withLocalRoute(config: HoldfastConfig): HoldfastConfig {
  const { local } = config
  return local === undefined ? config : { ...config, routes: [...config.routes, routeOf(local)] }
}

function routeOf(local: ConfigLocal): ConfigRoute {
  const { model, contextTokens, concurrent, region, hardware, timeouts } = local
  return {
    id: localRouteId,
    provider: 'self',
    protocol: 'openai-chat',
    baseUrl: nowhere,
    credential: 'none',
    weightsHeld: true,
    capacity: { concurrent },
    contextTokens,
    timeouts: { ...patience, ...timeouts },
    ...(region === undefined ? {} : { region }),
    ...(hardware === undefined ? {} : { hardware }),
    // The engine answers by the name that it is given.
    models: { [model]: model },
  }
}

/** Routes as they stand, with the local one out of traffic while nothing runs for it; `engine` null: nothing shall. */
export function withLocalStanding(
  { local }: Pick<HoldfastConfig, 'local'>,
  disabled: ReadonlyMap<string, string>,
  engine: LocalStanding | null,
): RouteStandings {
  if (local === undefined) return { disabled, addresses: new Map() }
  if (engine?.isReady === true)
    return { disabled, addresses: new Map([[localRouteId, engine.baseUrl.href]]) }
  const why =
    engine === null
      ? 'the local model was not asked for (--with-local)'
      : 'the local model is not running just now'
  return { disabled: new Map([[localRouteId, why], ...disabled]), addresses: new Map() }
}
