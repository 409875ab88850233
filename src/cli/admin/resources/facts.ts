import * as z from 'zod'
import { noteChange } from '../change-note.ts'
import { inThread } from '../in-thread.ts'
import { KeptId } from '../kept-name.ts'
import { adminLimits } from '../limits.ts'
import { everyRole, noQuery, resource } from '../resource.ts'
import { LaidOverlay, RuleList, ShownEntry, ShownTimeline } from '../shown-facts.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const day = z.iso.date()

const NewOverlay = WhoAsks.extend({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,99}$/, 'letters, digits, `_` and `-`')
    .describe('Under which it is kept; one of the same name is replaced'),
  text: z
    .string()
    .min(1)
    .max(adminLimits.textCharactersMax)
    .describe('The overlay, JSON or YAML, as `holdfast catalogue update` takes it'),
  dryRun: z.boolean().default(false).describe('Tells what would change and writes nothing'),
})

/** The same as `holdfast catalogue`, `holdfast rules list` and `holdfast timeline`. */
export const factResources = [
  resource({
    method: 'GET',
    path: '/api/v1/catalogue/{id}',
    id: 'showCatalogue',
    summary: 'What is known of a model, vendor or provider, each fact with source and day',
    roles: everyRole,
    parameters: { id: 'A model in any spelling, a vendor or a provider' },
    query: noQuery,
    body: null,
    answer: ShownEntry,
    handle: async (context, { parameters, signal }) =>
      await inThread(context, ['facts', 'catalogue'], { name: parameters['id'] ?? '' }, { signal }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/catalogue/overlays',
    id: 'layOverlay',
    summary: 'Lays corrections over the shipped catalogue',
    // What the catalogue says of a model decides who may use it.
    roles: ['admin'],
    query: noQuery,
    body: NewOverlay,
    bodyBytesMax: adminLimits.textBytesMax,
    answer: LaidOverlay,
    handle: async (context, { caller, body: { by, ...asked } }) => {
      const laid = await inThread(context, ['facts', 'overlay'], asked, { isChange: true })
      const change = `overlay ${asked.name} ${asked.dryRun ? 'tried' : 'laid'}`
      await noteChange(context, { subject: 'catalogue', change, by: byOf(caller, { by }) })
      return laid
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/rules',
    id: 'listRules',
    summary: 'Every detector that ships, with its class and the hiding places it covers',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: RuleList,
    handle: async (context, { signal }) =>
      await inThread(context, ['facts', 'rules'], null, { signal }),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/timeline',
    id: 'showTimeline',
    summary: 'What authorities and vendors did to models, and the life of models, in order',
    roles: everyRole,
    query: z.strictObject({
      since: day.optional().describe('First day'),
      until: day.optional().describe('Last day'),
      directive: KeptId.optional().describe('Only this directive and what its vendor did'),
      model: z.string().min(1).max(300).optional().describe('Only what concerns this model'),
    }),
    body: null,
    answer: ShownTimeline,
    handle: async (context, { query, signal }) =>
      await inThread(context, ['facts', 'timeline'], query, { signal }),
  }),
]
