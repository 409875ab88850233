import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../base/canonical-json.ts'
import { DecisionEntry, type EntryBody } from '../schema/ledger-entry.ts'
import { ReasonCode } from '../schema/decision.ts'
import { Task } from '../schema/vocabulary.ts'
import { entryJson } from './entry-json.ts'

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('__proto__'))
const texts = fc.array(text, { maxLength: 4 })
const count = fc.option(fc.nat())
const instant = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const hex = fc
  .array(fc.nat(15), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.map((digit) => digit.toString(16)).join(''))
const hmac = hex.map((digits) => `hmac:${digits}`)

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined })
}

const decisions: fc.Arbitrary<DecisionEntry> = fc.record({
  answerDigest: fc.option(hmac),
  class: fc.option(
    fc.record({
      commitment: hex.map((digits) => `sha256:${digits}`),
      period: fc.string({ minLength: 1 }),
      sealed: text,
    }),
  ),
  content: maybe(fc.record({ recipient: text, sealed: text })),
  countries: texts,
  directives: texts,
  endedAt: fc.option(instant),
  hop: fc.nat(),
  kind: fc.constant('decision'),
  model: fc.option(text),
  notices: maybe(texts),
  outcome: fc.constantFrom(...DecisionEntry.shape.outcome.options),
  principal: fc.option(hmac),
  principalKind: fc.constantFrom('person', 'service', null),
  provider: fc.option(text),
  purpose: fc.constantFrom(...Task.options),
  reasons: fc.array(fc.constantFrom(...ReasonCode.options), { maxLength: 4 }),
  request: text,
  requestDigest: fc.option(hmac),
  requestedModel: text,
  route: fc.option(text),
  servedModel: fc.option(text),
  snapshot: text,
  startedAt: instant,
  tokens: fc.option(
    fc.record({
      cacheRead: maybe(count),
      cacheWrite: maybe(count),
      input: count,
      output: count,
      reasoning: maybe(count),
    }),
  ),
  verdict: fc.constantFrom('allow', 'deny'),
  workflow: fc.option(text),
})

/** The same value with the members of each object in the order of other numbers. */
function reordered<T>(value: T, orders: readonly number[]): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const members = Object.entries(value).map(([name, member], index): [number, string, unknown] => [
    orders[index] ?? 0,
    name,
    member,
  ])
  const sorted = members.toSorted(([a], [b]) => a - b)
  return Object.fromEntries(
    sorted.map(([, name, member]) => [name, reordered(member, orders)]),
  ) as T
}

const whole = (entry: EntryBody) => ({
  id: '01977f2e-1234-7000-8000-123456789012',
  entry,
  at: '2026-06-12T21:21:00.000Z',
})

function written(body: EntryBody): string {
  const { at, entry, id } = whole(body)
  return entryJson(at, entry, id)
}

test('a decision comes out in its canonical form to the byte, in whatever order its members stand', () => {
  const orders = fc.array(fc.nat(), { minLength: 30, maxLength: 30 })
  fc.assert(
    fc.property(decisions, orders, (decision, numbers) => {
      const expected = canonicalJson(whole(decision))
      assert.equal(written(decision), expected)
      assert.equal(written(reordered(decision, numbers)), expected)
    }),
    { numRuns: 500 },
  )
})

test('members that are absent leave nothing behind, wherever they would stand', () => {
  fc.assert(
    fc.property(decisions, (decision) => {
      const present = JSON.parse(JSON.stringify(decision)) as DecisionEntry
      assert.equal(written(present), written(decision))
      assert.equal(written(present), canonicalJson(whole(present)))
    }),
  )
})

test('a number that has no form in JSON is refused wherever it stands', () => {
  const [decision] = fc.sample(decisions, { numRuns: 1, seed: 1 })
  assert.ok(decision !== undefined)
  const tokens = { input: 1, output: 2 }
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => written({ ...decision, hop: bad }), TypeError)
    assert.throws(() => written({ ...decision, tokens: { ...tokens, output: bad } }), TypeError)
    assert.throws(() => written({ ...decision, tokens: { cacheRead: bad, ...tokens } }), TypeError)
  }
})

test('every other kind of entry comes out in its canonical form too', () => {
  const entry: EntryBody = { kind: 'drill', event: 'begun', drill: 'd1', by: ['a', 'b'] }
  assert.equal(written(entry), canonicalJson(whole(entry)))
})
