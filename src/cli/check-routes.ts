import { durationMs } from '../base/duration.ts'
import {
  createResolver,
  lifecycleOfName,
  type Resolver,
  type ServedName,
} from '../catalogue/index.ts'
import {
  buildState,
  type GatewayClock,
  type GatewayState,
  type Listing,
  probeListing,
  probeModel,
  type ProbeResult,
  type RouteStandings,
  Upstreams,
  withRouteStandings,
} from '../gateway/index.ts'
import type { PolicySnapshot, Principal } from '../policy/index.ts'
import { codecs } from '../protocols/index.ts'
import type { LocalEngine } from './local/local-engine.ts'
import type { PolicyWorkspace } from './policy-workspace.ts'
import { RouteCredentials } from './route-credential.ts'

/** What was found of one model over one route. */
export interface RouteCheck {
  readonly route: string
  readonly model: string
  /** Name of the model on the wire. */
  readonly wireModel: string
  /** What the route's own list says; `none`: its protocol has no list. It lies both ways, so it decides nothing. */
  readonly listing: 'listed' | 'not-listed' | 'failed' | 'none'
  /** What a real request of one token came to; `not-probed`: there was no time. */
  readonly result: ProbeResult['outcome'] | 'not-probed'
  readonly message: string
  readonly servedModel: string | null
  /** What vendor or provider announces about it. */
  readonly notices: readonly string[]
  readonly ms: number | null
}

export interface RouteProbing {
  readonly workspace: PolicyWorkspace
  readonly snapshot: PolicySnapshot
  readonly folder: string
  /** As whom policy is asked. */
  readonly principal: Principal
  /** Routes that take no traffic are not asked. */
  readonly standings: RouteStandings
  /** Null: no local model runs. */
  readonly local: LocalEngine | null
  /** For all probes together. */
  readonly timeLimit: string
  readonly clock: GatewayClock
  readonly warn: (message: string) => void
}

/** Requests to providers at the same time. */
const atOnce = 4

/** Every model over every route, by the way that the gateway's own requests go. */
export async function checkRoutes(probing: RouteProbing): Promise<readonly RouteCheck[]> {
  const { clock, timeLimit } = probing
  const resolver = createResolver(probing.workspace.directives.catalogue)
  const state = stateOf(probing, resolver)
  const upstreams = new Upstreams(state.timeouts.connectMs)
  const tools = { upstreams, clock, codecs }
  const endsAt = clock.elapsed() + durationMs(timeLimit)
  const pairs = [...state.routes.values()].flatMap((route) =>
    [...route.models].map(([model, wireModel]) => ({ route, model, wireModel })),
  )
  const listings = new Map<string, Promise<Listing>>()
  const listingOf = (route: (typeof pairs)[number]['route']): Promise<Listing> => {
    const known = listings.get(route.id) ?? probeListing(tools, route)
    listings.set(route.id, known)
    return known
  }
  const checked: RouteCheck[] = []
  const left = pairs.entries()
  const work = async (): Promise<void> => {
    for (const [index, pair] of left) {
      const { route, model, wireModel } = pair
      const found = await within(clock, endsAt - clock.elapsed(), async () => ({
        listing: await listingOf(route),
        result: await probeModel(tools, state, { model, route, principal: probing.principal }),
      }))
      const { snapshot } = resolver.resolve(wireModel, { provider: route.provider })
      const named = { model, snapshot, provider: route.provider }
      checked[index] = checkOf(pair, found, lifecycleNotices(probing.workspace, named))
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    await upstreams.close()
  }
  return checked
}

function stateOf(probing: RouteProbing, resolver: Resolver): GatewayState {
  const { workspace, snapshot, folder, standings, local, warn } = probing
  const { config, directives } = workspace
  const credentials = new RouteCredentials(folder, warn)
  const state = buildState({
    config,
    catalogue: directives.catalogue,
    resolver,
    snapshot,
    callers: { find: () => null },
    verdicts: [],
    credentialOf: (route) => local?.keyOf(route.id) ?? credentials.of(route),
    disabledRoutes: standings.disabled,
  })
  return withRouteStandings(state, standings)
}

/** Null: it took longer. */
async function within<T>(
  clock: GatewayClock,
  ms: number,
  work: () => Promise<T>,
): Promise<T | null> {
  if (ms <= 0) return null
  const { promise, resolve } = Promise.withResolvers<null>()
  const timer = clock.after(ms, () => resolve(null))
  const done = work()
  // What comes after the time limit is of no use to anybody.
  done.catch(() => undefined)
  try {
    return await Promise.race([done, promise])
  } finally {
    timer.cancel()
  }
}

function checkOf(
  { route, model, wireModel }: { route: { id: string }; model: string; wireModel: string },
  found: { readonly listing: Listing; readonly result: ProbeResult } | null,
  lifecycle: readonly string[],
): RouteCheck {
  const parts = { route: route.id, model, wireModel }
  if (found === null)
    return {
      ...parts,
      listing: 'none',
      result: 'not-probed',
      message: 'the time limit has passed',
      servedModel: null,
      notices: lifecycle,
      ms: null,
    }
  const { listing, result } = found
  return {
    ...parts,
    listing:
      listing.kind !== 'names'
        ? listing.kind
        : listing.names.has(wireModel)
          ? 'listed'
          : 'not-listed',
    result: result.outcome,
    message: result.message.slice(0, 500),
    servedModel: result.servedModel,
    notices: [...lifecycle, ...(result.notice === null ? [] : [result.notice])],
    ms: result.ms,
  }
}

/** An end that lies farther ahead needs no notice yet. */
const noticeMs = 180 * 86_400_000

/** What the catalogue knows of the end of a name that has come or is near. */
function lifecycleNotices(
  { directives, at }: PolicyWorkspace,
  named: ServedName,
): readonly string[] {
  const known = directives.catalogue.vendors
    .flatMap(({ models }) => models)
    .find(({ id }) => id === named.model)
  const near = (known === undefined ? [] : lifecycleOfName(known, named)).filter(
    ({ on }) => Date.parse(on) - Date.parse(at) <= noticeMs,
  )
  const last = near.at(-1)
  if (last === undefined || last.kind === 'released' || last.kind === 'restored') return []
  const tense = last.on > at.slice(0, 10) ? 'from' : 'since'
  return [`${last.kind} ${tense} ${last.on} (catalogue, as of ${last.asOf})`]
}
