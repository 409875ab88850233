import * as z from 'zod'
import { Timeline } from '../../schema/timeline.ts'

/** What the admin API tells of facts of the world. */

const notices = z.array(z.string()).describe('What whoever asks should know')

/** Rows as the catalogue has them, each fact with source and day. */
export const ShownEntry = z.object({
  vendor: z.looseObject({}).optional().describe('The vendor, of a name that is one or of a model'),
  provider: z.looseObject({}).optional().describe('The provider, of a name that is one'),
  model: z.looseObject({}).optional().describe('The model, of a name that is one'),
  resolution: z.looseObject({}).optional().describe('How the name was understood'),
})

export const LaidOverlay = z.object({
  changes: z.array(z.string()).describe('What differs, one line a row: `+` new, `~` changed'),
  file: z.string().describe('File it is kept in; of a dry run, would have been'),
  isWritten: z.boolean().describe('False: it was a dry run'),
  notices,
})

export const RuleList = z.object({
  rules: z
    .array(
      z.object({
        id: z.string().describe('Id of the detector'),
        class: z.string().describe('What it finds'),
        places: z.array(z.union([z.string(), z.number()])).describe('Hiding places it covers'),
        title: z.string().describe('Title'),
      }),
    )
    .describe('Every detector that ships'),
  keywords: z.array(z.string()).describe('Keywords of the search pass'),
})

export const ShownTimeline = Timeline.extend({ notices })
