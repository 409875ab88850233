import * as z from 'zod'
import { GuardrailReport } from '../../../schema/guardrail-report.ts'
import { phrasingKinds } from '../../../schema/phrasing-set.ts'
import { TrialReport } from '../../../schema/trial-report.ts'
import { dataPath } from '../../installation.ts'
import { inThread } from '../in-thread.ts'
import { KeptId, KeptName } from '../kept-name.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { everyRole, noQuery, operatingRoles, resource } from '../resource.ts'
import { startRun } from '../runs/start-run.ts'
import {
  ComparedTrials,
  PlannedTrials,
  QualificationStatus,
  ShownSchedule,
} from '../shown-qualification.ts'
import { ShownRun } from '../shown-run.ts'
import { WhoAsks } from '../who-asks.ts'

const workflow = z.string().regex(/^[A-Za-z0-9][\w.-]{0,199}$/, 'the id of a workflow')
const candidates = z
  .array(KeptName)
  .max(50)
  .default([])
  .describe('`vendor/name` or `vendor/name@route` instead of the fallbacks')
const targets = {
  workflows: z.array(workflow).max(50).default([]).describe('Only these; none: all'),
  candidates,
  fresh: z.boolean().default(false).describe('Asks the incumbent, though it has frozen answers'),
  discordance: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe('Share of tasks on which only one side passes, for planning'),
}
const budget = z
  .string()
  .regex(/^\d{1,9}(?:\.\d{1,6})?(?: [A-Z]{3})?$/, 'an amount such as `5` or `5 EUR`')
  .optional()
const askAgain = z
  .boolean()
  .default(false)
  .describe('Asks once more for answers that were lost with a process')

const WhatIsPlanned = z.strictObject(targets)

const WhatIsTried = WhoAsks.extend({
  ...targets,
  budget: budget.describe('The most that one trial may cost'),
  askAgain,
  again: z.boolean().default(false).describe('Tries again what has a verdict that stands'),
  anew: z.boolean().default(false).describe('Ends open trials without a verdict'),
  seed: z.int().min(0).optional().describe('Of the order of calls; absent: drawn'),
})

const WhatIsFrozen = WhoAsks.extend({
  workflow,
  fresh: z.boolean().default(false).describe('Asks it now, though a trial has its answers'),
  budget: budget.describe('The most that asking may cost'),
  askAgain,
})

const WhatIsCalibrated = WhoAsks.extend({
  workflow: workflow.optional().describe('Whose work is judged; absent: the only one'),
  candidates,
  rubric: z.string().min(1).max(10_000).optional().describe('For tasks without one of their own'),
  votes: z.int().min(1).max(9).default(3).describe('How often each answer is judged'),
  budget: budget.describe('The most that it may cost'),
  askAgain,
})

const WhatIsMeasured = WhoAsks.extend({
  workflow: workflow.optional().describe('As which is asked; absent: the only one'),
  candidates,
  set: KeptId.default('defensive-work').describe('Set of phrasings that ships with holdfast'),
  sessions: z.int().min(3).max(50).default(3).describe('Fresh conversations for each phrasing'),
  pair: z
    .tuple([z.enum(phrasingKinds), z.enum(phrasingKinds)])
    .refine(([first, second]) => first !== second, 'two different phrasings')
    .optional()
    .describe('The two phrasings that are compared'),
  budget: budget.describe('The most that each model may cost'),
  askAgain,
})

