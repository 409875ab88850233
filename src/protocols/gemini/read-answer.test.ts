import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../exchange.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { readAnswer } from './read-answer.ts'

function read(parts: readonly JsonObject[], more: JsonObject = {}) {
  return readAnswer({
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }],
    responseId: 'A7',
    modelVersion: 'gemini-x-001',
    createTime: '2026-06-12T13:20:00.9Z',
    ...more,
  })
}

test('an answer names itself, its model and its time', () => {
  const { id, model, created, usage } = read([])
  assert.deepEqual([id, model, created, usage], ['A7', 'gemini-x-001', 1_781_270_400, null])
  assert.equal(read([], { createTime: 'soon' }).created, null)
})

test('pieces of one text are one part, and so are those of one thought', () => {
  const { parts } = read([
    { text: 'Hm, ', thought: true },
    { text: 'so.', thought: true, thoughtSignature: 'YQ==' },
    { text: 'Well, ' },
    { text: 'yes.', thoughtSignature: 'Yg==' },
  ])
  const own = { kind: 'thinking', protocol: 'gemini' }
  assert.deepEqual(parts, [
    { ...own, text: 'Hm, so.', signature: 'YQ==' },
    { kind: 'text', text: 'Well, yes.' },
    { ...own, text: '', signature: 'Yg==' },
  ])
})

test('calls get ids of the answer and their place, unless they have their own', () => {
  const { parts, stop } = read([
    { functionCall: { name: 'a', args: { n: 1.5 } }, thoughtSignature: 'YQ==' },
    { functionCall: { name: 'b', id: 'own' } },
    { functionCall: { name: 'c' } },
  ])
  assert.deepEqual(
    parts.map((part) => (part.kind === 'tool-call' ? [part.id, part.arguments] : [])),
    [
      ['gemini_A7_0', '{"n":1.5}'],
      ['own', '{}'],
      ['gemini_A7_2', '{}'],
    ],
  )
  assert.equal(stop.reason, 'tool-calls')
})

test('pictures and sounds are parts, and what only Google knows is opaque', () => {
  const data = (mimeType: string) => ({ inlineData: { mimeType, data: 'AA==' } })
  const { parts } = read([
    data('image/png'),
    data('audio/L16;rate=24000'),
    data('video/mp4'),
    { executableCode: { code: 'x' } },
    {},
  ])
  assert.deepEqual(
    parts.map(({ kind }) => kind),
    ['image', 'audio', 'file', 'opaque'],
  )
})

test('a prompt that is not let through is an answer without words', () => {
  const answer = readAnswer({ promptFeedback: { blockReason: 'SAFETY' }, responseId: 'A7' })
  assert.deepEqual(answer.parts, [])
  assert.deepEqual(answer.stop, { reason: 'content-filter', raw: 'SAFETY' })
})

test('an answer without a reason to finish ended for some other one', () => {
  const answer = readAnswer({ candidates: [{ content: { parts: [{ text: 'x' }] } }] })
  assert.deepEqual(answer.stop, { reason: 'other', raw: null })
})

test('what has neither candidates nor a reason for it is no answer', () => {
  for (const body of [{}, { candidates: [] }, { promptFeedback: {} }])
    assert.throws(() => readAnswer(body), ProtocolError)
})
