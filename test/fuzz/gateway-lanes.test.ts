import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteLane, type Lane, translatedLane } from '../../src/gateway/lane.ts'
import type { AnswerContext, StreamEvent } from '../../src/protocols/index.ts'
import { loadUnits } from '../contract/protocol-fixtures/load-units.ts'
import { fuzzRuns, fuzzSeed } from './fuzz-settings.ts'

/** However the network cuts a provider's stream, the caller gets the same bytes, and the gateway reads the same events. */

const settings = (runs: number) => ({ seed: fuzzSeed, numRuns: fuzzRuns(runs) })

const units = await loadUnits()
const inbound = units.filter(({ codec }) =>
  ['openai-chat', 'openai-responses', 'anthropic-messages'].includes(codec.protocol),
)

const context: AnswerContext = {
  id: 'answer-1',
  model: 'vendor/served',
  created: 1_781_270_400,
  request: {
    model: 'm',
    isStream: true,
    system: [],
    turns: [],
    tools: [],
    streamUsage: true,
    unknown: {},
    written: new Map(),
  },
}

interface Carried {
  readonly out: Buffer
  readonly events: readonly StreamEvent[]
}

/** Whether the last event lacks its empty line, or has half of it, makes no difference. */
function withoutEnd(stream: Buffer): string {
  return String(stream).replace(/[\r\n]+$/, '')
}

/** Behind the last empty line. */
function lastEventEnd(stream: Buffer): number {
  return Math.max(
    ...['\n\n', '\r\n\r\n', '\r\r'].map((end) => stream.lastIndexOf(end) + end.length),
  )
}

function carried(lane: Lane, chunks: readonly Buffer[]): Carried {
  // A sign of life says nothing, and does not stand anywhere in particular.
  const steps = [...chunks.flatMap((chunk) => lane.push(chunk)), ...lane.finish()].filter(
    ({ events, out }) => out.length > 0 && !(typeof out === 'string' && events.every(isPing)),
  )
  return {
    out: Buffer.concat(steps.map(({ out }) => Buffer.from(out))),
    events: steps.flatMap(({ events }) => events.filter((event) => !isPing(event))),
  }
}

function isPing({ kind }: StreamEvent): boolean {
  return kind === 'ping'
}

/** A stream in pieces; a place that stands in the list twice gives an empty one. */
function pieces(bytes: Uint8Array, places: readonly number[]): readonly Buffer[] {
  const whole = Buffer.from(bytes)
  const cuts = places.map((place) => place % (whole.length + 1)).toSorted((a, b) => a - b)
  return [0, ...cuts].map((from, index) => whole.subarray(from, cuts[index] ?? whole.length))
}

const places = fc.array(fc.nat(), { maxLength: 40 })
const framing = fc.constantFrom('plain', 'crlf', 'cr')

function framed(bytes: Uint8Array, how: 'plain' | 'crlf' | 'cr'): Buffer {
  if (how === 'plain') return Buffer.from(bytes)
  return Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .replaceAll('\n', how === 'cr' ? '\r' : '\r\n'),
  )
}

for (const { codec, fixture } of units)
  describe(codec.protocol, () => {
    const streams = [...fixture.streams, ...fixture.brokenStreams]
    const isText = codec.streamEncoding === undefined

    for (const { codec: target } of inbound)
      test(`translated into ${target.protocol}, the bytes do not depend on how the stream was cut`, () => {
        const lane = () => translatedLane(codec.createReader(), target.createWriter(context))
        fc.assert(
          fc.property(fc.constantFrom(...streams), places, framing, ({ bytes }, cuts, how) => {
            const stream = isText ? framed(bytes, how) : Buffer.from(bytes)
            const whole = carried(lane(), [stream])
            const cut = carried(lane(), pieces(stream, cuts))
            assert.equal(String(cut.out), String(whole.out))
            assert.deepEqual(cut.events, whole.events)
          }),
          settings(60),
        )
      })

    if (isText)
      test('forwarded as it came, every byte goes out, and it is read alike', () => {
        fc.assert(
          fc.property(fc.constantFrom(...streams), places, framing, ({ bytes }, cuts, how) => {
            const stream = framed(bytes, how)
            const whole = carried(byteLane(codec.createReader()), [stream])
            const cut = carried(byteLane(codec.createReader()), pieces(stream, cuts))
            assert.equal(withoutEnd(cut.out), withoutEnd(whole.out))
            assert.deepEqual(cut.events, whole.events)
            // Only half an event at the end stays away.
            const isWhole = withoutEnd(whole.out) === withoutEnd(stream)
            assert.ok(isWhole || whole.out.equals(stream.subarray(0, lastEventEnd(stream))))
          }),
          settings(100),
        )
      })
  })
