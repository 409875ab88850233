import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dependency } from '../../test/fixtures/report/register.ts'
import type { Resolution, Resolver } from '../catalogue/index.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { Register } from '../schema/register.ts'
import { addTraffic } from './add-traffic.ts'
import { questionId } from './questions.ts'
import type { TrafficContext, TrafficUse } from './traffic-dependency.ts'

const names: Readonly<Record<string, string>> = {
  'claude-fable-5': 'anthropic/claude-fable-5',
  'gpt-5': 'openai/gpt-5',
}
const resolver = {
  resolve: (text: string): Resolution => {
    const model = text.includes('/') ? text : (names[text] ?? null)
    const kind = model === null ? 'opaque' : 'model'
    const vendor = model?.split('/')[0] ?? null
    return {
      kind,
      model,
      vendor,
      family: null,
      snapshot: null,
      provider: null,
      region: null,
      candidates: [],
    }
  },
  jurisdictionsOf: () => [],
} as unknown as Resolver

const config = HoldfastConfig.parse({
  version: 1,
  organisation: { name: 'Acme' },
  workflows: [
    { id: 'review', task: 'code-review', owner: '@acme/appsec', model: 'anthropic/claude-fable-5' },
  ],
})
const context: TrafficContext = {
  config,
  resolver,
  models: {
    lifecycleOf: () => ({ lifecycle: 'active' }),
    isEmbeddingModel: (id) => id.includes('embed'),
  },
}

const found = dependency({ id: 'd-1', workflow: 'review', owners: ['@acme/appsec'] })
const audited: Register = Register.parse({
  schemaVersion: 1,
  root: '.',
  partial: false,
  repositories: [],
  tool: { name: 'holdfast', version: '0', rules: 'sha256:0' },
  files: { seen: 1, read: 1, skipped: [] },
  dependencies: [found],
  workflows: [
    {
      id: 'review',
      task: 'code-review',
      source: 'configuration',
      reason: 'written in holdfast.yaml',
      confidence: 1,
      owner: '@acme/appsec',
      criticality: null,
      dependencies: ['d-1'],
      models: ['anthropic/claude-fable-5'],
      fallbackGrade: null,
    },
  ],
  gaps: [],
  questions: [],
  credentials: [],
})

function seen(changes: Partial<TrafficUse> = {}): TrafficUse {
  return {
    kind: 'observed',
    source: 'gateway',
    written: 'anthropic/claude-fable-5',
    workflow: 'review',
    scope: null,
    route: 'anthropic',
    provider: 'anthropic',
    protocol: 'anthropic-messages',
    region: null,
    servedModel: 'anthropic/claude-fable-5',
    requests: 3,
    served: 2,
    tokens: null,
    firstSeen: '2026-11-24T10:00:00.000Z',
    lastSeen: '2026-11-25T10:00:00.000Z',
    ...changes,
  }
}

test('what the audit found and traffic confirms is marked and otherwise unchanged', () => {
  const { dependencies, workflows } = addTraffic(audited, [seen()], context)
  const [{ evidence, ...rest } = found, ...others] = dependencies
  assert.deepEqual(rest, found)
  assert.deepEqual(others, [])
  assert.deepEqual(workflows, audited.workflows)
  assert.equal(evidence?.length, 1)
  assert.equal(evidence?.[0]?.kind, 'observed')
  assert.equal(evidence?.[0]?.requests, 3)
  assert.equal(evidence?.[0]?.served, 2)
})

test('what the audit could not see becomes a dependency of its workflow, with its gaps', () => {
  const { dependencies, workflows, gaps } = addTraffic(
    audited,
    [seen({ written: 'openai/gpt-5' })],
    context,
  )
  const added = dependencies.find(({ id }) => id !== 'd-1')
  assert.equal(added?.model, 'openai/gpt-5')
  assert.equal(added?.workflow, 'review')
  assert.equal(added?.task, 'code-review')
  assert.deepEqual(added?.owners, ['@acme/appsec'])
  assert.deepEqual(added?.occurrences, [])
  assert.match(added?.resolutionReason ?? '', /traffic of this gateway/)
  assert.deepEqual(workflows[0]?.dependencies, ['d-1', added?.id])
  assert.deepEqual(workflows[0]?.models, ['anthropic/claude-fable-5', 'openai/gpt-5'])
  assert.ok(gaps.some(({ kind, dependency: id }) => kind === 'undeclared' && id === added?.id))
})