/** What only looks, in threads. */
const reading = [
  resource({
    method: 'POST',
    path: '/api/v1/qualification/plan',
    id: 'planTrials',
    summary: 'What trials would register, what they take and what their tasks can show',
    roles: everyRole,
    query: noQuery,
    body: WhatIsPlanned,
    isChange: false,
    answer: PlannedTrials,
    handle: async (context, { body: { workflows, candidates: named, ...rest }, signal }) => {
      const asked = {
        ...rest,
        workflow: workflows.length === 0 ? undefined : workflows,
        candidate: named.length === 0 ? undefined : named,
      }
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['qualification', 'plan'], asked, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/qualification',
    id: 'getQualification',
    summary: 'Which fallbacks are qualified and until when, and how far trials are',
    roles: everyRole,
    query: z.strictObject({ workflow: workflow.optional().describe('Only this one') }),
    body: null,
    answer: QualificationStatus,
    handle: async (context, { query, signal }) => {
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['qualification', 'status'], query, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/qualification/schedule',
    id: 'showSchedule',
    summary: 'What is tried again by itself, when, and what it would cost',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: ShownSchedule,
    handle: async (context, { signal }) => {
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['qualification', 'schedule'], null, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/trials/{id}',
    id: 'showTrial',
    summary: 'The report of a trial: every figure that its verdict rests on',
    roles: everyRole,
    parameters: { id: 'Its id, the first digits of it, or a candidate as `vendor/name@route`' },
    query: noQuery,
    body: null,
    answer: TrialReport,
    handle: async (context, { parameters: { id = '' }, signal }) => {
      if (!KeptName.safeParse(id).success)
        throw new AdminRefusal(404, 'not_found', 'there is no trial of this id')
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['qualification', 'show'], { trial: id }, { signal, timeMs })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/trials/compare',
    id: 'compareTrials',
    summary: 'Trials on the same tasks beside each other; nothing is decided anew',
    roles: everyRole,
    query: noQuery,
    body: z.strictObject({
      trials: z.array(KeptName).min(1).max(20).describe('Ids of trials, or candidates'),
    }),
    isChange: false,
    answer: ComparedTrials,
    handle: async (context, { body, signal }) => {
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['qualification', 'compare'], body, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/guardrail',
    id: 'showGuardrail',
    summary: 'What was measured of how models take defensive work; nothing is asked',
    roles: everyRole,
    query: z.strictObject({
      id: KeptId.optional().describe('A measurement; absent: the newest of each model'),
      workflow: workflow.optional().describe('Only those of this workflow'),
      set: KeptId.default('defensive-work').describe('Set of phrasings that ships with holdfast'),
    }),
    body: null,
    answer: GuardrailReport,
    handle: async (context, { query, signal }) => {
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['qualification', 'guardrail'], query, { signal, timeMs })
    },
  }),
]

/** What asks models, in processes beside the gateway: it takes long and costs money. */
const asking = [
  resource({
    method: 'POST',
    path: '/api/v1/trials',
    id: 'startTrials',
    summary: 'Registers trials, makes their calls through the gateway, and decides them',
    roles: operatingRoles,
    query: noQuery,
    body: WhatIsTried,
    answer: ShownRun,
    handle: async (context, { caller, body }) => {
      const words = [
        'qualify',
        'run',
        ...body.workflows.flatMap((one) => ['--workflow', one]),
        ...candidateWords(body.candidates),
        '--discordance',
        String(body.discordance),
        ...flag('fresh', body.fresh),
        ...flag('again', body.again),
        ...flag('anew', body.anew),
        ...(body.seed === undefined ? [] : ['--seed', String(body.seed)]),
        ...spendingWords(body),
      ]
      const { by } = body
      return await startRun(context, { kind: 'trial', words, caller, by, isSigned: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/frozen-answers',
    id: 'freezeAnswers',
    summary: 'Keeps the incumbent’s answers, for trials when it can be asked no more',
    roles: operatingRoles,
    query: noQuery,
    body: WhatIsFrozen,
    answer: ShownRun,
    handle: async (context, { caller, body }) => {
      const words = [
        'qualify',
        'freeze',
        body.workflow,
        ...flag('fresh', body.fresh),
        ...spendingWords(body),
      ]
      const { by } = body
      return await startRun(context, { kind: 'freeze', words, caller, by, isSigned: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/calibrations',
    id: 'calibrateJudge',
    summary: 'Measures the judge on answers whose worth is known',
    roles: operatingRoles,
    query: noQuery,
    body: WhatIsCalibrated,
    answer: ShownRun,
    handle: async (context, { caller, body }) => {
      const words = [
        'qualify',
        'calibrate',
        ...workflowWords(body),
        ...candidateWords(body.candidates),
        // In one word: a rubric may begin with a dash.
        ...(body.rubric === undefined ? [] : [`--rubric=${body.rubric}`]),
        '--votes',
        String(body.votes),
        ...spendingWords(body),
      ]
      const { by } = body
      return await startRun(context, { kind: 'calibration', words, caller, by, isSigned: true })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/guardrail',
    id: 'measureGuardrail',
    summary: 'Asks the fallbacks of a workflow for defensive work in several phrasings',
    roles: operatingRoles,
    query: noQuery,
    body: WhatIsMeasured,
    answer: ShownRun,
    handle: async (context, { caller, body }) => {
      const words = [
        'qualify',
        'guardrail',
        'run',
        ...workflowWords(body),
        ...candidateWords(body.candidates),
        '--set',
        dataPath('guardrail', body.set),
        '--sessions',
        String(body.sessions),
        ...(body.pair === undefined ? [] : ['--pair', body.pair.join(',')]),
        ...spendingWords(body),
      ]
      const { by } = body
      return await startRun(context, { kind: 'guardrail', words, caller, by, isSigned: true })
    },
  }),
]

/** The same as `holdfast qualify`. */
export const qualificationResources = [...reading, ...asking]

function flag(name: string, isSet: boolean): readonly string[] {
  return isSet ? [`--${name}`] : []
}

function candidateWords(names: readonly string[]): readonly string[] {
  return names.flatMap((one) => ['--candidate', one])
}

function workflowWords(body: { readonly workflow?: string | undefined }): readonly string[] {
  return body.workflow === undefined ? [] : ['--workflow', body.workflow]
}

function spendingWords(body: {
  readonly budget?: string | undefined
  readonly askAgain: boolean
}): readonly string[] {
  return [
    ...(body.budget === undefined ? [] : ['--budget', body.budget]),
    ...flag('ask-again', body.askAgain),
  ]
}
