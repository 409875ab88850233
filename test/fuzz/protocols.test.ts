import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isList, isObject } from '../../src/protocols/body-fields.ts'
import {
  type AnswerContext,
  type JsonObject,
  type JsonValue,
  type ModelRequest,
  type Part,
  ProtocolError,
  type StopReason,
  type StreamEvent,
  type Turn,
} from '../../src/protocols/index.ts'
import { collectEvents } from '../contract/protocol-fixtures/collect-answer.ts'
import { loadUnits } from '../contract/protocol-fixtures/load-units.ts'
import { fuzzRuns, fuzzSeed } from './fuzz-settings.ts'

/** Whatever a caller or an upstream sends, no reader throws anything but what it may, and nothing is lost unnamed. */

const settings = (runs: number) => ({ seed: fuzzSeed, numRuns: fuzzRuns(runs) })

const units = await loadUnits()

/** Text with what breaks framings: quotes, line ends, marks of events, characters of two units. */
const someText = fc
  .array(
    fc.constantFrom('a', ' ', '"', '\\', '\n', '\r', 'data: ', '[DONE]', 'é', '雨', '🜚', '\u2028'),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''))

/** Each text has a number of its own, so that it is found again. */
function numbered(): fc.Arbitrary<string> {
  return fc.tuple(fc.integer({ min: 0, max: 1e9 }), someText).map(([n, text]) => `<${n}>${text}`)
}

const textPart = numbered().map((text) => ({ kind: 'text' as const, text }))

interface Round {
  readonly question: readonly Part[]
  readonly said: readonly Part[]
  readonly calls: readonly { readonly x: number; readonly result: string }[]
}

const round: fc.Arbitrary<Round> = fc.record({
  question: fc.array(textPart, { minLength: 1, maxLength: 3 }),
  said: fc.array(textPart, { minLength: 1, maxLength: 2 }),
  calls: fc.array(fc.record({ x: fc.integer(), result: numbered() }), { maxLength: 3 }),
})

function turnsOf(rounds: readonly Round[]): readonly Turn[] {
  return rounds.flatMap(({ question, said, calls }, number) => {
    const made: readonly Part[] = calls.map(({ x }, index) => ({
      kind: 'tool-call',
      id: `call_${number}_${index}`,
      name: `tool_${index}`,
      arguments: JSON.stringify({ x }),
    }))
    const results: readonly Part[] = calls.map(({ result }, index) => ({
      kind: 'tool-result',
      id: `call_${number}_${index}`,
      name: `tool_${index}`,
      parts: [{ kind: 'text', text: result }],
      isError: false,
    }))
    return [
      { role: 'user' as const, parts: question },
      { role: 'assistant' as const, parts: [...said, ...made] },
      ...(results.length === 0 ? [] : [{ role: 'user' as const, parts: results }]),
    ]
  })
}

const anyRequest: fc.Arbitrary<ModelRequest> = fc
  .record({
    rounds: fc.array(round, { minLength: 1, maxLength: 3 }),
    last: textPart,
    system: fc.array(textPart, { maxLength: 2 }),
    maxOutputTokens: fc.integer({ min: 1, max: 100_000 }),
    temperature: fc.double({ min: 0, max: 1, noNaN: true }),
    isStream: fc.boolean(),
  })
  .map(({ rounds, last, system, ...rest }) => ({
    ...rest,
    model: 'asked',
    system,
    turns: [...turnsOf(rounds), { role: 'user', parts: [last] }],
    tools: [0, 1, 2].map((index) => ({
      kind: 'function',
      name: `tool_${index}`,
      description: 'A tool',
      parameters: { type: 'object', properties: { x: { type: 'integer' } } },
    })),
    unknown: {},
    written: new Map(),
  }))

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

const reasons: readonly StopReason[] = ['stop', 'max-tokens']

