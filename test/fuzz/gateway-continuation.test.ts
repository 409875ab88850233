import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type CutStream, CutStreams } from '../support/gateway-continuation.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { continuations } from '../support/provider/prompt-cues.ts'
import { protocols } from '../support/provider/protocol.ts'
import { fuzzRuns, fuzzSeed } from './fuzz-settings.ts'

/**
 * A stream that is cut at any event, or within one, up to twice, and gone on with in any of the ways in which models
 * do: the caller gets the whole answer once, or an error; never a part of it that looks whole, and nothing twice.
 */

const settings = (runs: number) => ({ seed: fuzzSeed, numRuns: fuzzRuns(runs) })

let streams: CutStreams
before(async () => {
  streams = await CutStreams.start()
})
after(() => streams.close())

const calls = [
  { name: 'look', argumentsText: '{"at":"Tromsø","n":1}' },
  { name: 'measure', argumentsText: '{"zone":"CET"}' },
]

interface Said {
  readonly words: number
  readonly thought: number
  readonly calls: number
}

function cuesOf({ words, thought, calls: called }: Said): string {
  return [
    `[[words: ${words}]]`,
    ...(thought === 0 ? [] : [`[[think: ${thought}]]`]),
    ...calls
      .slice(0, called)
      .map(({ name, argumentsText }) => `[[call: ${name} ${argumentsText}]]`),
  ].join(' ')
}

const anySaid: fc.Arbitrary<Said> = fc.record({
  words: fc.integer({ min: 1, max: 120 }),
  thought: fc.constantFrom(0, 0, 5),
  calls: fc.constantFrom(0, 0, 1, 2),
})

const anyPlace = fc.record({
  afterEvents: fc.nat(140),
  share: fc.constantFrom(0, 0, 0.3, 0.9),
  by: fc.constantFrom('close' as const, 'reset' as const, 'end' as const),
})

const anyCut: fc.Arbitrary<Omit<CutStream, 'cues'>> = fc.record({
  inbound: fc.constantFrom(
    'openai-chat' as const,
    'openai-responses' as const,
    'anthropic-messages' as const,
  ),
  upstream: fc.constantFrom(...protocols),
  fallback: fc.constantFrom(...protocols),
  cuts: fc.array(anyPlace, { minLength: 1, maxLength: 2 }),
  continuation: fc.constantFrom(...continuations),
})

test('a cut stream that is continued is whole, once', async () => {
  await fc.assert(
    fc.asyncProperty(anyCut, anySaid, async (cut, said) => {
      const { body, error, heard, isEnded, status } = await streams.run({
        ...cut,
        cues: cuesOf(said),
      })
      const shown = `${status} ${body.slice(-1_000)}`
      assert.equal(error, null, shown)
      assert.ok(isEnded, shown)
      assert.equal(heard.text, answerText(0, said.words))
      assert.equal(heard.thinking, said.thought === 0 ? '' : answerText(101, said.thought))
      assert.deepEqual(heard.calls, calls.slice(0, said.calls))
      assert.equal(heard.brokenEvents, 0)
    }),
    settings(150),
  )
})

test('a stream that is cut once too often ends with an error, and nothing in it is made up', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyCut,
      fc.record({
        words: fc.integer({ min: 40, max: 120 }),
        thought: fc.constant(0),
        calls: fc.nat(1),
      }),
      async (cut, said) => {
        const [place] = cut.cuts
        // Something is out before each cut, so that each but the last is continued.
        const early = { share: 0, by: place?.by ?? 'close', afterEvents: 12 }
        const { attempts, body, error, heard, isEnded } = await streams.run({
          ...cut,
          cuts: Array.from({ length: 9 }, () => early),
          cues: cuesOf(said),
        })
        assert.ok(!isEnded, body.slice(-1_000))
        assert.notEqual(error, null, body.slice(-1_000))
        assert.ok(attempts <= 3, `${attempts} attempts`)
        assert.ok(answerText(0, said.words).startsWith(heard.text), heard.text)
        assert.deepEqual(heard.calls, [])
      },
    ),
    settings(40),
  )
})
