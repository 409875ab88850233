import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resolver } from '../catalogue/index.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { dependencyFixture } from '../../test/fixtures/audit/dependency-fixture.ts'
import { withFallbackLifecycles } from './fallback-lifecycles.ts'
import { findGaps } from './find-gaps.ts'
import { qualifyFallbacks } from './qualify-fallbacks.ts'
import { assignWorkflows } from './workflows.ts'

const reach: Readonly<Record<string, readonly string[]>> = {
  'vendor:anthropic': ['US'],
  'vendor:openai': ['US'],
  'vendor:mistral': ['FR'],
  'provider:anthropic': ['US'],
  'provider:mistral': ['FR'],
}
const resolver = {
  jurisdictionsOf: (kind: string, id: string) => reach[`${kind}:${id}`] ?? [],
} as unknown as Resolver

function config(workflow: object, more: object = {}): HoldfastConfig {
  return HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Acme' },
    workflows: [
      { id: 'review', task: 'code-review', paths: ['services/reviewer/**'], ...workflow },
    ],
    ...more,
  })
}

test('a path of holdfast.yaml gives the workflow, its task and its owner', () => {
  const { dependencies, workflows } = assignWorkflows(
    [dependencyFixture({ task: 'other' })],
    config({ task: 'vulnerability-assessment', owner: '@acme/security' }),
    resolver,
  )
  assert.equal(dependencies[0]?.workflow, 'review')
  assert.equal(dependencies[0].task, 'vulnerability-assessment')
  assert.deepEqual(dependencies[0].owners, ['@acme/security'])
  assert.equal(workflows.find((one) => one.id === 'review')?.source, 'configuration')
})

test('paths hold from the folder of holdfast.yaml as well', () => {
  const { dependencies } = assignWorkflows(
    [dependencyFixture({ path: 'review.py' })],
    config({}),
    resolver,
    () => 'services/reviewer',
  )
  assert.equal(dependencies[0]?.workflow, 'review')
})

test('without a path the workflow is a guess with its reason', () => {
  const { workflows } = assignWorkflows(
    [
      dependencyFixture(),
      dependencyFixture({ path: '.github/workflows/review.yml', context: 'ci' }),
      dependencyFixture({ path: '.claude/agents/reviewer.md', context: 'developer-tool' }),
    ],
    null,
    resolver,
  )
  assert.deepEqual(
    workflows.map((one) => [one.id, one.source]),
    [
      ['agent-reviewer', 'inferred'],
      ['ci-review', 'inferred'],
      ['reviewer', 'inferred'],
    ],
  )
  assert.ok(workflows.every((one) => one.reason.length > 5 && one.confidence < 1))
})

test('a declared fallback counts by its grade, a tool or people as independent', () => {
  const grade = (fallbacks: readonly unknown[], more: object = {}) =>
    assignWorkflows(
      [dependencyFixture()],
      config({ model: 'anthropic/claude-fable-5', fallbacks }, more),
      resolver,
    ).workflows.find((one) => one.id === 'review')?.fallbackGrade
  assert.equal(grade([]), null)
  assert.equal(grade(['anthropic/claude-opus-4-8']), 'same-vendor')
  assert.equal(grade(['openai/gpt-5']), 'same-jurisdiction')
  assert.equal(grade([{ tool: 'semgrep' }]), 'independent')
  const self = {
    routes: [
      {
        id: 'local',
        provider: 'self',
        protocol: 'openai-chat',
        baseUrl: 'http://127.0.0.1:8080/v1',
        credential: 'none',
        weightsHeld: true,
        models: { 'alibaba/qwen3-32b': 'qwen3' },
      },
    ],
  }
  assert.equal(grade(['alibaba/qwen3-32b'], self), 'self-hosted')
})

