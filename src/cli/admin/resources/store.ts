import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import { noteChange } from '../change-note.ts'
import { inThread } from '../in-thread.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { noQuery, resource } from '../resource.ts'
import { byOf, WhoAsks } from '../who-asks.ts'
import { MigratedStore, StoreBackup } from '../shown-store.ts'

const NewBackup = WhoAsks.extend({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'letters, digits, `.`, `_` and `-`')
    .describe('File in the folder of `admin.backups`; one that is there is not replaced'),
})

/** The same as `holdfast store migrate | backup`, on the store of the running gateway. */
export const storeResources = [
  resource({
    method: 'POST',
    path: '/api/v1/store/migrate',
    id: 'migrateStore',
    summary: 'Brings the tables of the store up to date',
    roles: ['admin'],
    query: noQuery,
    body: WhoAsks,
    answer: MigratedStore,
    handle: async (context, { caller, body }) => {
      const by = byOf(caller, body)
      const options = { isChange: true, timeMs: adminLimits.longWorkMs }
      const migrated = await inThread(context, ['store', 'migrate'], null, options)
      await noteChange(context, { subject: 'store', change: 'brought up to date', by })
      return migrated
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/store/backups',
    id: 'backUpStore',
    summary: 'Writes everything in the store into one file in the folder of `admin.backups`',
    roles: ['admin'],
    query: noQuery,
    body: NewBackup,
    answer: StoreBackup,
    handle: async (context, { caller, body: { name, by } }) => {
      const { loaded, configPath } = context
      const backups = loaded().workspace.config.admin?.backups
      if (backups === undefined)
        throw new AdminRefusal(
          409,
          'not_configured',
          'holdfast.yaml has no `admin.backups`, the folder into which backups are written',
        )
      const asked = { folder: resolve(dirname(configPath), backups), name }
      const options = { isChange: true, timeMs: adminLimits.longWorkMs }
      const written = await inThread(context, ['store', 'backUp'], asked, options)
      const change = `backup ${name} written`
      await noteChange(context, { subject: 'store', change, by: byOf(caller, { by }) })
      return written
    },
  }),
]
