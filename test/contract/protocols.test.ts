import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isList, isObject } from '../../src/protocols/body-fields.ts'
import { codecs } from '../../src/protocols/codecs.ts'
import {
  type Answer,
  type AnswerContext,
  type Feature,
  features,
  type JsonObject,
  type JsonValue,
  type ModelRequest,
  type Part,
  planTranslation,
  type ProtocolCodec,
  ProtocolError,
  type StopReason,
  type StreamEvent,
  type StreamReader,
  type WriteOptions,
} from '../../src/protocols/index.ts'
import {
  type CollectedAnswer,
  collectEvents,
  collectParts,
} from './protocol-fixtures/collect-answer.ts'
import { featureRequests } from './protocol-fixtures/feature-requests.ts'
import { bareCodecs, loadUnits } from './protocol-fixtures/load-units.ts'
import { conversation, type ReadAnswer } from './protocol-fixtures/protocol-fixture.ts'

/** Every wire format does what the contract in src/protocols/protocol-codec.ts says, alone and in every pair. */

const units = await loadUnits()

const pairs = units.flatMap((source) => units.map((target) => ({ source, target })))

const options: WriteOptions = { model: 'wire-model', maxOutputTokens: null }

const plainRequest: ModelRequest = {
  model: 'vendor/asked',
  isStream: true,
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  tools: [],
  streamUsage: true,
  unknown: {},
  written: new Map(),
}

const context: AnswerContext = {
  id: 'answer-1',
  model: 'vendor/served',
  created: 1_781_270_400,
  request: plainRequest,
}

test('every codec has a fixture', () => {
  assert.deepEqual(
    bareCodecs.map(({ protocol }) => protocol),
    [],
  )
})

test('the list of codecs is sorted and names every folder', () => {
  const names = Object.keys(codecs)
  assert.deepEqual(names, names.toSorted())
  for (const [name, codec] of Object.entries(codecs)) assert.equal(codec.protocol, name)
  const folders = readdirSync(join(import.meta.dirname, '../../src/protocols'), {
    withFileTypes: true,
  })
  const unlisted = folders
    .filter((entry) => entry.isDirectory() && entry.name !== 'embeddings')
    .map(({ name }) => name)
    .filter((name) => !names.includes(name))
  assert.deepEqual(unlisted, [])
})

