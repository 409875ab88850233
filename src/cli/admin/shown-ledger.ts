import * as z from 'zod'
import { EntrySelection } from '../../schema/ledger-entry.ts'

/** What the admin API tells of the ledger. */

const VerifiedLog = z.object({
  folder: z.string().describe('Folder of the log'),
  origin: z.string().describe('Name of the log'),
  entries: z.int().describe('Entries that were read'),
  checkpoint: z
    .object({
      size: z.int().describe('Entries that it signs'),
      root: z.string().describe('Root of the tree, in base64'),
    })
    .nullable()
    .describe('Last signed checkpoint; null: there is none'),
  removed: z.array(z.int()).describe('Entries whose content retention has removed'),
  signedBy: z.array(z.string()).describe('Public keys that signed'),
  problems: z
    .array(
      z.object({
        entry: z.int().nullable().describe('First bad entry, from 0; null: none, or not known'),
        file: z.string().describe('File it was found in'),
        offset: z.int().nullable().describe('Byte in the file; null: the whole of it'),
        reason: z.string().describe('What is wrong'),
        isTornTail: z.boolean().optional().describe('A record that is being written'),
      }),
    )
    .describe('What is bad'),
})

export const VerifiedLedger = z.object({
  isWhole: z.boolean().describe('Whether nothing is bad or missing'),
  logs: z.array(VerifiedLog).describe('Every log'),
  badWitnesses: z
    .array(
      z.object({
        file: z.string().describe('Which one'),
        reason: z.string().describe('Why it says nothing of this ledger'),
      }),
    )
    .describe('Witnesses that prove nothing'),
  selfNamedKeys: z
    .array(z.string())
    .describe('Keys that the folder itself names: hold them against those you know'),
})

const Hold = z.object({
  name: z.string().describe('Name of the hold'),
  selection: EntrySelection.describe('What it keeps'),
  reference: z.string().describe('Matter or letter it is for'),
})

export const HoldList = z.object({
  holds: z.array(Hold).describe('Holds that stand'),
  periods: z.array(z.string()).describe('Periods whose keys are kept'),
})

export const HoldChanged = z.object({
  hold: z.string().describe('Name of the hold'),
  change: z.enum(['placed', 'released']).describe('What was done'),
  selection: EntrySelection.describe('What it keeps, or kept'),
})

export const PrunedLedger = z.object({
  removable: z.int().describe('Contents that nothing keeps'),
  removed: z.int().describe('Contents that are gone now'),
  kept: z
    .array(
      z.object({
        reason: z.string().describe('What keeps them'),
        entries: z.int().describe('How many'),
      }),
    )
    .describe('Contents that must stay'),
  inUse: z
    .array(z.string())
    .describe('Logs to which a process writes: nothing was removed from them'),
})

export const DestroyedPeriod = z.object({
  period: z.string().describe('Period whose key is destroyed'),
})

export const WrittenCheckpoints = z.object({
  to: z.string().describe('Place, as `admin.checkpoints` names it'),
  checkpoints: z.int().describe('Logs whose heads were written there'),
  notices: z.array(z.string()).describe('What whoever asks should know'),
})
