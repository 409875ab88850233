import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../base/fault.ts'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { trialTargets } from './trial-target.ts'

const route = (id: string, ...models: readonly string[]) => ({
  id,
  provider: 'self',
  protocol: 'openai-chat',
  baseUrl: 'http://127.0.0.1:1/v1',
  credential: 'none',
  models: Object.fromEntries(models.map((model) => [model, model])),
})
const trial = { tasks: 'tasks/review', margin: 0.05, marginReason: 'the owner accepts it' }
const workflow = {
  id: 'review',
  task: 'code-review',
  model: 'a/old',
  fallbacks: [
    'b/new',
    { model: 'c/other', route: 'rack-2' },
    { tool: 'semgrep' },
    { manual: 'us' },
  ],
  trial,
}
const config = HoldfastConfig.parse({
  version: 1,
  organisation: { name: 'Test' },
  routes: [route('rack-1', 'a/old', 'b/new', 'c/other'), route('rack-2', 'b/new', 'c/other')],
  workflows: [workflow, { id: 'plain', task: 'other', model: 'a/old' }],
})

function named(flags: Parameters<typeof trialTargets>[1]): readonly string[] {
  return trialTargets(config, flags).map(
    ({ workflow: { id }, incumbent, candidate }) =>
      `${id}: ${incumbent.model}@${incumbent.route.id} by ${candidate.model}@${candidate.route.id}`,
  )
}

test('each fallback that is a model is tried over each of its routes', () => {
  assert.deepEqual(named({}), [
    'review: a/old@rack-1 by b/new@rack-1',
    'review: a/old@rack-1 by b/new@rack-2',
    'review: a/old@rack-1 by c/other@rack-2',
  ])
})

test('flags choose, also a model that no fallback names', () => {
  assert.deepEqual(named({ workflow: ['review'], candidate: ['c/other@rack-1'] }), [
    'review: a/old@rack-1 by c/other@rack-1',
  ])
})

test('what is not there is said, with what was perhaps meant', () => {
  const problem = (flags: Parameters<typeof trialTargets>[1], text: RegExp) =>
    assert.throws(
      () => trialTargets(config, flags),
      (error) => error instanceof Fault && text.test(`${error.message} ${error.expected}`),
    )
  problem({ workflow: ['revew'] }, /no workflow `revew` perhaps `review`/)
  problem({ workflow: ['plain'] }, /`plain` has no `trial`/)
  problem({ candidate: ['x/y'] }, /leads to `x\/y`/)
  problem({ candidate: ['b/new@rack-9'] }, /no route `rack-9`/)
})
