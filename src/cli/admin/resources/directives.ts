import * as z from 'zod'
import { legalLine } from '../../../base/legal-line.ts'
import { inThread } from '../in-thread.ts'
import { idIn, KeptId } from '../kept-name.ts'
import { adminLimits } from '../limits.ts'
import { actingRoles, decidingRoles, everyRole, noQuery, resource } from '../resource.ts'
import {
  AddedDirective,
  CheckedDirective,
  LiftedDirective,
  ReviewedDirective,
  ShownDirective,
  TestedDirective,
} from '../shown-directive.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const instant = z.iso.datetime({ offset: true, message: 'an instant with its zone' })
const time = z.union([z.iso.date(), instant], 'an instant with its zone, or a day')
const yaml = z.string().min(1).max(adminLimits.textCharactersMax)
const directiveId = { id: 'Id of a directive' }
const dryRun = z.boolean().default(false).describe('Tells what would be written and writes nothing')

const WhatIsChecked = z
  .strictObject({
    id: KeptId.optional().describe('A directive that ships or lies in `directives/`'),
    text: yaml.optional().describe('Or the text of one, YAML'),
  })
  .refine(({ id, text }) => (id === undefined) !== (text === undefined), 'either `id` or `text`')

const WhatIsTested = z
  .strictObject({
    id: KeptId.optional().describe('A directive beside which cases lie'),
    text: yaml.optional().describe('Or the text of one, YAML'),
    cases: yaml.optional().describe('With `text`: its cases, YAML'),
  })
  .refine(
    ({ id, text, cases }) =>
      id === undefined
        ? text !== undefined && cases !== undefined
        : text === undefined && cases === undefined,
    'either `id`, or `text` with `cases`',
  )

const NewDirective = WhoAsks.extend({
  text: yaml.describe('The directive, YAML'),
  cases: yaml.optional().describe('Cases that test it, YAML'),
  dryRun,
})

const WhatLifts = WhoAsks.extend({
  at: time.describe('From when on'),
  source: z.string().trim().min(1).max(2_000).describe('Where the lifting was read'),
  note: z.string().max(2_000).optional().describe('What happened, in words'),
  second: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe('The other person, under `directives.twoPerson`; `by` names the first then'),
  dryRun,
}).refine(
  ({ by, second }) => second === undefined || (by !== undefined && by !== second),
  '`second` names another person than `by`',
)

const WhatIsReviewed = WhoAsks.extend({ at: time.describe('When it was reviewed'), dryRun })

const ListedDirective = z.object({
  id: z.string().describe('Id of the directive'),
  title: z.string().describe('Title'),
  instrument: z.string().describe('Kind of instrument'),
  issuer: z.string().describe('Who issued it'),
  effect: z.string().describe('`forbid`, or `require-authorisation`'),
  isInForce: z.boolean().describe('Whether its rule restricts now'),
  withdrawn: z.array(z.string()).describe('Models that their vendor has taken away from everybody'),
  changesAt: z.string().nullable().describe('When it next changes; null: not as far as is known'),
  review: z
    .object({
      state: z.string().describe('`verified`: counsel has signed it'),
      by: z.string().nullable().describe('Who reviewed it'),
      at: z.string().nullable().describe('When'),
    })
    .describe('Whether counsel has read it'),
})

const DirectiveList = z.object({
  at: z.string().describe('Instant at which they stand so'),
  directives: z.array(ListedDirective).describe('Directives that are enforced'),
  invalid: z
    .array(
      z.object({
        id: z.string().describe('Id'),
        models: z.array(z.string()).describe('Models that it takes from everybody'),
        problem: z.string().describe('What is wrong with it'),
      }),
    )
    .describe('Directives that are enforced and cannot be read'),
  legal: z.string().describe('What this is, and what it is not'),
})

