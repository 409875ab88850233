import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../base/fault.ts'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { Task, TaskSetHeader } from '../../schema/task-set.ts'
import type { FrozenUse } from './frozen-use.ts'
import {
  parametersOf,
  questionOf,
  type RegistrationMoment,
  registrationOf,
} from './registration.ts'
import { sizeOf } from './plan-size.ts'
import { trialTargets } from './trial-target.ts'
import type { TriedTasks } from './tried-tasks.ts'

const digest = `sha256:${'b'.repeat(64)}`
const digests = {
  tasks: digest,
  prompt: digest,
  tools: digest,
  graders: digest,
  prices: null,
  policy: digest,
  route: digest,
}
const moment: RegistrationMoment = {
  at: '2026-11-25T12:00:00.000Z',
  seed: 7,
  plan: { id: 'p1', trials: ['review: b/new@rack'] },
  earlierTrials: 0,
}

function world(workflow: object = {}, trial: object = {}, count = 60) {
  const config = HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      {
        id: 'rack',
        provider: 'self',
        protocol: 'openai-chat',
        baseUrl: 'http://127.0.0.1:1/v1',
        credential: 'none',
        contextTokens: 8_000,
        models: { 'a/old': 'old', 'b/new': 'new' },
      },
    ],
    workflows: [
      {
        id: 'review',
        task: 'code-review',
        model: 'a/old',
        fallbacks: ['b/new'],
        trial: { tasks: 'tasks/review', margin: 0.05, marginReason: 'accepted', ...trial },
        ...workflow,
      },
    ],
  })
  const [target] = trialTargets(config, {})
  assert.ok(target)
  const header = TaskSetHeader.parse({
    schemaVersion: 1,
    id: 'review',
    title: 'Reviews',
    task: 'code-review',
    provenance: { kind: 'captured', source: 'May' },
  })
  const tasks = Array.from({ length: count }, (_, index) =>
    Task.parse({
      id: `t${index}`,
      request: {
        messages: [{ role: 'user', content: 'Is it sound?' }],
        parameters: { maxOutputTokens: 100 + index },
      },
      expected: 'yes',
      graders: [{ grader: 'exact' }],
    }),
  )
  const tried: TriedTasks = {
    folder: 'tasks/review',
    set: { header, tasks },
    corpus: digest,
    needsJudge: false,
    tools: {},
  }
  const workspace = { catalogue: { vendors: [], providers: [] } } as never
  const registered = (frozen: FrozenUse | null = null, change: Partial<RegistrationMoment> = {}) =>
    registrationOf(
      { target, tried, frozen, digests, judge: undefined, workspace },
      { ...moment, ...change },
    )
  return { tried, registered }
}

test('what holdfast.yaml does not say follows from how critical the work is', () => {
  const plain = world().registered()
  assert.deepEqual([plain.alpha, plain.validityDays, plain.mode], [0.05, 90, 'fixed-n'])
  assert.equal(plain.decideBefore, '2026-12-25T12:00:00.000Z')
  const critical = world({ criticality: 'critical' }).registered()
  assert.deepEqual([critical.alpha, critical.validityDays], [0.025, 30])
  const said = world({ criticality: 'critical' }, { alpha: 0.1, validFor: '7d' }).registered()
  assert.deepEqual([said.alpha, said.validityDays], [0.1, 7])
})

test('all tasks count, each answer to them, and the longest answer has to fit', () => {
  const { registered } = world({}, { attempts: 3 })
  const registration = registered()
  assert.equal(registration.tasksPlanned, 180)
  assert.deepEqual(registration.gates.contextFit, { windowTokens: 8_000, outputReserveTokens: 159 })
  assert.match(registration.samplingFrame, /all 60 tasks of `review`: Reviews; captured, May/)
  assert.deepEqual(parametersOf(registration).repeatTasks, 20)
})

test('the moment, the plan and frozen answers do not make it another question; all else does', () => {
  const { registered } = world()
  const asked = questionOf(registered())
  const later = { at: '2026-11-26T00:00:00.000Z', seed: 8, earlierTrials: 3 }
  assert.equal(questionOf(registered(null, later)), asked)
  assert.equal(questionOf(registered(frozen(0))), asked)
  assert.notEqual(questionOf(world({}, { margin: 0.06 }).registered()), asked)
  assert.notEqual(questionOf(world({}, { mode: 'e-process' }).registered()), asked)
  assert.notEqual(questionOf(world({}, {}, 61).registered()), asked)
})

test('what cannot be registered is told with what would do', () => {
  const problem = (trial: object, count: number, told: RegExp) =>
    assert.throws(
      () => world({}, trial, count).registered(),
      (error) => error instanceof Fault && told.test(`${error.message} ${error.others.join(' ')}`),
    )
  problem({}, 5, /never more clusters than tasks/)
  problem({ mode: 'e-process', gates: { cost: { ratioAtMost: 1 } } }, 60, /the most that one task/)
})

function frozen(second: number): FrozenUse {
  return {
    path: 'x.jsonl',
    parameters: {
      trial: 't1',
      digest,
      from: '2026-10-01T00:00:00.000Z',
      until: '2026-10-02T00:00:00.000Z',
      attempts: 2,
    },
    covered: 60,
    repeated: Array.from({ length: second }, (_, index) => `t${index}`),
  }
}

test('frozen answers leave noise unknown, with the reason, unless they hold second answers', () => {
  const { registered } = world()
  const bare = registered(frozen(5)).controls
  assert.equal(bare.repeat, null)
  assert.match(bare.repeatWaived ?? '', /frozen answers of 2026-10-01 to 2026-10-02/)
  assert.notEqual(registered(frozen(20)).controls.repeat, null)
})

test('trials of one workflow in a plan share the incumbent', () => {
  const { registered } = world()
  const plan = { id: 'p2', trials: ['review: b/new@rack', 'review: c/x@rack', 'other: b/new@rack'] }
  assert.equal(parametersOf(registered(null, { plan })).sharesIncumbent, true)
  assert.equal(parametersOf(registered()).sharesIncumbent, false)
})

test('a small set is told what it can show', () => {
  const { tried, registered } = world()
  const size = sizeOf(registered(), tried, 0.1)
  assert.equal(size.needed, 274)
  assert.equal(size.comparisons, 60)
  assert.ok(size.power < 0.5, String(size.power))
  // 59 pairs without a loss are the fewest that prove 0.05.
  assert.ok((size.smallestMargin ?? 0) > 0.048 && (size.smallestMargin ?? 1) < 0.051)
  assert.equal(size.netLossesMax, 0)
  const few = world({}, {}, 20)
  assert.equal(sizeOf(few.registered(), few.tried, 0.1).netLossesMax, null)
})