/** A valid stream: its parts in pieces. */
const anyStream = fc
  .record({
    thought: fc.array(someText, { maxLength: 3 }),
    text: fc.array(someText, { minLength: 1, maxLength: 4 }),
    calls: fc.array(fc.record({ x: someText, cut: fc.nat(20) }), { maxLength: 3 }),
    reason: fc.constantFrom(...reasons),
    output: fc.nat(),
  })
  .map(({ thought, text, calls, reason, output }) => {
    const events: StreamEvent[] = [{ kind: 'start', id: 'u1', model: 'wire', created: 5 }]
    let index = 0
    if (thought.length > 0) {
      events.push({ kind: 'part-start', index, part: { kind: 'thinking', text: '' } })
      for (const piece of thought) events.push({ kind: 'thinking', index, text: piece })
      events.push({ kind: 'part-end', index })
      index += 1
    }
    events.push({ kind: 'part-start', index, part: { kind: 'text', text: '' } })
    for (const piece of text) events.push({ kind: 'text', index, text: piece })
    events.push({ kind: 'part-end', index })
    for (const { x, cut } of calls) {
      index += 1
      const args = JSON.stringify({ x })
      const part = { kind: 'tool-call', id: `call_${index}`, name: 'tool', arguments: '' } as const
      events.push({ kind: 'part-start', index, part })
      for (const piece of [args.slice(0, cut), args.slice(cut)])
        if (piece !== '') events.push({ kind: 'arguments', index, text: piece })
      events.push({ kind: 'part-end', index })
    }
    const stop = { reason: calls.length > 0 ? ('tool-calls' as const) : reason, raw: null }
    const usage = { input: 7, output, cacheRead: null, cacheWrite: null, reasoning: null }
    return [...events, { kind: 'stop', stop }, { kind: 'usage', usage }, { kind: 'end' }] as const
  })

