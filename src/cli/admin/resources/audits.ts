import * as z from 'zod'
import { AdminRefusal } from '../admin-refusal.ts'
import { noQuery, operatingRoles, resource } from '../resource.ts'
import { ShownRun } from '../shown-run.ts'
import { startRun } from '../runs/start-run.ts'
import { WhoAsks } from '../who-asks.ts'

const WhatIsAudited = WhoAsks.extend({
  at: z
    .string()
    .regex(/^(?:[0-9a-f]{7,64}|\d{4}-\d\d-\d\d)$/, 'a commit, or a day YYYY-MM-DD')
    .optional()
    .describe('What stood there then, out of git'),
  asOf: z.iso.date().optional().describe('Day for lifecycles and floating names'),
  cache: z.boolean().default(true).describe('`false`: reads everything anew'),
  owners: z.boolean().default(true).describe('`false`: looks for no owners in git history'),
})

export const auditResources = [
  resource({
    method: 'POST',
    path: '/api/v1/audits',
    id: 'startAudit',
    summary: 'Audits the trees of `audit.roots`; the register is the result of the run',
    roles: operatingRoles,
    query: noQuery,
    body: WhatIsAudited,
    answer: ShownRun,
    handle: async (context, { caller, body }) => {
      const roots = context.loaded().workspace.config.audit?.roots ?? []
      if (roots.length === 0)
        throw new AdminRefusal(
          409,
          'not_configured',
          'holdfast.yaml has no `audit.roots`: a server reads no tree because somebody names it',
        )
      const { by, at, asOf, cache, owners } = body
      const words = [
        'audit',
        ...(at === undefined ? [] : ['--at', at]),
        ...(asOf === undefined ? [] : ['--as-of', asOf]),
        ...(cache ? [] : ['--no-cache']),
        ...(owners ? [] : ['--no-owners']),
      ]
      return await startRun(context, { kind: 'audit', words, caller, by })
    },
  }),
]