export const directiveResources = [
  resource({
    method: 'GET',
    path: '/api/v1/directives',
    id: 'listDirectives',
    summary: 'Directives that are enforced, as they stand now',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: DirectiveList,
    handle: async ({ loaded }) => {
      const { states, enforced, at } = loaded().workspace
      return {
        at,
        directives: states.map(({ directive, isInForce, withdrawn, changesAt }) => ({
          id: directive.id,
          title: directive.title,
          instrument: directive.instrument,
          issuer: directive.issuer,
          effect: directive.effect,
          isInForce,
          withdrawn: [...new Set(withdrawn.map(({ model }) => model))],
          changesAt,
          review: {
            state: directive.review.state,
            by: directive.review.by ?? null,
            at: directive.review.at ?? null,
          },
        })),
        invalid: enforced.invalid.map(({ id, models, text }) => ({
          id,
          models: [...models],
          problem: text,
        })),
        legal: legalLine(at.slice(0, 10), 'as shown for each'),
      }
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/directives/{id}',
    id: 'showDirective',
    summary: 'One directive: whom it concerns, what it spares, its history and its source',
    roles: everyRole,
    parameters: directiveId,
    query: z.strictObject({ at: instant.optional().describe('How it stands then; absent: now') }),
    body: null,
    answer: ShownDirective,
    handle: async (context, { parameters, query, signal }) =>
      await inThread(
        context,
        ['directives', 'show'],
        { id: idIn(parameters, 'directive'), ...query },
        { signal },
      ),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/directives/check',
    id: 'checkDirective',
    summary: 'Holds a directive against its schema, itself and the names that are known',
    roles: actingRoles,
    query: noQuery,
    body: WhatIsChecked,
    bodyBytesMax: adminLimits.textBytesMax,
    isChange: false,
    answer: CheckedDirective,
    handle: async (context, { body: { id, text = '' }, signal }) =>
      await inThread(context, ['directives', 'check'], id === undefined ? { text } : { id }, {
        signal,
      }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/directives/test',
    id: 'testDirective',
    summary: 'Puts the cases of a directive to the policy engine: who is allowed, who denied',
    roles: actingRoles,
    query: noQuery,
    body: WhatIsTested,
    bodyBytesMax: adminLimits.textBytesMax,
    isChange: false,
    answer: TestedDirective,
    handle: async (context, { body: { id, text = '', cases = '' }, signal }) =>
      await inThread(context, ['directives', 'test'], id === undefined ? { text, cases } : { id }, {
        signal,
      }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/directives',
    id: 'addDirective',
    summary: 'Keeps a directive in `directives/`; it restricts once holdfast.yaml lists it',
    roles: decidingRoles,
    query: noQuery,
    body: NewDirective,
    bodyBytesMax: adminLimits.textBytesMax,
    answer: AddedDirective,
    handle: async (context, { caller, body: { text, cases = null, dryRun: isDry, by } }) => {
      const asked = { text, cases, dryRun: isDry, by: byOf(caller, { by }) }
      return await inThread(context, ['directives', 'add'], asked, { isChange: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/directives/{id}/lift',
    id: 'liftDirective',
    summary: 'Enters that a directive is lifted; counts at once where it is enforced',
    roles: decidingRoles,
    parameters: directiveId,
    query: noQuery,
    body: WhatLifts,
    answer: LiftedDirective,
    handle: async (context, { caller, parameters, body: { second, by, ...what } }) => {
      const persons = second === undefined ? [by] : [by, second]
      const asked = {
        ...what,
        id: idIn(parameters, 'directive'),
        by: persons.map((name) => byOf(caller, { by: name })),
      }
      return await inThread(context, ['directives', 'lift'], asked, { isChange: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/directives/{id}/review',
    id: 'reviewDirective',
    summary: 'Signs that the recorded rule says what the act says',
    // An administrator signs nothing in the name of counsel.
    roles: ['counsel'],
    parameters: directiveId,
    query: noQuery,
    body: WhatIsReviewed,
    answer: ReviewedDirective,
    handle: async (context, { caller, parameters, body: { by, ...what } }) => {
      const asked = { ...what, id: idIn(parameters, 'directive'), by: byOf(caller, { by }) }
      return await inThread(context, ['directives', 'review'], asked, { isChange: true })
    },
  }),
]
