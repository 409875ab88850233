import * as z from 'zod'
import type { AdminContext } from '../admin-context.ts'
import { changeRoute, findRoute, standingsIn } from '../route-book.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { everyRole, noQuery, operatingRoles, resource } from '../resource.ts'
import type { RouteStanding } from '../route-standing.ts'
import { factsOf, OneRoute, RouteList, type ShownRoute, shownRoute } from '../shown-route.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const WhyDisabled = WhoAsks.extend({
  reason: z.string().max(500).optional().describe('Why, for whoever looks later'),
})

const WhatIsAccepted = WhoAsks.extend({
  origin: z
    .string()
    .max(500)
    .optional()
    .describe('What is accepted; refused when holdfast.yaml names another one by now'),
})

const routeId = { id: 'Id of a route of holdfast.yaml' }

export const routeResources = [
  resource({
    method: 'GET',
    path: '/api/v1/routes',
    id: 'listRoutes',
    summary: 'Routes of holdfast.yaml, and which of them take traffic',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: RouteList,
    handle: async (context) => {
      const { config } = context.loaded().workspace
      const standings = await standingsIn(config, context.store)
      return { routes: standings.map((one) => shown(context, one)) }
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/routes/{id}/disable',
    id: 'disableRoute',
    summary: 'Takes a route out of traffic, everywhere within a second',
    roles: operatingRoles,
    parameters: routeId,
    query: noQuery,
    body: WhyDisabled,
    answer: OneRoute,
    handle: async (context, { caller, parameters, body }) =>
      await changed(context, 'disable', parameters['id'] ?? '', byOf(caller, body), body.reason),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/routes/{id}/enable',
    id: 'enableRoute',
    summary: 'Brings a route back into traffic',
    roles: operatingRoles,
    parameters: routeId,
    query: noQuery,
    body: WhoAsks,
    answer: OneRoute,
    handle: async (context, { caller, parameters, body }) =>
      await changed(context, 'enable', parameters['id'] ?? '', byOf(caller, body)),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/routes/{id}/accept',
    id: 'acceptRoute',
    summary: 'Lets the credential of a route go to the origin that holdfast.yaml now names',
    roles: operatingRoles,
    parameters: routeId,
    query: noQuery,
    body: WhatIsAccepted,
    answer: OneRoute,
    handle: async (context, { caller, parameters, body }) => {
      const id = parameters['id'] ?? ''
      // The file may have been written just now.
      await context.reload().catch(() => undefined)
      const standings = await standingsIn(context.loaded().workspace.config, context.store)
      const { origin } = findRoute(standings, id)
      if (body.origin !== undefined && body.origin !== origin)
        throw new AdminRefusal(
          409,
          'origin_differs',
          `holdfast.yaml sends \`${id}\` to ${origin} now, not to what was accepted`,
        )
      return await changed(context, 'accept', id, byOf(caller, body))
    },
  }),
]

async function changed(
  context: AdminContext,
  kind: 'enable' | 'disable' | 'accept',
  id: string,
  by: string,
  reason?: string,
) {
  const { config } = context.loaded().workspace
  const standing = await context.deciding((keeper) =>
    changeRoute({ id, kind, by, reason }, config, keeper),
  )
  await context.refreshRoutes()
  return { route: shown(context, standing) }
}

/** A route that neither an operator nor its origin keeps out of traffic may still have nothing behind it. */
function shown({ loaded, gateway }: AdminContext, standing: RouteStanding): ShownRoute {
  const { id, disabled } = standing
  const heldUp = disabled === null ? (gateway.state.routes.get(id)?.disabled ?? null) : null
  return shownRoute(standing, factsOf(loaded().workspace.config, id), heldUp)
}
