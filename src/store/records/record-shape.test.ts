import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../base/fault.ts'
import { fromRow, toRow } from './record-shape.ts'
import { shapes, shapesInOrder } from './record-shapes.ts'

const answer = {
  trial: 't',
  item: 'i',
  arm: 'candidate',
  attempt: 1,
  state: 'answered',
  claimedAt: '2026-06-12T08:00:00.000Z',
  claimedBy: 'p',
  answeredAt: '2026-06-12T08:00:01.000Z',
  answer: { text: '\u0000 \ud800', list: [1, null] },
} as const

test('a record comes back from its row as it was, JSON with any text included', () => {
  const record = { ...answer, answer: { text: answer.answer.text, list: [1, null] } }
  const row = toRow(shapes.trialAnswer, record)
  assert.ok(typeof row['answer'] === 'string' && row['answer'].isWellFormed())
  assert.ok(!row['answer'].includes('\0'))
  assert.deepEqual(fromRow(shapes.trialAnswer, row), record)
})

test('null as JSON is not the same as nothing', () => {
  const none = { ...answer, answer: null }
  assert.equal(toRow(shapes.trialAnswer, none)['answer'], 'null')
  assert.equal(fromRow(shapes.trialAnswer, toRow(shapes.trialAnswer, none)).answer, null)
})

test('a row that does not follow the schema is told as damage, with its key', () => {
  const row = { ...toRow(shapes.trialAnswer, { ...answer, answer: null }), state: 'lost' }
  assert.throws(
    () => fromRow(shapes.trialAnswer, row),
    (error: unknown) =>
      error instanceof Fault &&
      error.code === 'HF_STORE_DAMAGED' &&
      error.message.includes('t i candidate 1'),
  )
  assert.throws(() => fromRow(shapes.trialAnswer, { ...row, answer: '{' }), Fault)
})

test('every kind of record is copied, each once', () => {
  assert.deepEqual(new Set(shapesInOrder), new Set(Object.values(shapes)))
  assert.equal(shapesInOrder.length, Object.values(shapes).length)
})
