import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { CallerResponse } from '../caller-response.ts'
import { keptLimits } from './limits.ts'
import { KeptCalls } from './kept-calls.ts'
import { KeptResponse } from './kept-response.ts'

const work = { workflow: null, purpose: 'other' } as const

/** A caller who has left already. */
const nobody: CallerResponse = {
  headersSent: false,
  statusCode: 200,
  writableEnded: false,
  writableFinished: false,
  destroyed: true,
  on: () => undefined,
  once: () => undefined,
  writeHead: () => assert.fail('nobody is there'),
  write: () => assert.fail('nobody is there'),
  addTrailers: () => assert.fail('nobody is there'),
  end: () => assert.fail('nobody is there'),
}

const named = (id: string) => ({ holder: 'ada', id })

function ask(calls: KeptCalls, id: string, body: Buffer | null = Buffer.from('{}')) {
  const response = new KeptResponse(nobody)
  const begun = calls.begin(named(id), { digest: 'same', work, response })
  if (begun.kind === 'new' && body !== null) {
    response.writeHead(200, {})
    response.end(body)
    begun.end(null)
  }
  return { begun, response }
}

test('an answer is there as long as it is kept, and no longer', () => {
  const clock = new ManualClock()
  const calls = new KeptCalls(clock)
  ask(calls, 'one')
  clock.pass(keptLimits.keptMs - 1)
  assert.equal(calls.find(named('one'))?.answered?.body.toString(), '{}')
  assert.equal(ask(calls, 'one').begun.kind, 'known')
  clock.pass(1)
  assert.equal(calls.find(named('one')), null)
  assert.equal(ask(calls, 'one').begun.kind, 'new')
})

test('where room is needed the oldest answers go, by number and by bytes', () => {
  const calls = new KeptCalls(new ManualClock())
  for (let number = 0; number <= keptLimits.answersMax; number += 1) ask(calls, `n${number}`)
  assert.equal(calls.find(named('n0')), null)
  assert.notEqual(calls.find(named('n1')), null)
  const large = Buffer.alloc(keptLimits.bytesMax / 2)
  ask(calls, 'large-1', large)
  ask(calls, 'large-2', large)
  assert.equal(calls.find(named('large-1')), null)
  assert.equal(calls.find(named('n2')), null)
  assert.notEqual(calls.find(named('large-2')), null)
})

test('calls under way are never dropped: one too many is refused', () => {
  const calls = new KeptCalls(new ManualClock())
  for (let number = 0; number < keptLimits.underWayMax; number += 1) ask(calls, `n${number}`, null)
  assert.equal(ask(calls, 'too-many').begun.kind, 'full')
  assert.equal(calls.find(named('n0'))?.answered, null)
  assert.equal(ask(calls, 'n0').begun.kind, 'known')
})

test('a call that ends without an answer is known no more, and who waits for it hears so', async () => {
  const calls = new KeptCalls(new ManualClock())
  const { begun, response } = ask(calls, 'one', null)
  const waiting = calls.find(named('one'))?.whenAnswered
  let isClosed = false
  response.once('close', () => (isClosed = true))
  const idle = calls.idle()
  calls.giveUp()
  assert.ok(isClosed)
  if (begun.kind === 'new') begun.end(null)
  assert.equal(await waiting, null)
  await idle
  assert.equal(calls.find(named('one')), null)
})

test("until a response is held its caller's leaving ends it", () => {
  let leave: () => void = () => undefined
  const caller = { ...nobody, once: (_event: string, then: () => void) => (leave = then) }
  for (const isHeld of [false, true]) {
    const response = new KeptResponse(caller)
    if (isHeld) response.hold()
    leave()
    assert.equal(response.destroyed, !isHeld)
  }
})

test('what may be forgotten is told: calls that were asked later are all known', () => {
  const clock = new ManualClock()
  const calls = new KeptCalls(clock)
  assert.equal(calls.since, clock.now())
  clock.pass(1_000)
  const asked = clock.now()
  ask(calls, 'one')
  clock.pass(1_000)
  assert.ok(calls.since < asked)
  clock.pass(keptLimits.keptMs)
  assert.equal(calls.find(named('one')), null)
  assert.equal(calls.since, asked)
  const { begun } = ask(calls, 'two', null)
  const second = clock.now()
  clock.pass(1_000)
  if (begun.kind === 'new') begun.end(null)
  assert.equal(calls.since, second)
})