for (const { codec, fixture } of units) {
  describe(codec.protocol, () => {
    test('a request of any conversation is read as it was written', () => {
      fc.assert(
        fc.property(anyRequest, (request) => {
          const { body } = codec.writeRequest(request, { model: 'wire', maxOutputTokens: null })
          const read = codec.readRequest(body)
          const again = codec.writeRequest(read, { model: 'wire', maxOutputTokens: null })
          assert.deepEqual(plain(again.body), plain(body))
          const texts = JSON.stringify([read.system, read.turns])
          for (const text of textsOf(request)) {
            const found = texts.split(JSON.stringify(text).slice(1, -1)).length - 1
            assert.ok(found >= 1, `${text} is gone`)
          }
          assert.deepEqual(linksOf(read), linksOf(request))
          // A temperature that a model has unasked need not be written.
          assert.equal(read.temperature ?? 1, request.temperature)
        }),
        settings(150),
      )
    })

    test('a stream of any answer is read as it was written', () => {
      fc.assert(
        fc.property(anyStream, fc.nat(400), (events, cut) => {
          const writer = codec.createWriter(context)
          const text = events.map((event) => writer.write(event)).join('')
          const bytes = Buffer.from(text, codec.streamEncoding ?? 'utf8')
          const reader = codec.createReader()
          const read = [
            ...reader.push(bytes.subarray(0, cut)),
            ...reader.push(bytes.subarray(cut)),
            ...reader.finish(),
          ]
          const { text: said, thinking, toolCalls, stop, isEnded } = collectEvents(read)
          const expected = collectEvents(events)
          assert.equal(said, expected.text)
          assert.equal(thinking, expected.thinking)
          assert.deepEqual(
            toolCalls.map((call) => JSON.parse(call.arguments) as unknown),
            expected.toolCalls.map((call) => JSON.parse(call.arguments) as unknown),
          )
          assert.equal(stop?.reason, expected.stop?.reason)
          assert.ok(isEnded)
        }),
        settings(150),
      )
    })

    test('a request with anything in place of anything is read or refused by its path', () => {
      const bodies = [...fixture.requests.map(({ body }) => body), fixture.conversation]
      fc.assert(
        fc.property(mutated(bodies), (body) => {
          assert.ok(isObject(body))
          try {
            const request = codec.readRequest(body)
            codec.writeRequest(request, { model: 'wire', maxOutputTokens: null })
            for (const { codec: target } of units)
              target.writeRequest(request, { model: 'wire', maxOutputTokens: 5 })
          } catch (error) {
            assert.ok(error instanceof ProtocolError, String(error))
          }
        }),
        settings(800),
      )
    })

    test('an answer with anything in place of anything is read or refused', () => {
      fc.assert(
        fc.property(mutated(fixture.answers.map(({ body }) => body)), (body) => {
          assert.ok(isObject(body))
          try {
            const answer = codec.readAnswer(body)
            for (const { codec: target } of units) target.writeAnswer(answer, context)
          } catch (error) {
            assert.ok(error instanceof ProtocolError, String(error))
          }
        }),
        settings(500),
      )
    })

    test('a stream with any damage gives events, and never throws', () => {
      const streams = [...fixture.streams, ...fixture.brokenStreams].map(({ bytes }) => bytes)
      fc.assert(
        fc.property(damaged(streams), (bytes) => {
          const reader = codec.createReader()
          const events = [...reader.push(bytes), ...reader.finish()]
          const isOver = events.findIndex(({ kind }) => kind === 'end' || kind === 'error')
          assert.ok(isOver === -1 || isOver === events.length - 1, 'something after the end')
        }),
        settings(800),
      )
    })

    test('an event of a stream with anything in place of anything never throws', () => {
      const chunks = fixture.streams.flatMap(({ bytes }) => payloads(bytes))
      if (chunks.length === 0) return
      fc.assert(
        fc.property(fc.array(mutated(chunks), { minLength: 1, maxLength: 6 }), (events) => {
          const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
          const reader = codec.createReader()
          const read = [...reader.push(new TextEncoder().encode(text)), ...reader.finish()]
          for (const { codec: target } of units) {
            const writer = target.createWriter(context)
            for (const event of read) writer.write(event)
          }
        }),
        settings(500),
      )
    })

    test('an error may be anything', () => {
      fc.assert(
        fc.property(fc.integer({ min: 200, max: 599 }), fc.jsonValue(), (status, body) => {
          assert.equal(codec.readError(status, JSON.stringify({ error: body })).status, status)
          assert.equal(codec.readError(status, JSON.stringify(body)).status, status)
        }),
        settings(300),
      )
    })
  })
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function textsOf({ system, turns }: ModelRequest): readonly string[] {
  const parts = [...system, ...turns.flatMap((turn) => turn.parts)]
  return parts.flatMap((part) => {
    if (part.kind === 'text') return [part.text]
    return part.kind === 'tool-result'
      ? part.parts.map((one) => (one.kind === 'text' ? one.text : ''))
      : []
  })
}

/** Which call each result answers, by position. */
function linksOf({ turns }: ModelRequest): readonly unknown[] {
  const parts = turns.flatMap((turn) => turn.parts)
  const calls = parts.filter((part) => part.kind === 'tool-call')
  return parts
    .filter((part) => part.kind === 'tool-result')
    .map(({ id }) => calls.findIndex((call) => call.id === id))
}

/** A value from the list with one value in it replaced. */
function mutated(values: readonly JsonValue[]): fc.Arbitrary<JsonValue> {
  const other = fc.oneof(
    fc.constantFrom<JsonValue>(null, '', 0, -1, 1.5, true, [], {}, [null], [[]], { type: 'x' }),
    fc.jsonValue().map((value) => value as JsonValue),
  )
  return fc.tuple(fc.constantFrom(...values), fc.nat(), other).map(([value, at, replacement]) => {
    const paths = pathsIn(value).filter((path) => path.length > 0)
    const path = paths[at % Math.max(1, paths.length)]
    return path === undefined ? value : replaced(value, path, replacement)
  })
}

type Path = readonly (string | number)[]

function pathsIn(value: JsonValue, path: Path = []): readonly Path[] {
  const members: readonly (readonly [string | number, JsonValue])[] = isList(value)
    ? value.map((item, index) => [index, item])
    : isObject(value)
      ? Object.entries(value)
      : []
  return [path, ...members.flatMap(([name, member]) => pathsIn(member, [...path, name]))]
}

function replaced(value: JsonValue, [name, ...inner]: Path, other: JsonValue): JsonValue {
  if (name === undefined) return other
  if (isList(value))
    return value.map((item, index) => (index === name ? replaced(item, inner, other) : item))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    key === name ? replaced(member, inner, other) : member,
  ])
  return Object.fromEntries(entries) as JsonObject
}

/** Bytes of a stream with some changed, left out or told twice. */
function damaged(streams: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const damage = fc.record({
    at: fc.nat(),
    length: fc.nat(30),
    put: fc.uint8Array({ maxLength: 5 }),
    isTwice: fc.boolean(),
  })
  return fc
    .tuple(fc.constantFrom(...streams), fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([stream, list]) => {
      let bytes = Buffer.from(stream)
      for (const { at, length, put, isTwice } of list) {
        const start = at % Math.max(1, bytes.length)
        const rest = isTwice ? start : start + length
        bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(rest)])
      }
      return bytes
    })
}

/** What the events of a text stream carry; none in a stream of frames. */
function payloads(bytes: Uint8Array): readonly JsonValue[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => {
      try {
        return JSON.parse(line.slice(6)) as JsonValue
      } catch {
        return null
      }
    })
    .filter((value) => value !== null)
}
