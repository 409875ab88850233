import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CircuitRecord } from '../../schema/circuit-record.ts'
import { CircuitRecord as Schema } from '../../schema/circuit-record.ts'
import { circuitOf, circuitsMeant, isOvertaken, recordOf } from './circuit-book.ts'

const record: CircuitRecord = {
  id: 'model:anthropic/claude-fable-5@direct',
  kind: 'withdrawn',
  model: 'anthropic/claude-fable-5',
  route: 'direct',
  state: 'open',
  reason: 'gone',
  openedAt: '2026-06-12T21:30:00.000Z',
  probedAt: null,
  closedAt: null,
  closedBy: null,
  revision: 3,
}

test('a circuit comes back from its record as it went in', () => {
  const circuit = circuitOf(record)
  assert.ok(circuit)
  assert.deepEqual(recordOf(circuit, record, '2026-06-13T00:00:00.000Z'), record)
})

test('words of a provider are kept on one line, visible and not without end', () => {
  const circuit = circuitOf(record)
  assert.ok(circuit)
  const hostile = { ...circuit, reason: `a\u0000b\n\u202ec${'x'.repeat(5_000)}` }
  const kept = recordOf(hostile, null, '2026-06-13T00:00:00.000Z')
  assert.ok(Schema.safeParse(kept).success)
  assert.match(kept.reason, /^a<U\+0000>b <U\+202E>cx+…$/)
  assert.equal(
    recordOf({ ...circuit, reason: '' }, null, '2026-06-13T00:00:00.000Z').reason,
    'withdrawn',
  )
})

test('a record of another form stands over no lane', () => {
  assert.equal(circuitOf({ ...record, route: null }), null)
  assert.equal(circuitOf({ ...record, id: 'model:anthropic/claude-fable-5' }), null)
})

test('a circuit that opened after it was closed elsewhere is not overtaken by that', () => {
  const circuit = circuitOf(record)
  assert.ok(circuit)
  const closed = { ...record, state: 'closed', closedBy: 'ada' } as const
  assert.equal(isOvertaken(circuit, { ...closed, closedAt: '2026-06-12T22:00:00.000Z' }), true)
  assert.equal(isOvertaken(circuit, { ...closed, closedAt: '2026-06-12T21:00:00.000Z' }), false)
  assert.equal(isOvertaken(circuit, record), false)
  assert.equal(isOvertaken(circuit, null), false)
})

test('a person names an id, a model, or a model without its vendor; closed ones are not meant', () => {
  const other = { ...record, id: 'model:anthropic/claude-fable-5@cloud', route: 'cloud' }
  const closed = { ...other, id: 'x', state: 'closed' } as const
  const all = [record, other, closed]
  assert.deepEqual(circuitsMeant(all, record.id), [record])
  assert.deepEqual(circuitsMeant(all, 'anthropic/claude-fable-5'), [record, other])
  assert.deepEqual(circuitsMeant(all, 'claude-fable-5'), [record, other])
  assert.deepEqual(circuitsMeant(all, 'openai/claude-fable-5'), [])
  assert.deepEqual(circuitsMeant(all, 'x'), [])
})
