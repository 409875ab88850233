import type { ConfigRoute, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { RouteRecord } from '../../schema/route-record.ts'

/** Whether the credential of a route may go where holdfast.yaml sends it. */
type OriginStanding =
  | { readonly kind: 'accepted' }
  /** Nobody knew the route and its credential before: accepted as it is, and kept. */
  | { readonly kind: 'first-use' }
  /** The credential went to this origin over another route already; kept for this one as well. */
  | { readonly kind: 'known' }
  /** It went elsewhere so far. */
  | { readonly kind: 'refused'; readonly before: string }
  | { readonly kind: 'no-credential' }

/** A route of holdfast.yaml with what is kept of it. */
export interface RouteStanding {
  readonly id: string
  readonly origin: string
  readonly credential: string
  /** Null: nothing is kept of it. */
  readonly record: RouteRecord | null
  readonly standing: OriginStanding
  /** Why it takes no traffic; null: it does. Callers read it: no reason of an operator, no address. */
  readonly disabled: string | null
}

/**
 * The credential of a route is bound to the origin that it was accepted for: whoever may write holdfast.yaml must not
 * be able to have it sent elsewhere, neither over a route that is there nor over a new one.
 */
export function routeStandings(
  { routes }: Pick<HoldfastConfig, 'routes'>,
  records: readonly RouteRecord[],
): readonly RouteStanding[] {
  const byId = new Map(records.map((record) => [record.id, record]))
  return routes.map((route) => {
    const record = byId.get(route.id) ?? null
    const origin = originOf(route)
    const standing = originStanding(route, record, records)
    const disabled =
      record?.state === 'disabled'
        ? 'an operator took the route out of traffic'
        : standing.kind === 'refused'
          ? 'the origin of the route has changed and nobody has accepted it yet'
          : null
    return { id: route.id, origin, credential: route.credential, record, standing, disabled }
  })
}

export function originOf({ baseUrl }: Pick<ConfigRoute, 'baseUrl'>): string {
  return new URL(baseUrl).origin
}

function originStanding(
  route: ConfigRoute,
  own: RouteRecord | null,
  records: readonly RouteRecord[],
): OriginStanding {
  if (route.credential === 'none') return { kind: 'no-credential' }
  const origin = originOf(route)
  if (own?.origin === origin && own.credential === route.credential) return { kind: 'accepted' }
  if (own !== null && own.origin !== null && own.origin !== origin)
    return { kind: 'refused', before: own.origin }
  const sameCredential = records.filter(({ credential }) => credential === route.credential)
  if (sameCredential.some((record) => record.origin === origin)) return { kind: 'known' }
  const elsewhere = sameCredential.find((record) => record.origin !== null)?.origin ?? null
  return elsewhere === null ? { kind: 'first-use' } : { kind: 'refused', before: elsewhere }
}
