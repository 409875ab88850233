import * as z from 'zod'
import { legalLine } from '../../../base/legal-line.ts'
import { everyRole, resource } from '../resource.ts'

const ShownDirective = z.object({
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
  directives: z.array(ShownDirective).describe('Directives that are enforced'),
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
    query: z.strictObject({}),
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
]
