import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dependency, fallback, workflow } from '../../test/fixtures/report/register.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import { findGaps } from './find-gaps.ts'
import { qualifyFallbacks } from './qualify-fallbacks.ts'

const at = '2026-11-25T12:00:00.000Z'
const digest = `sha256:${'0'.repeat(64)}`

function routeTo(id: string, model: string, provider = 'self') {
  const baseUrl = 'http://127.0.0.1:1/v1'
  const models = { [model]: 'wire' }
  return { id, provider, protocol: 'openai-chat', baseUrl, credential: 'none', models }
}

const config = HoldfastConfig.parse({
  version: 1,
  organisation: { name: 'Orchard' },
  routes: [
    routeTo('apple-us', 'apple/apple-9', 'apple'),
    routeTo('pear-eu', 'pear/pear-2', 'pear'),
    routeTo('pear-own', 'pear/pear-2'),
  ],
  workflows: [
    {
      id: 'sorting',
      task: 'extraction',
      model: 'apple/apple-9',
      fallbacks: [
        { model: 'apple/apple-9', route: 'apple-us' },
        'pear/pear-2',
        'fig/fig-1',
        { tool: 'sieve' },
        { manual: 'two pickers' },
      ],
    },
    {
      id: 'pressing',
      task: 'extraction',
      model: 'apple/apple-9',
      fallbacks: [{ manual: 'press' }],
    },
    { id: 'bottling', task: 'extraction', model: 'apple/apple-9', fallbacks: ['pear/pear-2'] },
  ],
})

function verdict(
  trial: string,
  key: Partial<VerdictRecord['key']> = {},
  change: Partial<Omit<VerdictRecord, 'key'>> = {},
): VerdictRecord {
  return {
    schemaVersion: 1,
    trial,
    key: {
      workflow: 'sorting',
      model: 'pear/pear-2',
      route: 'pear-eu',
      servedModel: 'pear-2-0601',
      promptDigest: digest,
      toolsDigest: digest,
      gradersDigest: digest,
      ...key,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-11-01T00:00:00Z',
    validUntil: '2026-12-01T00:00:00Z',
    invalidatedBy: null,
    ...change,
  }
}

const rows = {
  workflows: [
    workflow({ id: 'sorting', source: 'configuration' }),
    workflow({ id: 'pressing', source: 'configuration' }),
    workflow({ id: 'bottling', source: 'configuration' }),
    workflow({ id: 'guessed' }),
  ],
  dependencies: [
    dependency({
      id: 'd-1',
      workflow: 'sorting',
      fallbacks: [
        fallback({ model: 'pear/pear-2', provider: 'pear' }),
        fallback({ model: 'pear/pear-2', provider: 'self' }),
        fallback({ model: 'pear/pear-2', provider: null }),
        fallback({ model: null, modelAsWritten: 'x' }),
      ],
    }),
    dependency({ id: 'd-2', workflow: 'guessed', fallbacks: [fallback({ model: 'pear/pear-2' })] }),
  ],
}

const standing = (verdicts: readonly VerdictRecord[], when = at) =>
  qualifyFallbacks(rows, config, { verdicts, at: when })

/** `name@route: standing` of the first workflow. */
function shown(verdicts: readonly VerdictRecord[], when = at): readonly string[] {
  const [first] = standing(verdicts, when).workflows
  return (first?.fallbacks ?? []).map(
    ({ name, route, standing: word, until, endedBy }) =>
      `${name}@${route}: ${[word, until?.slice(0, 10), endedBy].filter((one) => one !== null && one !== undefined).join(' ')}`,
  )
}

test('each fallback has a row a route with what trials say of it', () => {
  const tool = { model: 'tool:sieve', route: 'tool:sieve' }
  assert.deepEqual(shown([verdict('t-1'), verdict('t-2', tool)]), [
    'apple/apple-9@apple-us: not-needed',
    'pear/pear-2@pear-eu: qualified 2026-12-01',
    'pear/pear-2@pear-own: untried',
    'fig/fig-1@null: untried',
    'sieve@null: qualified 2026-12-01',
    'two pickers@null: untried',
  ])
})

test('a verdict that is over by date or by change is expired, one that is not known yet is none', () => {
  const pear = (verdicts: readonly VerdictRecord[], when = at) => shown(verdicts, when)[1]
  const label = 'pear/pear-2@pear-eu:'
  assert.equal(
    pear([verdict('t-1')], '2026-12-01T00:00:00.000Z'),
    `${label} expired 2026-12-01 validity-ended`,
  )
  assert.equal(
    pear([verdict('t-1', {}, { invalidatedBy: 'prompt-changed' })]),
    `${label} expired 2026-12-01 prompt-changed`,
  )
  assert.equal(pear([verdict('t-1', {}, { verdict: 'NOT_QUALIFIED' })]), `${label} not-qualified`)
  assert.equal(pear([verdict('t-1', {}, { verdict: 'INVALID' })]), `${label} untried`)
  assert.equal(pear([verdict('t-1')], '2026-10-31T00:00:00.000Z'), `${label} untried`)
})

test('a fallback in code counts by a trial over a route of its provider', () => {
  const { dependencies } = standing([
    verdict('t-1'),
    verdict('t-2', { route: 'pear-own' }, { validUntil: '2026-12-24T00:00:00Z' }),
  ])
  const days = dependencies.map(({ fallbacks }) =>
    fallbacks.map(({ qualifiedUntil }) => qualifiedUntil?.slice(0, 10) ?? qualifiedUntil),
  )
  assert.deepEqual(days, [['2026-12-01', '2026-12-24', '2026-12-24', null], [undefined]])
})

test('without a holdfast.yaml nothing is said of trials', () => {
  assert.equal(
    qualifyFallbacks(rows, null, { verdicts: [verdict('t-1')], at }).workflows,
    rows.workflows,
  )
})

test('gaps: a trial that is over, and work without a qualified fallback; people are left to drills', () => {
  const gaps = (verdicts: readonly VerdictRecord[]) =>
    findGaps({ ...standing(verdicts), credentials: [], config: null })
      .filter(({ kind }) => kind === 'unqualified' || kind === 'expired')
      .map(({ kind, workflow: id }) => `${kind} ${id}`)
  assert.deepEqual(gaps([]), ['unqualified bottling', 'unqualified sorting'])
  const both = [verdict('t-1', { workflow: 'bottling' }), verdict('t-2')]
  assert.deepEqual(gaps(both), [])
  const ended = { invalidatedBy: 'route-changed' }
  assert.deepEqual(
    gaps([verdict('t-1', { workflow: 'bottling' }, ended), verdict('t-2', {}, ended)]),
    ['unqualified bottling', 'unqualified sorting', 'expired bottling', 'expired sorting'],
  )
})
