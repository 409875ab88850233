import * as z from 'zod'
import { EligibilityClass } from '../../../schema/holdfast-config.ts'
import { Simulation } from '../../../schema/simulation.ts'
import { SovereigntyAssessment, WeightProfile } from '../../../schema/sovereignty.ts'
import type { AdminCaller } from '../admin-tokens.ts'
import { inThread } from '../in-thread.ts'
import { KeptId } from '../kept-name.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { everyRole, noQuery, resource } from '../resource.ts'

const instant = z.iso.datetime({ offset: true, message: 'an instant with its zone' })
const element = z.string().min(1).max(300)
const directives = z.array(KeptId).max(50).default([])
const at = instant
  .optional()
  .describe('Directives as they stand then; absent: now, and those asked about at their widest')
const exactCounts = z
  .boolean()
  .default(false)
  .describe('Counts of people under 5 as well, which only counsel may see')

const Asked = z
  .strictObject({
    without: z
      .array(element)
      .max(100)
      .default([])
      .describe('What is lost: `vendor:ID`, `provider:ID`, `model:ID`, `jurisdiction:XX` …'),
    directives: directives.describe('What these directives do'),
    each: z.boolean().default(false).describe('Each by itself, not together'),
    all: z.boolean().default(false).describe('Every element and every enforced directive'),
    depth: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe('Losses at the same time'),
    classes: z.array(EligibilityClass).max(4).default([]).describe('Only these classes of people'),
    at,
    exactCounts,
  })
  .refine(
    ({ all, without, directives: named }) => !all || without.length + named.length === 0,
    '`all` takes no `without` and no `directives`',
  )

const Wanted = z.strictObject({
  targets: z
    .array(z.string().min(1).max(1_000))
    .max(50)
    .default([])
    .describe('What is to hold, as `holdfast remedy --target` takes it'),
  directives: directives.describe('And no critical workflow stops under these directives'),
  budget: z.number().min(0).max(1e12).optional().describe('The most that may be spent'),
  at,
  timeLimitSeconds: z
    .int()
    .min(1)
    .max(adminLimits.searchSecondsMax)
    .default(10)
    .describe('Longest search'),
  exactCounts,
})

/** The same as `holdfast simulate | remedy | sovereignty`, of the register and the verdicts beside holdfast.yaml. */
export const simulationResources = [
  resource({
    method: 'POST',
    path: '/api/v1/simulations',
    id: 'simulate',
    summary: 'What stops, for whom and why, when something is cut off or a directive comes',
    roles: everyRole,
    query: noQuery,
    body: Asked,
    isChange: false,
    answer: Simulation,
    handle: async (context, { caller, body, signal }) => {
      const { directives: directive, classes, depth, exactCounts: isExact, ...rest } = body
      const asked = {
        ...rest,
        directive,
        class: classes,
        depth: String(depth),
        for: readerOf(caller, isExact),
      }
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['simulations', 'simulate'], asked, { signal, timeMs })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/remedies',
    id: 'findRemedies',
    summary: 'The cheapest set of actions after which work survives a cut-off, with proof',
    roles: everyRole,
    query: noQuery,
    body: Wanted,
    isChange: false,
    answer: Simulation,
    handle: async (context, { caller, body, signal }) => {
      const { budget, timeLimitSeconds } = body
      const asked = {
        target: body.targets,
        directive: body.directives,
        budget: budget === undefined ? undefined : plainNumber(budget),
        at: body.at,
        timeLimit: `${timeLimitSeconds}s`,
        for: readerOf(caller, body.exactCounts),
      }
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['simulations', 'remedy'], asked, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/sovereignty',
    id: 'assessSovereignty',
    summary: 'The work assessed by the EU Cloud Sovereignty Framework',
    roles: everyRole,
    query: z.strictObject({
      weights: WeightProfile.optional().describe('Weights of the objectives'),
      at: instant.optional().describe('Directives as they stand then; absent: now'),
    }),
    body: null,
    answer: SovereigntyAssessment,
    handle: async (context, { query, signal }) => {
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['simulations', 'sovereignty'], query, { signal, timeMs })
    },
  }),
]

/** Where few people are meant, a count says who they are. */
function readerOf({ roles }: AdminCaller, isExact: boolean): 'counsel' | undefined {
  if (!isExact) return undefined
  if (roles.includes('counsel')) return 'counsel'
  throw new AdminRefusal(403, 'role_not_permitted', 'only counsel sees counts of people under 5')
}

/** Without an exponent. */
function plainNumber(amount: number): string {
  return amount.toFixed(6)
}