for (const { codec, fixture } of units) {
  describe(codec.protocol, () => {
    for (const { name, body } of fixture.requests) {
      test(`a request comes back as it was: ${name}`, () => {
        const request = codec.readRequest(body)
        assert.equal(request.protocol, codec.protocol)
        const written = codec.writeRequest(request, { ...options, model: request.model })
        assert.deepEqual(withoutUndefined(written.body), body)
        assert.deepEqual(planTranslation(request, codec), { lost: [], refused: [] })
      })

      test(`a member that nobody knows is seen wherever it stands: ${name}`, () => {
        const whole = comparable(codec.readRequest(body))
        for (const path of objectsIn(body)) {
          const more = withMember(body, path, 'unheard_of') as JsonObject
          assert.notDeepEqual(readOrNull(codec, more), whole, `unseen within ${path.join('.')}`)
        }
      })

      test(`a member that nobody knows is named wherever the request goes: ${name}`, () => {
        const request = codec.readRequest({ ...body, unheard_of: { of: 'marker' } })
        for (const target of units.filter((unit) => unit.codec !== codec)) {
          const { lost } = planTranslation(request, target.codec)
          assert.ok(lost.includes('unheard_of'), `${target.codec.protocol}: ${lost.join(', ')}`)
        }
      })
    }

    test('what a reader refuses, it refuses by its path', () => {
      for (const body of [{}, { model: 7 }, { model: 'm', messages: 'x', input: 7, contents: 'x' }])
        assert.throws(
          () => codec.readRequest(body),
          (error) => error instanceof ProtocolError,
          JSON.stringify(body),
        )
    })

    for (const answer of fixture.answers) {
      test(`an answer is read: ${answer.name}`, () => {
        checkAnswer(collectWhole(codec.readAnswer(answer.body)), answer)
      })
    }

    test('what is no answer is refused', () => {
      for (const body of [{}, { error: { message: 'x' } }, { choices: [] }])
        assert.throws(() => codec.readAnswer(body), ProtocolError)
    })

    for (const stream of fixture.streams) {
      test(`a stream is read: ${stream.name}`, () => {
        const collected = collectEvents(readWhole(codec, stream.bytes))
        assert.equal(collected.error, null)
        assert.ok(collected.isEnded)
        checkAnswer(collected, stream)
      })

      test(`a stream gives the same events wherever it is cut: ${stream.name}`, () => {
        checkEveryCut(codec, stream.bytes)
      })

      test(`a stream that stops before its end is not ended: ${stream.name}`, () => {
        const whole = collectEvents(readWhole(codec, stream.bytes))
        for (const length of lengthsOf(stream.bytes)) {
          const read = collectEvents(readWhole(codec, stream.bytes.subarray(0, length)))
          if (!read.isEnded || stream.saysEndEarly === true) continue
          // Only marks and counts were cut off.
          assert.equal(read.text, whole.text)
          assert.deepEqual(read.toolCalls, whole.toolCalls)
        }
      })

      test(`a stream comes back as it was: ${stream.name}`, () => {
        const events = readWhole(codec, stream.bytes)
        checkAnswer(throughStream(events, codec), stream)
      })

      test(`a stream whose writer fails does not look ended: ${stream.name}`, () => {
        const events = readWhole(codec, stream.bytes)
        for (let count = 1; count < events.length; count += 1) {
          const writer = codec.createWriter(context)
          const parts = events.slice(0, count).map((event) => writer.write(event))
          if (events.slice(0, count).some(({ kind }) => kind === 'end')) break
          const failure = writer.fail({ status: 502, type: 'server_error', message: 'It broke.' })
          assert.ok(failure.includes('It broke.'))
          for (const event of events.slice(count)) assert.equal(writer.write(event), '')
          const text = [...parts, failure].join('')
          const read = collectEvents(readWhole(codec, encoded(codec, text)))
          assert.equal(read.isEnded, false)
          assert.ok(read.error?.message.includes('It broke.'))
        }
      })
    }

    for (const broken of fixture.brokenStreams) {
      test(`a broken stream is never ended: ${broken.name}`, () => {
        const read = collectEvents(readWhole(codec, broken.bytes))
        assert.equal(read.isEnded, false)
        assert.equal(read.error?.class ?? null, broken.class)
        checkEveryCut(codec, broken.bytes)
      })
    }

    for (const error of fixture.errors) {
      test(`an error has its class: ${error.name}`, () => {
        const read = codec.readError(error.status, error.body)
        assert.equal(read.class, error.class, read.message)
        assert.equal(read.status, error.status)
        assert.notEqual(read.message, '')
      })
    }

    test('an error may be anything', () => {
      for (const body of ['', 'null', '[]', '""', '7', '{"error":null}', '{"error":[]}', '\u0000<'])
        for (const status of [400, 401, 404, 429, 500, 200])
          assert.equal(codec.readError(status, body).status, status)
    })

    test('an error of ours has its type, its message and its details in one object', () => {
      const detail = { directive: 'us-bis-2026-06-12', permitted: ['alibaba/qwen3-32b'] }
      const written = codec.writeError({
        status: 403,
        type: 'model_not_permitted',
        message: 'Not for you.',
        detail,
      })
      assert.equal(written.status, 403)
      const { error } = written.body
      assert.ok(typeof error === 'object' && error !== null)
      const members = error as JsonObject
      assert.equal(members['message'], 'Not for you.')
      assert.deepEqual(members['permitted'], detail.permitted)
      assert.equal(members['directive'], detail.directive)
      assert.ok(JSON.stringify(members).includes('model_not_permitted'))
      assert.equal(codec.readError(403, JSON.stringify(written.body)).message, 'Not for you.')
    })

    test('a comment is no event', () => {
      const writer = codec.createWriter(context)
      const text = writer.comment('holdfast resumed\r\n\r\ndata: x')
      const events = readWhole(codec, encoded(codec, text))
      assert.ok(events.every(({ kind }) => kind === 'ping'))
    })

    for (const feature of features) {
      test(`${feature} is ${codec.carries[feature]}`, () => checkFeature(codec, feature))
    }
  })
}

