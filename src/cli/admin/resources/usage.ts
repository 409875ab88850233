import * as z from 'zod'
import { noteChange } from '../change-note.ts'
import { inThread } from '../in-thread.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { everyRole, noQuery, operatingRoles, resource } from '../resource.ts'
import { ForgottenUsage, ImportedUsage, UsageFiles, UsageList } from '../shown-usage.ts'
import { usageSources } from '../../usage-sources/usage-sources.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const kinds = usageSources.map(({ id }) => id)

/** The same as `holdfast usage`: exports are sent, and no file of the server is named. */
export const usageResources = [
  resource({
    method: 'GET',
    path: '/api/v1/usage',
    id: 'showUsage',
    summary: 'Which models were used, for which work, and who knows it',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: UsageList,
    handle: async (context, { signal }) =>
      await inThread(context, ['usage', 'show'], null, { signal }),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/usage/imports',
    id: 'listUsageImports',
    summary: 'Files that were imported',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: UsageFiles,
    handle: async (context, { signal }) =>
      await inThread(context, ['usage', 'list'], null, { signal }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/usage/imports',
    id: 'importUsage',
    summary: 'Reads a usage export or log, packed with gzip or not, into the register',
    roles: operatingRoles,
    query: WhoAsks.extend({
      from: z.enum(kinds).optional().describe('Kind of export; absent: what it looks like'),
      workflow: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Workflow of holdfast.yaml that all of it belongs to'),
    }),
    body: null,
    takesFile: true,
    answer: ImportedUsage,
    handle: async (context, { caller, query: { by, ...asked }, upload, signal }) => {
      const options = { upload, signal, isChange: true, timeMs: adminLimits.longWorkMs }
      const imported = await inThread(context, ['usage', 'import'], asked, options)
      const change = 'an export imported'
      await noteChange(context, { subject: 'usage', change, by: byOf(caller, { by }) })
      return imported
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/usage/imports/{id}/forget',
    id: 'forgetUsage',
    summary: 'Takes an imported file out again',
    roles: operatingRoles,
    parameters: { id: 'Digest of the file, or the first digits of it' },
    query: noQuery,
    body: WhoAsks,
    answer: ForgottenUsage,
    handle: async (context, { caller, parameters, body }) => {
      const digest = parameters['id'] ?? ''
      if (!/^(?:sha256:)?[0-9a-f]{4,64}$/.test(digest))
        throw new AdminRefusal(404, 'not_found', 'no imported file has this digest')
      const timeMs = adminLimits.longWorkMs
      const options = { isChange: true, timeMs }
      const forgotten = await inThread(context, ['usage', 'forget'], { digest }, options)
      const change = `import ${digest} forgotten`
      await noteChange(context, { subject: 'usage', change, by: byOf(caller, body) })
      return forgotten
    },
  }),
]
