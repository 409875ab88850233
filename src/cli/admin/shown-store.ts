import * as z from 'zod'

/** What the admin API tells of changes of the store. */

export const MigratedStore = z.object({
  applied: z.array(z.string()).describe('Changes of the tables that were due'),
})

export const StoreBackup = z.object({
  name: z.string().describe('File in the folder of `admin.backups`'),
  rows: z.record(z.string(), z.int()).describe('Rows of each table in it'),
})