for (const { source, target } of pairs) {
  describe(`${source.codec.protocol} to ${target.codec.protocol}`, () => {
    test('a conversation says the same', () => {
      const request = source.codec.readRequest(source.fixture.conversation)
      checkConversation(request)
      const isStopLost = request.stop !== undefined && target.codec.carries.stop === 'lost'
      assert.deepEqual(planTranslation(request, target.codec), {
        lost: isStopLost ? [request.written.get('stop')] : [],
        refused: [],
      })
      const { body } = target.codec.writeRequest(request, options)
      checkConversation(target.codec.readRequest(body))
    })

    for (const answer of source.fixture.answers) {
      test(`an answer says the same: ${answer.name}`, () => {
        const read = source.codec.readAnswer(answer.body)
        const body = target.codec.writeAnswer(read, context)
        checkAnswer(collectWhole(target.codec.readAnswer(body)), answer, target.codec)
      })
    }

    for (const stream of source.fixture.streams) {
      test(`a stream says the same: ${stream.name}`, () => {
        const events = readWhole(source.codec, stream.bytes)
        checkAnswer(throughStream(events, target.codec), stream, target.codec)
      })
    }
  })
}

function readWhole(codec: ProtocolCodec, bytes: Uint8Array): readonly StreamEvent[] {
  const reader = codec.createReader()
  return [...reader.push(bytes), ...reader.finish()]
}

/** In two pieces at every place, and byte by byte. Signs of life are told as they come, so they may differ. */
function checkEveryCut(codec: ProtocolCodec, bytes: Uint8Array): void {
  const whole = essential(readWhole(codec, bytes))
  for (let at = 0; at <= bytes.length; at += 1) {
    const reader = codec.createReader()
    const events = [...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at))]
    assert.equal(essential([...events, ...reader.finish()]), whole, `cut at ${at}`)
  }
  assert.equal(essential(byteByByte(codec.createReader(), bytes)), whole, 'byte by byte')
}

/** Lengths of pieces: about a thousand, and every one near the end. */
function lengthsOf({ length }: Uint8Array): readonly number[] {
  const step = Math.max(1, Math.floor(length / 1000))
  return [...Array(length).keys()].filter((one) => one % step === 0 || one > length - 60)
}

function byteByByte(reader: StreamReader, bytes: Uint8Array): readonly StreamEvent[] {
  // The same buffer each time, as a socket may do it.
  const buffer = new Uint8Array(1)
  const events: StreamEvent[] = []
  for (const byte of bytes) {
    buffer[0] = byte
    events.push(...reader.push(buffer))
  }
  return [...events, ...reader.finish()]
}

/** As text, which compares fast. */
function essential(events: readonly StreamEvent[]): string {
  return JSON.stringify(events.filter(({ kind }) => kind !== 'ping'))
}

function encoded(codec: ProtocolCodec, text: string): Uint8Array {
  return Buffer.from(text, codec.streamEncoding ?? 'utf8')
}

function throughStream(events: readonly StreamEvent[], target: ProtocolCodec): CollectedAnswer {
  const writer = target.createWriter(context)
  const text = events.map((event) => writer.write(event)).join('')
  const collected = collectEvents(readWhole(target, encoded(target, text)))
  assert.equal(collected.error, null)
  assert.ok(collected.isEnded)
  return collected
}

function collectWhole({ parts, stop, usage }: Answer): CollectedAnswer {
  return collectParts(parts, { stop, usage })
}

/** `through`: the protocol that it went through; some have no ids of calls. */
function checkAnswer(
  collected: CollectedAnswer,
  expected: ReadAnswer,
  through?: ProtocolCodec,
): void {
  assert.equal(collected.text, expected.text)
  assert.equal(collected.thinking, expected.thinking ?? '')
  const calls = collected.toolCalls.map(({ name, arguments: text }) => [name, argumentsIn(text)])
  const expectedCalls = expected.toolCalls.map((call) => [call.name, argumentsIn(call.arguments)])
  assert.deepEqual(calls, expectedCalls)
  const ids = collected.toolCalls.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length, 'ids of calls differ')
  if (through?.protocol !== 'gemini')
    for (const [index, { id }] of expected.toolCalls.entries())
      if (id !== undefined) assert.equal(ids[index], id)
  assert.equal(stopWord(collected.stop?.reason, through), stopWord(expected.stop, through))
  const { input, output, cacheRead } = expected.usage
  assert.equal(collected.usage?.input, input)
  assert.equal(collected.usage?.output, output)
  assert.equal(collected.usage?.cacheRead ?? 0, cacheRead ?? 0)
}

