import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceParentOf, traceParentText } from './trace-context.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

test('a traceparent is read and written the same', () => {
  for (const flags of ['00', '01']) {
    const read = traceParentOf(`00-${trace}-${span}-${flags}`)
    assert.deepEqual(read, { trace, span, isSampled: flags === '01' })
    assert.equal(read === null ? null : traceParentText(read), `00-${trace}-${span}-${flags}`)
  }
})

test('of a later version what is known counts', () => {
  assert.deepEqual(traceParentOf(`cc-${trace}-${span}-03-what-the-future-will-be`), {
    trace,
    span,
    isSampled: true,
  })
})

test('what the standard says is none, is none', () => {
  for (const written of [
    undefined,
    '',
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-more`,
    `ff-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
  ])
    assert.equal(traceParentOf(written), null, written)
})
