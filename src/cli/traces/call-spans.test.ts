import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyResource } from '@opentelemetry/resources'
import * as names from '@opentelemetry/semantic-conventions/incubating'
import { madeAttempt, madeCall } from '../../../test/support/traced-call.ts'
import { spansOf } from './call-spans.ts'

const origin = { resource: emptyResource(), instrumentationScope: { name: 'test' } }

test('every name that is not ours is one of the conventions', () => {
  const known = new Set<unknown>([
    ...Object.values(names),
    // Called `cache_creation` until the conventions for generative AI moved to a repository of their own.
    'gen_ai.usage.cache_write.input_tokens',
  ])
  const usage = { input: 9, output: 8, cacheRead: 7, cacheWrite: 6, reasoning: 5 }
  const failure = { class: 'overload', code: null, status: 503 } as const
  const attempt = madeAttempt({
    outcome: 'failed',
    producedAt: 1_780_000_000_100,
    writtenModel: 'fable-2',
    usage,
    stop: { reason: 'stop', raw: 'end_turn' },
    failure,
  })
  const spans = spansOf(madeCall({ attempts: [attempt], isStream: true, isWhole: false }), origin)
  const used = spans.flatMap(({ attributes }) => Object.keys(attributes))
  assert.ok(used.length > 30)
  assert.deepEqual(
    used.filter((name) => !name.startsWith('holdfast.') && !known.has(name)),
    [],
  )
})

test('a request that was never sent is no span, and no attempt', () => {
  const attempts = [madeAttempt({ endedAt: null }), madeAttempt({ outcome: 'served' })]
  const spans = spansOf(madeCall({ attempts }), origin)
  assert.equal(spans.length, 2)
  assert.equal(spans[0]?.attributes['holdfast.attempts'], 1)
})

test('providers, operations and ports are named as the conventions do', () => {
  const [, attempt] = spansOf(madeCall({ attempts: [madeAttempt()] }), origin)
  assert.equal(attempt?.name, 'chat fable')
  assert.equal(attempt.attributes['gen_ai.provider.name'], 'aws.bedrock')
  assert.equal(attempt.attributes['server.address'], 'bedrock.example')
  assert.equal(attempt.attributes['server.port'], 443)
  const parts = { endpoint: 'embeddings' }
  const [, vectors] = spansOf(
    madeCall({ parts, attempts: [madeAttempt({ outcome: 'failed' })] }),
    origin,
  )
  assert.equal(vectors?.attributes['gen_ai.operation.name'], 'embeddings')
  assert.equal(vectors.attributes['gen_ai.response.finish_reasons'], undefined)
})

test('what a provider wrote is short and visible, and of a failure only its class is told', () => {
  const attempt = madeAttempt({
    outcome: 'failed',
    writtenModel: `\u001B[31m${'m'.repeat(5_000)}`,
    failure: { class: 'client', code: 'a text of the provider', status: 400 },
  })
  const [, span] = spansOf(madeCall({ attempts: [attempt] }), origin)
  const model = String(span?.attributes['gen_ai.response.model'])
  assert.ok(model.length < 300 && !model.includes('\u001B'))
  assert.equal(span?.attributes['error.type'], 'client')
  const own = madeAttempt({
    outcome: 'failed',
    failure: { class: 'client', code: 'directive', status: null },
  })
  const [, cut] = spansOf(madeCall({ attempts: [own] }), origin)
  assert.equal(cut?.attributes['error.type'], 'directive')
})

test('a call that its caller left, or whose stream broke, is an error; a refusal is none', () => {
  const errorOf = (changed: Parameters<typeof madeCall>[0]) =>
    spansOf(madeCall(changed), origin)[0]?.attributes['error.type']
  assert.equal(errorOf({ isWhole: false, status: null }), 'left')
  const facts = { servedModel: null, route: null, outcome: null, decision: null, isBroken: true }
  assert.equal(errorOf({ parts: { facts } }), 'broken')
  assert.equal(errorOf({ status: 502 }), '502')
  assert.equal(errorOf({ status: 403 }), undefined)
})
