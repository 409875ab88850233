import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { HeldTurn } from './asked-conversations.ts'
import { HeldConversations } from './held-conversations.ts'
import { conversationLimits } from './limits.ts'

const rules = { holdMs: 60_000, bytesMax: 2 ** 20 }

function turn(id: string, previous: string | null = null, more: Partial<HeldTurn> = {}): HeldTurn {
  const json = Buffer.from(JSON.stringify(`of ${id}`))
  return { id, previous, route: null, input: json, output: json, itemIds: [`msg_${id}`], ...more }
}

const behind = (previous: string) => ({ previous, items: [] })

function idsOf(
  held: HeldConversations,
  previous: string,
  holder = 'ada',
): readonly string[] | null {
  return held.recall(holder, behind(previous))?.turns.map(({ id }) => id) ?? null
}

test('a conversation is there from its beginning, and may part', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  for (const one of [turn('a'), turn('b', 'a'), turn('c', 'b'), turn('other', 'a')])
    held.hold('ada', one)
  assert.deepEqual(idsOf(held, 'c'), ['a', 'b', 'c'])
  assert.deepEqual(idsOf(held, 'other'), ['a', 'other'])
  assert.equal(idsOf(held, 'unknown'), null)
})

test('items are found by their ids, beside a conversation and without one', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  held.hold('ada', turn('a'))
  held.hold('ada', turn('b'))
  const history = held.recall('ada', { previous: 'a', items: ['msg_b'] })
  assert.deepEqual(
    history?.turns.map(({ id }) => id),
    ['a'],
  )
  assert.equal(history?.turnOf.get('msg_b')?.id, 'b')
  assert.equal(held.recall('ada', { previous: 'a', items: ['msg_unknown'] }), null)
})

test('nobody but its holder has it', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  held.hold('ada', turn('a'))
  assert.equal(idsOf(held, 'a', 'grace'), null)
  assert.equal(held.recall('grace', { previous: null, items: ['msg_a'] }), null)
})

test('an id that comes twice stands for nothing, nor do items', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  held.hold('ada', turn('a'))
  held.hold('ada', turn('b', 'a'))
  held.hold('ada', turn('a'))
  held.hold('ada', turn('a'))
  assert.equal(idsOf(held, 'a'), null)
  assert.equal(idsOf(held, 'b'), null)
  held.hold('ada', turn('c', null, { itemIds: ['msg_b'] }))
  assert.equal(held.recall('ada', { previous: null, items: ['msg_b'] }), null)
  assert.deepEqual(idsOf(held, 'c'), ['c'])
  held.hold('ada', turn('self', 'self'))
  assert.equal(idsOf(held, 'self'), null)
})

test('what refers to itself in a circle has an end', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  held.hold('ada', turn('a', 'b'))
  held.hold('ada', turn('b', 'a'))
  assert.equal(idsOf(held, 'b'), null)
})

test('a conversation that is longer than its limit is not brought together', () => {
  const held = new HeldConversations(new ManualClock(), { ...rules, bytesMax: 2 ** 26 })
  const { chainMax } = conversationLimits
  for (let number = 0; number <= chainMax; number += 1)
    held.hold('ada', turn(String(number), number === 0 ? null : String(number - 1)))
  assert.equal(idsOf(held, String(chainMax - 1))?.length, chainMax)
  assert.equal(idsOf(held, String(chainMax)), null)
})

test('it is held since it was last used, and its memory is given back by itself', () => {
  const clock = new ManualClock()
  const held = new HeldConversations(clock, rules)
  held.hold('ada', turn('a'))
  held.hold('ada', turn('b', 'a'))
  held.hold('ada', turn('c'))
  clock.pass(rules.holdMs - 1)
  assert.deepEqual(idsOf(held, 'b'), ['a', 'b'])
  clock.pass(2)
  assert.equal(idsOf(held, 'c'), null)
  clock.pass(rules.holdMs - 3)
  assert.deepEqual(idsOf(held, 'b'), ['a', 'b'])
  assert.ok(held.bytes > 0)
  clock.pass(rules.holdMs + 2 * conversationLimits.sweepMs)
  assert.equal(clock.timers, 0)
  assert.equal(held.bytes, 0)
  assert.equal(idsOf(held, 'b'), null)
})

test('where room is needed, conversations go that were not used for longest', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  const large = { output: Buffer.alloc(rules.bytesMax / 4) }
  for (const id of ['a', 'b', 'c']) held.hold('ada', turn(id, null, large))
  assert.deepEqual(idsOf(held, 'a'), ['a'])
  held.hold('ada', turn('d', null, large))
  assert.equal(idsOf(held, 'b'), null)
  assert.equal(held.recall('ada', { previous: null, items: ['msg_b'] }), null)
  for (const id of ['a', 'c', 'd']) assert.deepEqual(idsOf(held, id), [id])
  held.hold('ada', turn('huge', null, { output: Buffer.alloc(rules.bytesMax) }))
  assert.equal(idsOf(held, 'huge'), null)
  assert.deepEqual(idsOf(held, 'd'), ['d'])
})

test('other rules count at once, and what still has room stays', () => {
  const held = new HeldConversations(new ManualClock(), rules)
  for (const id of ['a', 'b'])
    held.hold('ada', turn(id, null, { output: Buffer.alloc(rules.bytesMax / 4) }))
  held.follow({ ...rules, bytesMax: rules.bytesMax / 2 })
  assert.equal(idsOf(held, 'a'), null)
  assert.deepEqual(idsOf(held, 'b'), ['b'])
  assert.notEqual(held.recall('ada', { previous: null, items: ['msg_b'] }), null)
  held.follow(null)
  held.hold('ada', turn('c'))
  assert.equal(held.bytes, 0)
  assert.equal(idsOf(held, 'c'), null)
  held.follow(rules)
  assert.equal(idsOf(held, 'b'), null)
})