test('imported evidence is never called observed, and speaks only of its provider', () => {
  const report = seen({
    kind: 'imported',
    source: 'bedrock-invocation-log',
    workflow: null,
    provider: 'aws-bedrock',
  })
  const { dependencies } = addTraffic(audited, [report], context)
  assert.equal(dependencies[0]?.evidence, undefined)
  assert.equal(dependencies[1]?.evidence?.[0]?.kind, 'imported')
  assert.equal(dependencies[1]?.workflow, 'unassigned-traffic')
  assert.ok((dependencies[1]?.detection ?? 1) < 1)
  assert.match(dependencies[1]?.resolutionReason ?? '', /nobody here witnessed it/)
  const own = addTraffic(audited, [seen({ ...report, provider: 'anthropic' })], context)
  assert.equal(own.dependencies.length, 1)
  assert.equal(own.dependencies[0]?.evidence?.[0]?.workflow, null)
})

test('work of which only its project is known becomes a workflow that is called a guess', () => {
  const use = seen({ written: 'openai/gpt-5', workflow: null, scope: 'Checkout Service' })
  const { workflows } = addTraffic(audited, [use], context)
  const guessed = workflows.find(({ id }) => id === 'checkout-service')
  assert.equal(guessed?.source, 'inferred')
  assert.deepEqual(guessed?.models, ['openai/gpt-5'])
})

test('adding again replaces what was added, and taking it away leaves what the audit said', () => {
  const uses = [
    seen(),
    seen({ written: 'openai/gpt-5' }),
    seen({ workflow: null, written: 'my-deployment' }),
  ]
  const once = addTraffic(audited, uses, context)
  assert.deepEqual(addTraffic(once, uses, context), once)
  const more = addTraffic(once, [seen({ requests: 9 })], context)
  assert.deepEqual(
    more.dependencies[0]?.evidence?.map(({ requests }) => requests),
    [9],
  )
  const none = addTraffic(once, [], context)
  assert.deepEqual(none.dependencies, audited.dependencies)
  assert.deepEqual(none.workflows, audited.workflows)
  assert.deepEqual(none.questions, [])
  assert.equal(addTraffic(audited, [], context), audited)
  assert.doesNotThrow(() => Register.parse(once))
})

test('spellings of one model are one line of evidence, routes and served models are several', () => {
  const uses = [
    seen({ written: 'claude-fable-5', requests: 1, served: null }),
    seen({ requests: 2, served: 1, firstSeen: '2026-11-20T00:00:00.000Z' }),
    seen({ servedModel: 'openai/gpt-5', route: 'openai' }),
  ]
  const evidence = addTraffic(audited, uses, context).dependencies[0]?.evidence ?? []
  assert.deepEqual(
    evidence.map(({ route, requests, served, firstSeen }) => [route, requests, served, firstSeen]),
    [
      ['anthropic', 3, 1, '2026-11-20T00:00:00.000Z'],
      ['openai', 3, 2, '2026-11-24T10:00:00.000Z'],
    ],
  )
})

test('a name that nobody knows stays as written and is asked about, and an answer wins', () => {
  const use = seen({ written: 'my-deployment', workflow: null, provider: 'azure' })
  const { dependencies, questions } = addTraffic(audited, [use], context)
  const [, added] = dependencies
  assert.equal(added?.model, null)
  assert.equal(added?.modelAsWritten, 'my-deployment')
  assert.equal(added?.resolution, 'opaque')
  assert.deepEqual(
    questions.map(({ id, kind, dependencies: ids }) => [id, kind, ids]),
    [[added?.question, 'deployment', [added?.id]]],
  )
  const answered = (model: string | null): TrafficContext => ({
    ...context,
    config: { ...config, answers: [{ question: questionId('traffic', 'my-deployment'), model }] },
  })
  const told = addTraffic(audited, [use], answered('openai/gpt-5'))
  assert.equal(told.dependencies[1]?.model, 'openai/gpt-5')
  assert.equal(told.dependencies[1]?.question, null)
  assert.equal(told.questions[0]?.answer, 'openai/gpt-5')
  assert.equal(addTraffic(audited, [use], answered(null)).dependencies.length, 1)
})
