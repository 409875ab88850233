import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import {
  readEmbeddingsAnswer,
  readEmbeddingsError,
  readEmbeddingsRequest,
  writeEmbeddingsError,
  writeEmbeddingsRequest,
} from './embeddings.ts'

test('a request names its model and how many vectors it asks for', () => {
  const inputs: readonly (readonly [JsonValue, number])[] = [
    ['one text', 1],
    [['one', 'two'], 2],
    [[12, 7, 9], 1],
    [[[12], [7, 9], [1]], 3],
  ]
  for (const [input, count] of inputs)
    assert.deepEqual(readEmbeddingsRequest({ model: 'e', input, dimensions: 256 }), {
      model: 'e',
      inputs: count,
    })
})

test('what cannot be embedded is refused by its path', () => {
  const isAt = (path: string) => (error: unknown) =>
    error instanceof ProtocolError && error.path === path
  for (const input of ['', [], [[]], ['a', 7], [1.5], { text: 'a' }, null, [null]])
    assert.throws(() => readEmbeddingsRequest({ model: 'e', input }), isAt('input'))
  assert.throws(() => readEmbeddingsRequest({ input: 'a' }), isAt('model'))
  assert.throws(
    () => readEmbeddingsRequest({ model: 'e', input: 'a', dimensions: 0 }),
    isAt('dimensions'),
  )
})

test('a request goes on as it is, but for the name of the model', () => {
  const body = { model: 'vendor/e', input: ['a'], encoding_format: 'base64', truncate: true }
  assert.deepEqual(writeEmbeddingsRequest(body, 'e-1'), {
    path: '/embeddings',
    headers: {},
    body: { ...body, model: 'e-1' },
  })
})

test('an answer has a vector for each input, and usage', () => {
  const data = [
    { object: 'embedding', index: 0, embedding: [0.1, -0.2] },
    { object: 'embedding', index: 1, embedding: 'zczMPQ==' },
  ]
  const usage = { prompt_tokens: 8, total_tokens: 8 }
  const answer = { object: 'list', data, model: 'e-1', usage }
  assert.deepEqual(readEmbeddingsAnswer(answer, { inputs: 2 }), {
    model: 'e-1',
    usage: { input: 8, output: 0, cacheRead: null, cacheWrite: null, reasoning: null },
  })
  assert.equal(readEmbeddingsAnswer({ data, model: 'e-1' }, { inputs: 2 }).usage, null)
  for (const body of [
    {},
    { error: { message: 'x' } },
    { data: [{}, {}] },
    { data: [data[0] ?? {}] },
  ])
    assert.throws(() => readEmbeddingsAnswer(body, { inputs: 2 }), ProtocolError)
})

test('errors are those of chat completions', () => {
  const { body, status } = writeEmbeddingsError({
    status: 403,
    type: 'model_not_permitted',
    message: 'No.',
  })
  assert.equal(status, 403)
  assert.equal(readEmbeddingsError(403, JSON.stringify(body)).message, 'No.')
})
