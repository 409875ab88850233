import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import type { AdminContext } from '../admin-context.ts'
import { noteChange } from '../change-note.ts'
import { inThread, streamFromThread } from '../in-thread.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { actingRoles, decidingRoles, noQuery, resource } from '../resource.ts'
import {
  DestroyedPeriod,
  HoldChanged,
  HoldList,
  PrunedLedger,
  VerifiedLedger,
  WrittenCheckpoints,
} from '../shown-ledger.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const text = z.string().min(1).max(500)
const instant = z.iso.datetime({ offset: true, message: 'an instant with its zone' })
const holdName = { id: 'Name of a hold' }

const Selection = {
  principal: text.optional().describe('Entries of this caller, by name or as `hmac:…`'),
  directive: text.optional().describe('Entries that this directive touches'),
  model: text.optional().describe('Entries of this model, `vendor/name`'),
  from: instant.optional().describe('From this instant on'),
  to: instant.optional().describe('Before this instant'),
}

const WhatIsVerified = z.strictObject({
  keys: z
    .array(z.string().min(1).max(1_000))
    .max(20)
    .default([])
    .describe('Public keys that you trust, as `log.json` has them; absent: those of the folder'),
  witnesses: z
    .array(z.string().min(1).max(4_000))
    .max(50)
    .default([])
    .describe('Signed checkpoints that were kept elsewhere, as texts'),
  withSchema: z
    .boolean()
    .default(false)
    .describe('Also hold every entry against its schema, which is slower'),
})

const WhatIsHeld = WhoAsks.extend({
  name: z.string().trim().min(1).max(100).describe('Name of the hold'),
  reference: text.describe('Matter or letter it is for'),
  ...Selection,
})

const WhyReleased = WhoAsks.extend({ reference: text.describe('Why it may end') })

/** What cannot be taken back asks for a word that nobody types by accident. */
const WhatIsRemoved = WhoAsks.extend({
  before: z.iso.date().describe('Only entries before this day'),
  dryRun: z.boolean().default(false).describe('Tells what could be removed and removes nothing'),
  confirm: z
    .string()
    .max(100)
    .optional()
    .describe('`remove before DAY`, with the day of `before`; not needed for a dry run'),
})

const WhatIsDestroyed = WhoAsks.extend({
  reason: text.describe('Why, for instance that the directive was lifted'),
  confirm: z.string().max(300).describe('`destroy PERIOD`, with the name of the period'),
})

const WhereTo = WhoAsks.extend({
  to: text.describe('Id of a place in `admin.checkpoints` of holdfast.yaml'),
})

