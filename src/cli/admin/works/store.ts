import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { backUpStoreOf, migrateStoreOf } from '../../store-command.ts'
import { MigratedStore, StoreBackup } from '../shown-store.ts'
import { work } from './work.ts'

export const storeWorks = {
  migrate: work(MigratedStore, async (_asked: null, config) => ({
    applied: await migrateStoreOf({ config }),
  })),
  backUp: work(
    StoreBackup,
    async ({ folder, name }: { readonly folder: string; readonly name: string }, config) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const rows = await backUpStoreOf({ config, to: join(folder, name), force: false })
      return { name, rows: { ...rows } }
    },
  ),
}
