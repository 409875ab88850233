import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, StreamEvent } from '../exchange.ts'
import { GeminiStreamReader } from './stream-reader.ts'

function read(...chunks: readonly JsonObject[]): readonly StreamEvent[] {
  const reader = new GeminiStreamReader()
  const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')
  return [...reader.push(new TextEncoder().encode(text)), ...reader.finish()]
}

function chunk(parts: readonly JsonObject[], finishReason?: string): JsonObject {
  const candidate = { content: { parts }, ...(finishReason === undefined ? {} : { finishReason }) }
  return { candidates: [candidate], responseId: 'A7', modelVersion: 'gemini-x' }
}

const kinds = (events: readonly StreamEvent[]) => events.map(({ kind }) => kind)

test('a text is one part, however many pieces it comes in', () => {
  assert.deepEqual(read(chunk([{ text: 'Hi' }]), chunk([{ text: '!' }], 'STOP')), [
    { kind: 'start', id: 'A7', model: 'gemini-x', created: null },
    { kind: 'part-start', index: 0, part: { kind: 'text', text: '' } },
    { kind: 'text', index: 0, text: 'Hi' },
    { kind: 'text', index: 0, text: '!' },
    { kind: 'part-end', index: 0 },
    { kind: 'stop', stop: { reason: 'stop', raw: 'STOP' } },
    { kind: 'end' },
  ])
})

test('a mark belongs to the thought before it, or is a hidden one', () => {
  const marks = (...parts: readonly JsonObject[]) =>
    kinds(read(chunk(parts))).filter((kind) => kind !== 'start')
  const mark = { text: '', thoughtSignature: 'YQ==' }
  assert.deepEqual(marks({ text: 'Hm', thought: true }, mark), [
    'part-start',
    'thinking',
    'signature',
    'part-end',
  ])
  assert.deepEqual(marks({ text: 'Hi' }, mark), [
    'part-start',
    'text',
    'part-end',
    'part-start',
    'signature',
    'part-end',
  ])
})

test('calls come whole, and are numbered over all pieces', () => {
  const call = (name: string) => ({ functionCall: { name, args: { a: 1 } } })
  const events = read(chunk([call('a')]), chunk([call('b')], 'STOP'))
  const ids = events.flatMap((event) =>
    event.kind === 'part-start' && event.part.kind === 'tool-call' ? [event.part.id] : [],
  )
  assert.deepEqual(ids, ['gemini_A7_0', 'gemini_A7_1'])
  const stop = events.find(({ kind }) => kind === 'stop')
  assert.ok(stop?.kind === 'stop')
  assert.equal(stop.stop.reason, 'tool-calls')
})

test('a reason to finish with every piece ends nothing but the last', () => {
  const events = read(chunk([{ text: 'Hi' }], 'STOP'), chunk([{ text: '!' }], 'MAX_TOKENS'))
  assert.deepEqual(events.slice(-2), [
    { kind: 'stop', stop: { reason: 'max-tokens', raw: 'MAX_TOKENS' } },
    { kind: 'end' },
  ])
})

test('without a reason to finish the answer was cut', () => {
  assert.equal(kinds(read(chunk([{ text: 'Hi' }]))).includes('end'), false)
})

test('the last counts are the answer’s', () => {
  const counted = (candidatesTokenCount: number, finishReason?: string) => ({
    ...chunk([{ text: 'x' }], finishReason),
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount },
  })
  const usages = read(counted(1), counted(9, 'STOP')).filter(({ kind }) => kind === 'usage')
  assert.equal(usages.length, 1)
  assert.ok(usages[0]?.kind === 'usage')
  assert.equal(usages[0].usage.output, 9)
})

test('a prompt that is not let through is an answer that ended', () => {
  const events = read({ promptFeedback: { blockReason: 'SAFETY' }, responseId: 'A7' })
  assert.deepEqual(kinds(events), ['start', 'stop', 'end'])
})

test('arguments in pieces are never taken for whole ones', () => {
  const events = read(chunk([{ functionCall: { name: 'a', willContinue: true } }]))
  const last = events.at(-1)
  assert.ok(last?.kind === 'error')
  assert.equal(last.error.class, 'transport')
})

test('a piece without content is a sign of life', () => {
  assert.deepEqual(kinds(read(chunk([{ text: '' }]))), ['start', 'ping'])
})