/** Some protocols have one word for a model that refuses and a filter that stops it. */
function stopWord(reason: StopReason | undefined, through: ProtocolCodec | undefined): unknown {
  return through !== undefined && reason === 'content-filter' ? 'refusal' : reason
}

function argumentsIn(text: string): unknown {
  return text === '' ? {} : JSON.parse(text)
}

function checkConversation(request: ModelRequest): void {
  assert.equal(request.system.map(({ text }) => text).join('|'), conversation.system)
  const said = request.turns.flatMap(({ role, parts }) => parts.map((part) => saying(role, part)))
  const call = request.turns.flatMap(({ parts }) => parts).find((part) => part.kind === 'tool-call')
  assert.deepEqual(said, [
    ['user', conversation.question],
    ['assistant', conversation.preamble],
    ['call', conversation.call.name, JSON.parse(conversation.call.arguments)],
    ['result', call?.id, JSON.parse(conversation.result)],
    ['user', conversation.followUp],
  ])
  const [tool] = request.tools
  assert.ok(tool?.kind === 'function')
  assert.equal(tool.name, conversation.tool.name)
  assert.equal(tool.description, conversation.tool.description)
  assert.deepEqual(tool.parameters, conversation.tool.parameters)
  assert.equal(request.maxOutputTokens, conversation.maxOutputTokens)
  assert.equal(request.temperature, conversation.temperature)
  // One protocol has no word for it.
  if (request.stop !== undefined) assert.deepEqual(request.stop, conversation.stop)
}

function saying(role: string, part: Part): readonly unknown[] {
  if (part.kind === 'text') return [role, part.text]
  if (part.kind === 'tool-call') return ['call', part.name, argumentsIn(part.arguments)]
  if (part.kind !== 'tool-result') return [part.kind]
  const result = part.parts.map((inner) => (inner.kind === 'text' ? inner.text : '')).join('')
  return ['result', part.id, JSON.parse(result)]
}

/** The table tells what really happens. */
function checkFeature(codec: ProtocolCodec, feature: Feature): void {
  const { with: used, without: plain, marker } = featureRequests[feature]
  const plan = planTranslation(used, codec)
  const carriage = codec.carries[feature]
  assert.equal(plan.lost.includes(feature), carriage === 'lost', 'named as lost')
  assert.equal(plan.refused.includes(feature), carriage === 'refused', 'named as refused')
  if (carriage === 'refused') return
  const written = JSON.stringify(codec.writeRequest(used, options))
  const bare = JSON.stringify(codec.writeRequest(plain, options))
  if (carriage === 'lost') assert.equal(written, bare, 'nothing of it is written')
  else assert.notEqual(written, bare, 'it is written')
  if (marker !== null) assert.equal(written.includes(marker), carriage === 'carried')
}

/** Requests without what depends on the order of reading. */
function comparable(request: ModelRequest): unknown {
  const { written: _written, ...rest } = request
  return withoutUndefined(rest)
}

function readOrNull(codec: ProtocolCodec, body: JsonObject): unknown {
  try {
    return comparable(codec.readRequest(body))
  } catch (error) {
    assert.ok(error instanceof ProtocolError)
    return null
  }
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

type Path = readonly (string | number)[]

/** Paths of all objects within a body. */
function objectsIn(value: JsonValue, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return []
  const members: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value)
    ? value.map((item: JsonValue, index) => [index, item])
    : Object.entries(value)
  const inner = members.flatMap(([name, member]) => objectsIn(member, [...path, name]))
  return Array.isArray(value) ? inner : [path, ...inner]
}

/** The value with one more member in the object at `path`. */
function withMember(value: JsonValue, [name, ...inner]: Path, member: string): JsonValue {
  if (isList(value))
    return value.map((item, index) => (index === name ? withMember(item, inner, member) : item))
  if (!isObject(value)) return value
  if (name === undefined) return { ...value, [member]: 'marker' }
  const entries = Object.entries(value).map(([key, old]) => [
    key,
    key === name ? withMember(old, inner, member) : old,
  ])
  return Object.fromEntries(entries) as JsonObject
}
