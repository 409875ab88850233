import * as z from 'zod'
import { cedarSchema } from '../../../policy/index.ts'
import { Duration, EligibilityClass } from '../../../schema/holdfast-config.ts'
import { Task } from '../../../schema/vocabulary.ts'
import { noteChange } from '../change-note.ts'
import { inThread } from '../in-thread.ts'
import { KeptId, KeptName } from '../kept-name.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { actingRoles, decidingRoles, everyRole, noQuery, resource } from '../resource.ts'
import {
  AskedPolicy,
  CheckedPolicy,
  ShownPolicy,
  SignedSnapshot,
  VerifiedSnapshot,
} from '../shown-directive.ts'
import { CheckedAll } from '../shown-check.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const instant = z.iso.datetime({ offset: true, message: 'an instant with its zone' })
const at = instant.optional().describe('Directives as they stand then; absent: now')
const name = z.string().min(1).max(200)
const names = z.array(name).max(100).default([])

const Question = z
  .strictObject({
    model: KeptName.describe('Model asked for, `vendor/name`'),
    route: name.optional().describe('Route; may be left out where one alone has the model'),
    class: EligibilityClass.optional().describe('Class of the caller'),
    principal: name.optional().describe('Or a caller by name, which only counsel may ask about'),
    workflow: name.optional().describe('Workflow it is for; the caller is then of its audience'),
    purpose: Task.optional().describe('Kind of work; absent: the task of the workflow'),
    kind: z.enum(['person', 'service']).default('person').describe('What the caller is'),
    definition: name.optional().describe('Definition of persons that the class follows'),
    entity: name.optional().describe('Entity of the caller; absent: the organisation'),
    employment: name.optional().describe('Form of employment'),
    authorisations: names.describe('Authorisations that the caller holds'),
    groups: names.describe('Groups of the caller'),
    directives: z
      .array(KeptId)
      .max(50)
      .default([])
      .describe('As if these directives were enforced as well'),
    at: instant.optional().describe('Instant of the question; absent: now'),
  })
  .refine((asked) => asked.class !== undefined || asked.principal !== undefined, 'nobody is named')

const WhatIsSigned = WhoAsks.extend({
  validFor: Duration.default('7d').describe('How long it is valid'),
  at,
})

const WhatIsVerified = z.strictObject({
  snapshot: z.string().min(1).max(adminLimits.textCharactersMax).describe('The file, as text'),
  key: z.string().min(1).max(2_000).describe('Public Ed25519 key that you trust, PEM'),
  at: instant.optional().describe('How it stands then; absent: now'),
})

const WhatIsLookedAt = WhoAsks.extend({
  offline: z.boolean().default(false).describe('Asks no provider'),
  timeLimitSeconds: z
    .int()
    .min(1)
    .max(adminLimits.checkSecondsMax)
    .default(adminLimits.checkSecondsMax)
    .describe('For all requests to providers together'),
})

/** The same as `holdfast policy` and `holdfast check`, in threads beside the gateway. */
export const policyResources = [
  resource({
    method: 'GET',
    path: '/api/v1/policy',
    id: 'showPolicy',
    summary: 'The rules as Cedar has them, with source and review, for counsel to read',
    roles: everyRole,
    query: z.strictObject({
      directive: KeptId.optional().describe('Only this directive, enforced or not'),
      workflow: name.optional().describe('Only what this workflow may use'),
      at,
    }),
    body: null,
    answer: ShownPolicy,
    handle: async (context, { query, signal }) =>
      await inThread(context, ['policy', 'show'], query, { signal }),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/policy/schema',
    id: 'showPolicySchema',
    summary: 'The words that policies may use',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: z.object({ schema: z.string().describe('A Cedar schema') }),
    handle: async () => ({ schema: cedarSchema }),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/policy/check',
    id: 'checkPolicy',
    summary: 'Checks everything that decides; what is in tables, and what is asked per request',
    roles: everyRole,
    query: z.strictObject({ at }),
    body: null,
    answer: CheckedPolicy,
    handle: async (context, { query, signal }) =>
      await inThread(context, ['policy', 'check'], query, { signal }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/policy/decide',
    id: 'decidePolicy',
    summary: 'Whether somebody may use a model over a route, and why',
    roles: everyRole,
    query: noQuery,
    body: Question,
    isChange: false,
    answer: AskedPolicy,
    handle: async (context, { caller, body, signal }) => {
      if (body.principal !== undefined && !caller.roles.includes('counsel'))
        throw new AdminRefusal(
          403,
          'role_not_permitted',
          'what is decided about somebody tells of its class: only counsel may ask by name',
        )
      const { authorisations, groups, directives, ...rest } = body
      const asked = {
        ...rest,
        authorisation: authorisations,
        group: groups,
        directive: directives,
      }
      return await inThread(context, ['policy', 'decide'], asked, { signal })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/policy/snapshots',
    id: 'signSnapshot',
    summary: 'Everything that decides, signed with `admin.snapshotKey`',
    roles: decidingRoles,
    query: noQuery,
    body: WhatIsSigned,
    answer: SignedSnapshot,
    handle: async (context, { caller, body: { by, ...asked } }) => {
      const key = context.loaded().workspace.config.admin?.snapshotKey
      if (key === undefined)
        throw new AdminRefusal(
          409,
          'not_configured',
          'holdfast.yaml has no `admin.snapshotKey` to sign with',
        )
      const input = { ...asked, key }
      const signed = await inThread(context, ['policy', 'snapshot'], input, { isChange: true })
      await noteChange(context, {
        subject: 'policy',
        change: 'snapshot signed',
        by: byOf(caller, { by }),
      })
      return signed
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/policy/verify',
    id: 'verifySnapshot',
    summary: 'Whether a snapshot is what was signed, and how it stands',
    roles: everyRole,
    query: noQuery,
    body: WhatIsVerified,
    bodyBytesMax: adminLimits.textBytesMax,
    isChange: false,
    answer: VerifiedSnapshot,
    handle: async (context, { body, signal }) =>
      await inThread(context, ['policy', 'verify'], body, { signal }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/check',
    id: 'checkAll',
    summary: 'Looks at everything that a gateway needs; asks each model over each of its routes',
    roles: actingRoles,
    query: noQuery,
    body: WhatIsLookedAt,
    answer: CheckedAll,
    handle: async (context, { caller, body: { offline, timeLimitSeconds, by } }) => {
      // Requests to providers cost money, so whoever asks for them is on record first.
      await noteChange(context, {
        subject: 'check',
        change: offline ? 'looked at without requests' : 'looked at with requests to providers',
        by: byOf(caller, { by }),
      })
      const asked = { isOffline: offline, timeLimit: `${timeLimitSeconds}s` }
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['check', 'run'], asked, { timeMs })
    },
  }),
]
