import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTraceParent } from '@opentelemetry/core'
import fc from 'fast-check'
import { traceParentOf } from '../../src/gateway/traces/trace-context.ts'

/** OpenTelemetry's own reader of `traceparent`, which is loaded only where something is traced, reads the same. */

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...Array.from('0123456789abcdef')), {
      minLength: length,
      maxLength: length,
    })
    .map((digits) => digits.join(''))
const part = (length: number) =>
  fc.oneof({ weight: 8, arbitrary: hex(length) }, fc.constant('0'.repeat(length)), fc.string())
const header = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom('00', '01', 'cc', 'ff') }, fc.string()),
    part(32),
    part(16),
    part(2),
    fc.constantFrom('', '', '', '-more'),
  )
  .map(([version, trace, span, flags, more]) => `${version}-${trace}-${span}-${flags}${more}`)
  // As Node hands out a header line.
  .map((written) => written.trim())

test('a traceparent is read as OpenTelemetry reads it', () => {
  fc.assert(
    fc.property(header, (written) => {
      const theirs = parseTraceParent(written)
      const ours = traceParentOf(written)
      assert.equal(ours?.trace, theirs?.traceId)
      assert.equal(ours?.span, theirs?.spanId)
      if (theirs !== null) assert.equal(ours?.isSampled, (theirs.traceFlags & 1) === 1)
    }),
    { numRuns: 2_000 },
  )
})