/** The same as the commands of `holdfast ledger`, in threads beside the gateway. */
export const ledgerResources = [
  resource({
    method: 'POST',
    path: '/api/v1/ledger/verify',
    id: 'verifyLedger',
    summary: 'Reads every entry of the ledger and holds it against the signed checkpoints',
    roles: actingRoles,
    query: noQuery,
    body: WhatIsVerified,
    isChange: false,
    answer: VerifiedLedger,
    handle: async (context, { body, signal }) => {
      requireLedger(context)
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['ledger', 'verify'], body, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/ledger/export',
    id: 'exportLedger',
    summary: 'Entries of the ledger with proofs that they stand under the signed checkpoint',
    // Whole entries: names of callers are pseudonyms, classes and contents are sealed, and all of them are linked.
    roles: decidingRoles,
    query: z.strictObject({
      ...Selection,
      country: z.string().length(2).optional().describe('Jurisdiction of the route'),
      reference: text
        .optional()
        .describe('A trial, drill, dossier, hold, matter, snapshot or subject'),
      kind: text.optional().describe('Kind of entry, for instance `decision`'),
      format: z.enum(['jsonl', 'csv']).default('jsonl').describe('CSV carries no proofs'),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(adminLimits.exportedMax)
        .default(adminLimits.exportedMax)
        .describe('So many at most'),
    }),
    body: null,
    answer: z.string(),
    answerTypes: ['application/jsonl', 'text/csv'],
    handle: async (context, { query, signal }) => {
      requireLedger(context)
      const isCsv = query.format === 'csv'
      return await streamFromThread(context, ['ledger', 'export'], query, {
        signal,
        timeMs: adminLimits.longWorkMs,
        contentType: isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl',
        fileName: `ledger.${query.format}`,
      })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/ledger/checkpoints',
    id: 'takeCheckpoints',
    summary: 'Takes the signed heads of all logs to a place that holdfast.yaml names',
    roles: actingRoles,
    query: noQuery,
    body: WhereTo,
    answer: WrittenCheckpoints,
    handle: async (context, { caller, body }) => {
      requireLedger(context)
      const to = placeNamed(context, body.to)
      const taken = await inThread(
        context,
        ['ledger', 'checkpoint'],
        { id: body.to, to },
        {
          isChange: true,
        },
      )
      await noteChange(context, {
        subject: 'ledger',
        change: `checkpoints taken to ${body.to}`,
        by: byOf(caller, body),
      })
      return taken
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/ledger/holds',
    id: 'listHolds',
    summary: 'Holds that stand, and periods whose keys are kept',
    roles: decidingRoles,
    query: noQuery,
    body: null,
    answer: HoldList,
    handle: async (context, { signal }) => {
      requireLedger(context)
      return await inThread(context, ['ledger', 'listHolds'], null, { signal })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/ledger/holds',
    id: 'placeHold',
    summary: 'Keeps what is selected until the hold is released, whatever its age',
    roles: decidingRoles,
    query: noQuery,
    body: WhatIsHeld,
    answer: HoldChanged,
    handle: async (context, { caller, body }) => {
      requireLedger(context)
      const asked = { ...body, by: byOf(caller, body) }
      return await inThread(context, ['ledger', 'hold'], asked, { isChange: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/ledger/holds/{id}/release',
    id: 'releaseHold',
    summary: 'Ends a hold',
    roles: decidingRoles,
    parameters: holdName,
    query: noQuery,
    body: WhyReleased,
    answer: HoldChanged,
    handle: async (context, { caller, parameters, body }) => {
      requireLedger(context)
      const { reference } = body
      const asked = { name: parameters['id'] ?? '', reference, by: byOf(caller, body) }
      return await inThread(context, ['ledger', 'release'], asked, { isChange: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/ledger/prune',
    id: 'pruneLedger',
    summary: 'Removes contents that no hold and no rule of retention keeps; their hashes stay',
    roles: decidingRoles,
    query: noQuery,
    body: WhatIsRemoved,
    answer: PrunedLedger,
    handle: async (context, { caller, body }) => {
      requireLedger(context)
      const { before, dryRun } = body
      if (!dryRun) requireTyped(body.confirm, `remove before ${before}`)
      const by = byOf(caller, body)
      const asked = { before, dryRun, by }
      const timeMs = adminLimits.longWorkMs
      const pruned = await inThread(context, ['ledger', 'prune'], asked, { isChange: true, timeMs })
      const change = dryRun
        ? `asked what could be removed before ${before}`
        : `contents before ${before} removed where nothing keeps them`
      await noteChange(context, { subject: 'ledger', change, by })
      return pruned
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/ledger/periods/{id}/destroy',
    id: 'destroyPeriod',
    summary: 'Destroys the key under which the classes of a period are sealed',
    roles: decidingRoles,
    parameters: { id: 'Name of a period' },
    query: noQuery,
    body: WhatIsDestroyed,
    answer: DestroyedPeriod,
    handle: async (context, { caller, parameters, body }) => {
      requireLedger(context)
      const period = parameters['id'] ?? ''
      requireTyped(body.confirm, `destroy ${period}`)
      const asked = { period, reason: body.reason, by: byOf(caller, body) }
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['ledger', 'destroyPeriod'], asked, {
        isChange: true,
        timeMs,
      })
    },
  }),
]

function requireLedger({ loaded }: AdminContext): void {
  if (loaded().workspace.config.ledger === undefined)
    throw new AdminRefusal(404, 'not_recorded', 'holdfast.yaml has no `ledger`')
}

function requireTyped(written: string | undefined, wanted: string): void {
  if (written === wanted) return
  throw new AdminRefusal(
    409,
    'not_confirmed',
    `this cannot be taken back: \`confirm\` has to be \`${wanted}\``,
  )
}

/** A place of the request would be a way to write anywhere. */
function placeNamed({ loaded, configPath }: AdminContext, id: string): string {
  const places = loaded().workspace.config.admin?.checkpoints ?? []
  const found = places.find((one) => one.id === id)
  if (found === undefined)
    throw new AdminRefusal(
      409,
      'not_configured',
      `\`admin.checkpoints\` of holdfast.yaml names no place \`${id}\`; it has ${places.map((one) => one.id).join(', ') || 'none'}`,
    )
  const [, kind = '', rest = ''] = /^(file|git):(.+)$/s.exec(found.to) ?? []
  return kind === '' ? found.to : `${kind}:${resolve(dirname(configPath), rest)}`
}
