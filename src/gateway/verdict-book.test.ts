import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerdictRecord } from '../schema/verdict.ts'
import { VerdictBook } from './verdict-book.ts'

const digest = `sha256:${'0'.repeat(64)}`
const at = '2026-11-25T12:00:00.000Z'

function verdict(
  change: Partial<Omit<VerdictRecord, 'key'>> = {},
  key: Partial<VerdictRecord['key']> = {},
): VerdictRecord {
  return {
    schemaVersion: 1,
    trial: 'trial-1',
    key: {
      workflow: 'review',
      model: 'pear/pear-2',
      route: 'eu',
      servedModel: 'pear-2-0601',
      promptDigest: digest,
      toolsDigest: digest,
      gradersDigest: digest,
      ...key,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-11-01T00:00:00Z',
    validUntil: '2026-12-01T00:00:00Z',
    invalidatedBy: null,
    ...change,
  }
}

const isQualified = (verdicts: readonly VerdictRecord[], when = at) =>
  new VerdictBook(verdicts).find('review', 'pear/pear-2', 'eu', when) !== null

test('a verdict counts for its work, model and route until its last instant', () => {
  const book = new VerdictBook([verdict()])
  assert.notEqual(book.find('review', 'pear/pear-2', 'eu', at), null)
  assert.equal(book.find('triage', 'pear/pear-2', 'eu', at), null)
  assert.equal(book.find('review', 'pear/pear-3', 'eu', at), null)
  assert.equal(book.find('review', 'pear/pear-2', 'us', at), null)
  assert.ok(isQualified([verdict()], '2026-11-30T23:59:59.999Z'))
  assert.ok(!isQualified([verdict()], '2026-12-01T00:00:00.000Z'))
})

test('the newest finding counts, and a trial that found nothing leaves it in force', () => {
  const later = { trial: 'trial-2', decidedAt: '2026-11-20T00:00:00.000Z' }
  for (const word of ['INCONCLUSIVE', 'INVALID', 'EXPIRED'] as const)
    assert.ok(isQualified([verdict({ ...later, verdict: word }), verdict()]), word)
  assert.ok(!isQualified([verdict({ ...later, verdict: 'NOT_QUALIFIED' }), verdict()]))
  const worse = verdict({ verdict: 'NOT_QUALIFIED' })
  assert.ok(isQualified([verdict(later), worse]))
})

test('a verdict that was ended in one of two places is ended, in whatever order', () => {
  const ended = verdict({ invalidatedBy: 'prompt-changed' })
  assert.ok(!isQualified([verdict(), ended]))
  assert.ok(!isQualified([ended, verdict()]))
})

test('another name from the provider ends all verdicts of the model over this route, and tells each once', () => {
  const other = verdict({ trial: 'trial-2' }, { workflow: 'triage' })
  const elsewhere = verdict({ trial: 'trial-3' }, { route: 'us' })
  const book = new VerdictBook([verdict(), other, elsewhere])
  const lane = 'pear/pear-2@eu'
  assert.deepEqual(book.end(lane, 'pear-2-0601'), [])
  assert.deepEqual(book.end(lane, ''), [])
  assert.notEqual(book.find('review', 'pear/pear-2', 'eu', at), null)
  const ended = book.end(lane, 'pear-2-1101').map(({ trial }) => trial)
  assert.deepEqual(ended, ['trial-1', 'trial-2'])
  assert.deepEqual(book.end(lane, 'pear-2-1101'), [])
  assert.equal(book.find('review', 'pear/pear-2', 'eu', at), null)
  assert.equal(book.find('triage', 'pear/pear-2', 'eu', at), null)
  assert.notEqual(book.find('review', 'pear/pear-2', 'us', at), null)
})

test('where no name was told when it was tried, none ends it', () => {
  const book = new VerdictBook([verdict({}, { servedModel: 'pear/pear-2' })])
  assert.deepEqual(book.end('pear/pear-2@eu', 'pear-2-1101'), [])
})
