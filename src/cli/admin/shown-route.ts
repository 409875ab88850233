import * as z from 'zod'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { RouteStanding } from './route-standing.ts'

const ShownRoute = z.object({
  id: z.string().describe('Id of the route in holdfast.yaml'),
  provider: z.string().describe('Provider'),
  protocol: z.string().describe('Protocol'),
  origin: z.string().describe('Where holdfast.yaml sends requests to'),
  models: z.array(z.string()).describe('Models it lists'),
  state: z
    .enum(['enabled', 'disabled', 'origin-not-accepted', 'not-running'])
    .describe(
      '`disabled`: by an operator; `origin-not-accepted`: its credential went elsewhere so far; `not-running`: the local model behind it',
    ),
  acceptedOrigin: z
    .string()
    .nullable()
    .describe('Origin that its credential was accepted for; null: none yet, or it has none'),
  acceptedAt: z.string().nullable().describe('When that was accepted'),
  acceptedBy: z.string().nullable().describe('Who accepted it'),
  reason: z.string().nullable().describe('Why it takes no traffic, in words'),
  changedAt: z.string().nullable().describe('When an operator last changed it'),
  changedBy: z.string().nullable().describe('Who that was'),
})
export type ShownRoute = z.infer<typeof ShownRoute>

export const RouteList = z.object({
  routes: z.array(ShownRoute).describe('Routes of holdfast.yaml'),
})
export const OneRoute = z.object({ route: ShownRoute.describe('The route as it stands now') })

/** What a route is, beside what is kept of it. */
interface RouteFacts {
  readonly provider: string
  readonly protocol: string
  readonly models: readonly string[]
}

/** `heldUp`: why the gateway sends nothing over it just now, where that is no decision of anybody; null: it does. */
export function shownRoute(
  standing: RouteStanding,
  facts: RouteFacts,
  heldUp: string | null = null,
): ShownRoute {
  const { id, origin, record } = standing
  const state = stateOf(standing, heldUp)
  return {
    id,
    provider: facts.provider,
    protocol: facts.protocol,
    origin,
    models: [...facts.models],
    state,
    acceptedOrigin:
      standing.standing.kind === 'refused' ? standing.standing.before : (record?.origin ?? null),
    acceptedAt: record?.acceptedAt ?? null,
    acceptedBy: record?.acceptedBy ?? null,
    reason: state === 'not-running' ? heldUp : (record?.reason ?? null),
    changedAt: record?.changedAt ?? null,
    changedBy: record?.changedBy ?? null,
  }
}

function stateOf({ record, standing }: RouteStanding, heldUp: string | null): ShownRoute['state'] {
  if (record?.state === 'disabled') return 'disabled'
  if (standing.kind === 'refused') return 'origin-not-accepted'
  return heldUp === null ? 'enabled' : 'not-running'
}

export function factsOf({ routes }: Pick<HoldfastConfig, 'routes'>, id: string): RouteFacts {
  const route = routes.find((one) => one.id === id)
  return {
    provider: route?.provider ?? '',
    protocol: route?.protocol ?? '',
    models: Object.keys(route?.models ?? {}),
  }
}
