import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentDigester, contentDigests } from '../../src/ledger/index.ts'
import { gatewayLimits } from './limits.ts'
import { SentBytes } from './sent-bytes.ts'

const keys = { ids: Buffer.alloc(32, 1), contents: Buffer.alloc(32, 2) }
const digestOf = contentDigester(keys)
const digestParts = contentDigests(keys)

test('the digest of a stream is that of its bytes in one piece, however it was cut', () => {
  for (const [length, size] of [
    [0, 1],
    [1, 1],
    [300_000, 999],
    [300_000, 70_000],
  ] as const) {
    const whole = Buffer.alloc(length, 'täglich ')
    const sent = new SentBytes({ digestOf, digestParts, isKept: false })
    for (let at = 0; at < length; at += size) sent.add(whole.subarray(at, at + size))
    assert.equal(sent.digest(), digestOf(whole))
    assert.equal(sent.bytes, length)
    assert.equal(sent.kept().length, 0)
  }
})

test('texts count by their bytes', () => {
  const sent = new SentBytes({ digestOf, digestParts, isKept: true })
  sent.add('für ')
  sent.add(Buffer.from('alle'))
  assert.equal(sent.digest(), digestOf('für alle'))
  assert.equal(sent.kept().toString(), 'für alle')
})

test('what is kept ends at the limit, what is digested and counted does not', () => {
  const sent = new SentBytes({ digestOf, digestParts, isKept: true })
  const part = Buffer.alloc(100_000, 'x')
  for (let count = 0; count < 5; count += 1) sent.add(part)
  assert.equal(sent.kept().length, gatewayLimits.keptBytesMax)
  assert.equal(sent.bytes, 500_000)
  assert.equal(sent.digest(), digestOf(Buffer.alloc(500_000, 'x')))
})

test('without a key there is no digest', () => {
  const sent = new SentBytes({ digestOf: null, digestParts: null, isKept: false })
  sent.add('something')
  assert.equal(sent.digest(), null)
})
