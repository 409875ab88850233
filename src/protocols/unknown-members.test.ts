import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withUnknownMembers } from './unknown-members.ts'

test('members go back where they stood', () => {
  const body = { model: 'm', thinking: { type: 'adaptive' } }
  const unknown = { speed: 'fast', 'thinking.binding': { x: 1 }, 'metadata.team': 'a' }
  assert.deepEqual(withUnknownMembers(body, unknown), {
    model: 'm',
    speed: 'fast',
    thinking: { type: 'adaptive', binding: { x: 1 } },
    metadata: { team: 'a' },
  })
})

test('those within lists are left to their parts', () => {
  assert.deepEqual(withUnknownMembers({ a: 1 }, { 'messages[0].x': 2 }), { a: 1 })
})

test('a member may have the name of a prototype', () => {
  const unknown = Object.fromEntries([['__proto__', { polluted: true }]])
  const body = withUnknownMembers({}, unknown)
  assert.equal(Object.hasOwn(body, '__proto__'), true)
  assert.equal('polluted' in {}, false)
})
