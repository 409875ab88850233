import * as z from 'zod'

/** What the admin API tells of models in use: seen by the gateway, or told by exports. */

const ImportedFile = z.object({
  digest: z.string().describe('Of its bytes, unpacked'),
  name: z.string().describe('Name of the file; `-`: it was sent'),
  source: z.string().describe('Kind of export'),
  importedAt: z.string().describe('When'),
  records: z.int().describe('Uses that it tells'),
  skipped: z.int().describe('Entries that could not be read, or that speak of none'),
})

export const ImportedUsage = z.object({
  files: z
    .array(
      z.object({
        state: z
          .enum(['imported', 'known', 'unknown-kind', 'failed'])
          .describe('`known`: imported before, and counts once'),
        kind: z.string().nullable().describe('Kind of export; null: none was recognised'),
        digest: z.string().nullable().describe('Of its bytes, unpacked'),
        records: z.int().describe('Uses that it tells'),
        others: z.int().describe('Entries that speak of none'),
        unreadable: z.int().describe('Entries that could not be read'),
        firstAt: z.string().nullable().describe('First instant that it tells of'),
        lastAt: z.string().nullable().describe('Last instant that it tells of'),
        problem: z.string().nullable().describe('What went wrong or is missing; null: nothing'),
      }),
    )
    .describe('The file that was sent'),
})

export const UsageFiles = z.object({
  files: z.array(ImportedFile).describe('Files that were imported'),
})

export const UsageList = z.object({
  uses: z
    .array(
      z.object({
        kind: z.string().describe('`observed`: seen by the gateway; `imported`: told by an export'),
        source: z.string().describe('Who knows it'),
        workflow: z.string().nullable().describe('Workflow; null: not known'),
        scope: z.string().nullable().describe('What the export calls the work'),
        written: z.string().describe('Model as it was written'),
        model: z.string().nullable().describe('`vendor/name`; null: not known'),
        provider: z.string().nullable().describe('Provider; null: not known'),
        servedModel: z.string().nullable().describe('Model that answered; null: not known'),
        requests: z.number().nullable().describe('Requests; null: not told'),
        served: z.number().nullable().describe('Requests that were served; null: not told'),
        tokens: z.number().nullable().describe('Tokens; null: not told'),
        firstSeen: z.string().describe('First use'),
        lastSeen: z.string().describe('Last use'),
      }),
    )
    .describe('Models in use'),
})

export const ForgottenUsage = z.object({
  forgotten: ImportedFile.describe('The file that counts no more'),
})
