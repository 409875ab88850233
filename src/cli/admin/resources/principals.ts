import * as z from 'zod'
import { decide, type Principal, principalOf } from '../../../policy/index.ts'
import { EligibilityClass } from '../../../schema/holdfast-config.ts'
import { shownCounts } from '../../principal-counts.ts'
import { allPrincipals, countsOf } from '../../principal-list.ts'
import { definitionOf, findStoredPrincipal } from '../../principal-standing.ts'
import type { AdminContext } from '../admin-context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { everyRole, noQuery, personRoles, resource } from '../resource.ts'

const ShownPrincipal = z.object({
  id: z.string().describe('Name of the caller'),
  kind: z.enum(['person', 'service']).describe('A person or a service'),
  from: z.enum(['holdfast.yaml', 'store']).describe('Where it stands'),
  state: z
    .enum(['active', 'revoked', 'refused'])
    .describe('`refused`: its id stands in both places'),
  groups: z.array(z.string()).describe('Groups it belongs to'),
  workflows: z.array(z.string()).describe('Workflows it may call for'),
  keys: z.int().describe('Keys that count'),
  isVouchedFor: z.boolean().describe('Whether anybody vouches for a class of it'),
  class: EligibilityClass.optional().describe('Its class; only for counsel'),
})

const shownCount = z.union([z.int(), z.literal(['<5', '5 or more'])])

const PrincipalList = z.object({
  definition: z.string().describe('Definition of persons that classes follow'),
  principals: z.array(ShownPrincipal).describe('Callers of holdfast.yaml and of the store'),
  people: z
    .record(EligibilityClass, shownCount)
    .describe('How many active people are of each class; few are told to counsel only'),
})

const ModelDecision = z.object({
  model: z.string().describe('`vendor/name`'),
  route: z.string().describe('Route of holdfast.yaml'),
  verdict: z.enum(['allow', 'deny']).describe('What policy says'),
  reasons: z
    .array(
      z.object({
        code: z.string().describe('From the closed list of reasons'),
        directive: z.string().nullable().describe('Directive that it names'),
        text: z.string().describe('The reason in words'),
      }),
    )
    .describe('Why, the deciding ones first'),
})

const ModelsOfPrincipal = z.object({
  principal: z.string().describe('The caller'),
  workflow: z.string().nullable().describe('Workflow it would be for; null: none'),
  at: z.string().describe('Instant of the question'),
  models: z.array(ModelDecision).describe('Every model over every route'),
})

export const principalResources = [
  resource({
    method: 'GET',
    path: '/api/v1/principals',
    id: 'listPrincipals',
    summary: 'Callers, and how many people are of each class',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: PrincipalList,
    handle: async ({ loaded, store }, { caller }) => {
      const { config } = loaded().workspace
      const isCounsel = caller.roles.includes('counsel')
      const now = new Date().toISOString()
      const all = await allPrincipals({ config, keeper: { store }, now })
      return {
        definition: definitionOf(config),
        principals: all.map(({ row, class: stated }) => ({
          id: row.id,
          kind: row.kind,
          from: row.from,
          state: row.state,
          groups: [...row.groups],
          workflows: [...row.workflows],
          keys: row.keys.length,
          isVouchedFor: row.attestation !== null,
          ...(isCounsel ? { class: stated } : {}),
        })),
        people: shownCounts(countsOf(all), isCounsel),
      }
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/principals/{id}/models',
    id: 'listModelsOfPrincipal',
    // What somebody may use lets its class be guessed.
    summary: 'What a caller may use now, and why; not for every role, since it tells of its class',
    roles: personRoles,
    parameters: { id: 'Name of a caller' },
    query: z.strictObject({
      workflow: z.string().optional().describe('Workflow it would be for; absent: none'),
    }),
    body: null,
    answer: ModelsOfPrincipal,
    handle: async (context, { parameters, query }) => {
      const id = parameters['id'] ?? ''
      const at = new Date().toISOString()
      const principal = await findPrincipal(context, id, at)
      if (principal === null) throw new AdminRefusal(404, 'not_found', 'no such caller is known')
      const workflow = query.workflow ?? null
      return { principal: id, workflow, at, models: decisionsOn(context, principal, workflow, at) }
    },
  }),
]

async function findPrincipal(
  { loaded, store }: AdminContext,
  id: string,
  at: string,
): Promise<Principal | null> {
  const { config } = loaded().workspace
  const configured = config.principals.find((one) => one.id === id)
  if (configured !== undefined) return principalOf(config, configured, at)
  return await findStoredPrincipal(store, config, id, at)
}

function decisionsOn(
  { gateway }: AdminContext,
  principal: Principal,
  workflow: string | null,
  at: string,
) {
  const { snapshot, routes, workflows } = gateway.state
  const purpose = (workflow === null ? null : workflows.get(workflow)?.task) ?? 'other'
  return [...routes.values()].flatMap((route) =>
    [...route.models.keys()].map((model) => {
      const asked = { principal, model, route: route.id, workflow, purpose, at }
      const { verdict, reasons } = decide(snapshot, asked)
      return {
        model,
        route: route.id,
        verdict,
        reasons: reasons.map(({ code, directive, text }) => ({ code, directive, text })),
      }
    }),
  )
}