test('gaps are told by workflow and dependency, worst first', () => {
  const holdfast = config({ model: 'anthropic/claude-opus-4-8' })
  const { dependencies, workflows } = assignWorkflows(
    [
      dependencyFixture({ lifecycle: 'suspended' }),
      dependencyFixture({
        path: 'elsewhere/a.py',
        owners: [],
        model: 'openai/gpt-5',
        vendor: 'openai',
      }),
    ],
    holdfast,
    resolver,
  )
  const gaps = findGaps({
    dependencies,
    workflows,
    credentials: [
      {
        provider: 'anthropic',
        form: 'present',
        name: null,
        repository: 'acme',
        path: 'a.py',
        line: 1,
      },
    ],
    config: holdfast,
  })
  const kinds = gaps.map((gap) => gap.kind)
  assert.equal(kinds[0], 'suspended')
  for (const kind of ['no-fallback', 'hard-coded-key', 'undeclared', 'stale', 'unowned'] as const) {
    assert.ok(kinds.includes(kind), kind)
  }
  assert.ok(gaps.every((gap) => gap.advice !== ''))
})

test('a fallback that its provider has ended is a gap of its workflow', () => {
  const routes = ['pear', 'plum'].map((id) => ({
    id,
    provider: id,
    protocol: 'openai-chat',
    baseUrl: `https://${id}.example`,
    credential: 'none',
    models: { 'pear/pear-2': id === 'pear' ? 'pear-2-0601' : 'pears' },
  }))
  const fallbacks = ['pear/pear-2', { tool: 'semgrep' }]
  const holdfast = config({ model: 'anthropic/claude-fable-5', fallbacks }, { routes })
  const { dependencies, workflows: rows } = qualifyFallbacks(
    assignWorkflows([dependencyFixture()], holdfast, resolver),
    holdfast,
    { verdicts: [], at: '2026-11-26T00:00:00Z' },
  )
  const workflows = withFallbackLifecycles(rows, {
    config: holdfast,
    resolver: {
      resolve: (name) =>
        ({ model: name === 'pears' ? null : 'pear/pear-2', snapshot: name }) as never,
    },
    models: {
      lifecycleOf: ({ snapshot, provider }) =>
        snapshot === 'pear-2-0601'
          ? { lifecycle: 'retired', lifecycleReason: `${snapshot} retired at ${provider}` }
          : { lifecycle: 'active' },
    },
  })
  const gaps = findGaps({ dependencies, workflows, credentials: [], config: null })
  assert.deepEqual(
    gaps.filter(({ kind }) => kind === 'retired').map(({ reason }) => reason),
    ['pear/pear-2 over pear, a fallback of review: pear-2-0601 retired at pear'],
  )
  assert.deepEqual(
    workflows.find(({ id }) => id === 'review')?.fallbacks?.map((one) => one.lifecycle),
    ['retired', 'active', undefined],
  )
})

test('a gap of a workflow is shown where production uses the model', () => {
  const at = (path: string, more: object) =>
    dependencyFixture({ path: `services/reviewer/${path}`, ...more })
  const { dependencies, workflows } = assignWorkflows(
    [
      at('evals/a.ts', { context: 'evaluation', role: 'use' }),
      at('models.ts', { context: 'production', role: 'declare' }),
      at('review.ts', { context: 'production', role: 'use' }),
    ],
    config({ model: 'anthropic/claude-fable-5' }),
    resolver,
  )
  const gaps = findGaps({ dependencies, workflows, credentials: [], config: null })
  const [shown] = gaps.filter(({ kind }) => kind === 'no-fallback')
  assert.equal(shown?.path, 'services/reviewer/review.ts')
})

test('what is only mentioned has neither workflow nor gap', () => {
  const { dependencies, workflows } = assignWorkflows(
    [dependencyFixture({ role: 'mention', owners: [], lifecycle: 'retired' })],
    null,
    resolver,
  )
  assert.equal(dependencies[0]?.workflow, null)
  assert.deepEqual(findGaps({ dependencies, workflows, credentials: [], config: null }), [])
})
