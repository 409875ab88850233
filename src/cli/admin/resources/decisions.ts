import * as z from 'zod'
import { searchDecisions } from '../decision-search.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { everyRole, resource } from '../resource.ts'
import { ShownDecision } from '../shown-decision.ts'

const DecisionList = z.object({
  decisions: z.array(ShownDecision).describe('The oldest first'),
  isCut: z.boolean().describe('Whether there may be more than `limit` allowed'),
})

const instant = z.iso.datetime({ offset: true, message: 'an instant with its zone' })
const pseudonym = /^hmac:[0-9a-f]{64}$/

export const decisionResources = [
  resource({
    method: 'GET',
    path: '/api/v1/decisions',
    id: 'searchDecisions',
    summary: 'Decisions in the ledger',
    roles: everyRole,
    query: z.strictObject({
      principal: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe('HMAC of a caller, as it stands in entries; counsel may give its name'),
      directive: z.string().min(1).max(500).optional().describe('Directive that it touches'),
      model: z.string().min(1).max(500).optional().describe('`vendor/name`'),
      country: z.string().length(2).optional().describe('Jurisdiction of the route'),
      from: instant.optional().describe('From this instant on'),
      to: instant.optional().describe('Before this instant'),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(adminLimits.decisionsMax)
        .default(100)
        .describe('So many at most'),
    }),
    body: null,
    answer: DecisionList,
    handle: async (context, { caller, query }) => {
      if (context.evidence === null)
        throw new AdminRefusal(404, 'not_recorded', 'holdfast.yaml has no `ledger`')
      const isNamed = query.principal !== undefined && !pseudonym.test(query.principal)
      if (isNamed && !caller.roles.includes('counsel'))
        throw new AdminRefusal(
          403,
          'role_not_permitted',
          'what was decided about somebody tells of its class: only counsel may ask by name',
        )
      const decisions = await searchDecisions({ configPath: context.configPath, ...query })
      return { decisions: [...decisions], isCut: decisions.length === query.limit }
    },
  }),
]
