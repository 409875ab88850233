import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, StreamEvent } from '../exchange.ts'
import { GeminiStreamWriter } from './stream-writer.ts'

function newWriter(): GeminiStreamWriter {
  const request = {
    model: 'asked',
    isStream: true,
    system: [],
    turns: [],
    tools: [],
    unknown: {},
    written: new Map(),
  }
  return new GeminiStreamWriter({ id: 'ours', model: 'vendor/served', created: 0, request })
}

function chunksOf(text: string): readonly JsonObject[] {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as JsonObject)
}

function written(...events: readonly StreamEvent[]): readonly JsonObject[] {
  const writer = newWriter()
  return chunksOf(events.map((event) => writer.write(event)).join(''))
}

const begin: StreamEvent = { kind: 'start', id: 'msg_7', model: 'wire', created: 60 }

test('every piece names the answer, and the last one the reason and the counts', () => {
  const usage = { input: 9, output: 5, cacheRead: null, cacheWrite: null, reasoning: null }
  const chunks = written(
    begin,
    { kind: 'part-start', index: 0, part: { kind: 'text', text: '' } },
    { kind: 'text', index: 0, text: 'Hi' },
    { kind: 'part-end', index: 0 },
    { kind: 'stop', stop: { reason: 'stop', raw: 'end_turn' } },
    { kind: 'usage', usage },
    { kind: 'end' },
  )
  const head = {
    modelVersion: 'vendor/served',
    createTime: '1970-01-01T00:01:00.000Z',
    responseId: 'msg_7',
  }
  assert.deepEqual(chunks, [
    {
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, index: 0 }],
      ...head,
    },
    {
      candidates: [
        { content: { role: 'model', parts: [{ text: '' }] }, index: 0, finishReason: 'STOP' },
      ],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14 },
      ...head,
    },
  ])
})

test('a call is held back until it is whole', () => {
  const writer = newWriter()
  writer.write(begin)
  const part = { kind: 'tool-call', id: 'c', name: 'look', arguments: '' } as const
  assert.equal(writer.write({ kind: 'part-start', index: 0, part }), '')
  assert.equal(writer.write({ kind: 'arguments', index: 0, text: '{"a":' }), '')
  assert.equal(writer.write({ kind: 'arguments', index: 0, text: '1}' }), '')
  const [chunk] = chunksOf(writer.write({ kind: 'part-end', index: 0 }))
  assert.ok(JSON.stringify(chunk).includes('{"id":"c","name":"look","args":{"a":1}}'))
})

test('a failure is a status, and nothing follows it', () => {
  const writer = newWriter()
  writer.write(begin)
  const [chunk] = chunksOf(
    writer.fail({ status: 403, type: 'model_not_permitted', message: 'Not for you.' }),
  )
  assert.deepEqual(chunk?.['error'], {
    code: 403,
    message: 'Not for you.',
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'model_not_permitted',
        domain: 'holdfast',
      },
    ],
  })
  assert.equal(writer.write({ kind: 'end' }), '')
})
