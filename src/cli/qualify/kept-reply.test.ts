import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptReply } from './kept-reply.ts'

function reply(status: number, headers: Record<string, string> = {}, body: unknown = {}) {
  return keptReply({
    status,
    header: (name) => headers[name] ?? null,
    body: JSON.stringify(body),
    tries: 1,
  })
}

const kept = {
  id: 'c1',
  state: 'answered',
  askedAt: '2026-11-25T10:00:00.000Z',
  answeredAt: '2026-11-25T10:00:01.500Z',
  status: 429,
  headers: { 'holdfast-served-model': 'a/one' },
  encoding: 'base64',
  body: Buffer.from('{"ok": true}').toString('base64'),
}

test('a kept answer is the one that the caller would have had', () => {
  const found = reply(200, {}, kept)
  assert.equal(found?.kind, 'kept')
  assert.ok(found?.kind === 'kept')
  const { answer } = found
  assert.deepEqual([answer.status, answer.body, answer.ms], [429, '{"ok": true}', 1_500])
  assert.equal(answer.header('holdfast-served-model'), 'a/one')
  assert.equal(answer.header('holdfast-route'), null)
})

test('one under way, and what cannot be read, is nothing yet', () => {
  assert.equal(reply(202, {}, { state: 'under-way' }), null)
  assert.equal(reply(200, {}, { state: 'answered' }), null)
  assert.equal(reply(500), null)
})

test('an unknown call was surely never made only where the gateway keeps all since before it', () => {
  const isNew = (headers: Record<string, string>, claimedAt: string): boolean => {
    const found = reply(404, headers)
    assert.ok(found?.kind === 'unknown')
    return found.isSurelyNew(claimedAt)
  }
  const since = { 'holdfast-kept-since': '2026-11-25T10:00:00.000Z' }
  assert.equal(isNew(since, '2026-11-25T10:00:00.001Z'), true)
  assert.equal(isNew(since, '2026-11-25T09:59:59.999Z'), false)
  assert.equal(isNew({}, '2026-11-25T10:00:00.001Z'), false)
  // A gateway whose clock is an hour behind says so by its date.
  const behind = { ...since, date: new Date(Date.now() - 3_600_000).toUTCString() }
  assert.equal(isNew(behind, '2026-11-25T10:30:00.000Z'), false)
  const denied = reply(403)
  assert.ok(denied?.kind === 'unknown' && !denied.isSurelyNew('2026-11-25T10:00:00.001Z'))
})
