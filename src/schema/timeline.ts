import * as z from 'zod'
import { ModelId } from './catalogue.ts'

/**
 * What `holdfast timeline` tells: regulatory events and acts of vendors from directives, and the life of models from
 * the catalogue, in the order of time. JSON Schema: schema/timeline.schema.json.
 */

const instant = z.iso.datetime()
const day = z.iso.date()

export const TimelineKind = z.enum([
  'directive-status',
  'carve-out-start',
  'carve-out-end',
  'review-due',
  'vendor-action',
  'model-lifecycle',
])
export type TimelineKind = z.infer<typeof TimelineKind>

/** What an event does to those who use a model. */
export const TimelineSignificance = z.enum(['restricts', 'relieves', 'informs'])
export type TimelineSignificance = z.infer<typeof TimelineSignificance>

export const TimelineEvent = z.strictObject({
  at: instant.nullable().describe('The instant, UTC; null when only the day is known'),
  on: day.nullable().describe('The day, when no more is known; else null'),
  instant: instant.describe(
    'Instant by which it is ordered: of a day, the first anywhere for what restricts, the last for what relieves, midnight UTC for the rest',
  ),
  kind: TimelineKind.describe('What kind of event it is'),
  event: z.string().describe('The event in words: what happened, then to what'),
  significance: TimelineSignificance.describe(
    '`restricts`: somebody may use less from then on. `relieves`: more. `informs`: neither',
  ),
  subject: z
    .strictObject({
      directive: z.string().nullable().describe('Id of the directive; null for none'),
      models: z.array(ModelId).describe('Models it names; empty: those that a selector reaches'),
      vendors: z.array(z.string()).describe('Vendors of these models, or that the scope names'),
      providers: z.array(z.string()).describe('Providers it names; empty: all'),
    })
    .describe('What it is about'),
  source: z.string().describe('Where it was read: an address, or words to find it by'),
  review: z
    .enum(['unverified', 'verified'])
    .nullable()
    .describe('Whether counsel has signed the directive; null for facts of the catalogue'),
  note: z.string().nullable().describe('More, in words'),
})
export type TimelineEvent = z.infer<typeof TimelineEvent>

export const Timeline = z.strictObject({
  schemaVersion: z.literal(1),
  since: day.nullable().describe('First day that was asked for; null: from the beginning'),
  until: day.nullable().describe('Last day that was asked for; null: to the end'),
  directive: z.string().nullable().describe('Directive that was asked for; null: all'),
  model: ModelId.nullable().describe('Model that was asked for; null: all'),
  notice: z.string().describe('What these facts are, and are not'),
  events: z.array(TimelineEvent).describe('Events in the order of time'),
})
export type Timeline = z.infer<typeof Timeline>
