import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { answerText } from '../support/provider/answer-text.ts'
import { errorClassIn, type Fault } from '../support/provider/faults/fault.ts'
import { faults } from '../support/provider/faults/faults.ts'
import type { Mode, Protocol } from '../support/provider/protocol.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import {
  type InboundProtocol,
  inboundPaths,
  promptBody,
  readStreamedAnswer,
  readWholeAnswer,
} from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * Every fault of the provider, streamed and not, through the real gateway: what a fallback can serve is served whole,
 * what is the caller's own is told once, and nothing that was cut looks as if it had ended.
 */

const callerKey = 'caller-key-5f0c2d7a9b8e4f31a6d2'
const upstreamKey = 'upstream-key-91c7b2'
const words = 60
const seed = Number(process.env['HOLDFAST_GATEWAY_FAULT_SEED'] ?? 0)
const expected = answerText(seed, words)
/** 20 s of the catalogue of faults are a second here, and the limits of the gateway lie under it. */
const timeScale = 0.05
const timeouts = {
  connectMs: 2_000,
  headersMs: 700,
  firstTokenMs: 700,
  idleMs: 700,
  totalMs: 20_000,
}
const basePaths: Readonly<Record<Protocol, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '',
  gemini: '',
  'bedrock-converse': '',
}

interface Case {
  readonly fault: Fault
  readonly mode: Mode
  /** Name of the model on the wire, of the workflow, and of the case. */
  readonly name: string
}

/** Classes in which these have no fault to show here: nobody prefills, and another provider takes what one finds too large. */
const servedAnyway: ReadonlySet<string> = new Set(['prefill-rejected', 'too-large'])

interface Pair {
  readonly inbound: InboundProtocol
  readonly upstream: Protocol
  /** The first fallback fails as well. */
  readonly isTwoHop?: boolean
}

/** The first three are run every time, all in long runs. */
const allPairs: readonly Pair[] = [
  { inbound: 'openai-chat', upstream: 'openai-chat' },
  { inbound: 'anthropic-messages', upstream: 'openai-chat', isTwoHop: true },
  { inbound: 'openai-responses', upstream: 'anthropic-messages' },
  { inbound: 'openai-chat', upstream: 'openai-chat', isTwoHop: true },
  { inbound: 'openai-chat', upstream: 'anthropic-messages' },
  { inbound: 'openai-chat', upstream: 'openai-responses', isTwoHop: true },
  { inbound: 'anthropic-messages', upstream: 'anthropic-messages' },
  { inbound: 'anthropic-messages', upstream: 'gemini' },
  { inbound: 'openai-responses', upstream: 'openai-responses' },
  { inbound: 'openai-responses', upstream: 'bedrock-converse', isTwoHop: true },
  { inbound: 'openai-chat', upstream: 'gemini', isTwoHop: true },
]
const pairs = allPairs.slice(0, Number(process.env['HOLDFAST_GATEWAY_FAULT_PAIRS'] ?? 3))

for (const { inbound, upstream, isTwoHop = false } of pairs) {
  suite(`${inbound} over ${upstream}${isTwoHop ? ', two hops' : ''}`, { concurrency: 10 }, () => {
    const folder = temporaryFolder()
    let provider: Provider
    let gateway: GatewayProcess
    let asked = 0
    const cases = faults
      .filter(({ protocols }) => protocols.includes(upstream))
      .flatMap((fault) =>
        fault.modes.map((mode): Case => ({ fault, mode, name: `p-${fault.id}-${mode}` })),
      )

    before(async () => {
      provider = await startProvider({ timeScale, seed, keepRequests: 10_000 })
      process.env['HOLDFAST_TEST_CALLER'] = callerKey
      process.env['HOLDFAST_TEST_UPSTREAM'] = upstreamKey
      gateway = await startGateway(
        folder,
        configuration(`${provider.baseUrl}${basePaths[upstream]}`),
      )
    })
    after(async () => {
      const code = await gateway.stop()
      await provider.close()
      assert.equal(code, 0)
      // No credential went where it does not belong, and none of the callers went on.
      assert.deepEqual(provider.strangerRequests, [])
      assert.equal(provider.mentioning(callerKey).length, 0)
      assert.ok(asked > 0 && provider.received() >= asked)
      const told = JSON.stringify(gateway.events)
      assert.ok(!told.includes(callerKey) && !told.includes(upstreamKey))
    })

    function configuration(baseUrl: string): object {
      const fallbacks = [...(isTwoHop ? ['test/dead'] : []), 'test/fallback']
      const models = Object.fromEntries(cases.map(({ name }) => [`test/${name}`, name]))
      return {
        version: 1,
        organisation: { name: 'Test' },
        routes: [
          {
            id: 'up',
            provider: 'test',
            protocol: upstream,
            baseUrl,
            credential: 'env:HOLDFAST_TEST_UPSTREAM',
            models: {
              ...models,
              'test/dead': 'fault-s04',
              'test/fallback': 'fallback',
            },
          },
        ],
        workflows: cases.map(({ name }) => ({
          id: name,
          task: 'chat',
          audience: ['callers'],
          model: `test/${name}`,
          fallbacks,
        })),
        groups: { callers: {} },
        principals: [
          {
            id: 'caller',
            kind: 'service',
            key: 'env:HOLDFAST_TEST_CALLER',
            class: 'not-foreign-person',
            groups: ['callers'],
          },
        ],
        gateway: { timeouts },
      }
    }

    async function ask({ fault, mode, name }: Case) {
      asked += 1
      const isStream = mode === 'stream'
      const prompt = `[[words: ${words}]] [[fault: ${fault.id} @${name}]] [[case: ${name}]] go`
      const response = await fetch(`${gateway.url}${inboundPaths[inbound]}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${callerKey}`,
          'content-type': 'application/json',
          'holdfast-workflow': name,
        },
        body: JSON.stringify(promptBody(inbound, { model: `test/${name}`, isStream, prompt })),
        signal: AbortSignal.timeout(30_000),
      })
      const body = await response.text()
      const answer =
        response.status === 200 && isStream
          ? readStreamedAnswer(inbound, body)
          : readWholeAnswer(inbound, body)
      return { response, body, answer }
    }

    for (const one of cases)
      test(`${one.fault.id}, ${one.mode}: ${one.fault.title}`, async () => {
        const { response, body, answer } = await ask(one)
        const shown = `${response.status} ${body.slice(0, 400)}`
        const expectedClass = errorClassIn(one.fault, upstream)
        const attempts = provider.requests.filter(({ model }) => model === one.name).length
        const isCallers = expectedClass === 'client' || expectedClass === 'refusal'
        if (isCallers && !servedAnyway.has(one.fault.id)) {
          assert.equal(attempts, 1, 'asked once, and nobody else')
          assert.notEqual(answer.text, expected)
          assert.ok(response.status === 200 || response.status >= 400, shown)
          assert.equal(
            response.headers.get('holdfast-served-model') ?? `test/${one.name}`,
            `test/${one.name}`,
          )
          return
        }
        assert.equal(response.status, 200, shown)
        assert.ok(answer.isEnded, shown)
        assert.equal(answer.error, null, shown)
        assert.equal(answer.reasons, 1, 'why it ended is told once')
        if (one.fault.id === 'empty-answer') assert.equal(answer.text, '')
        else assert.equal(answer.text, expected, shown)
        // Twice at a route, and twice more where the stream was continued there.
        assert.ok(attempts <= 4, `${attempts} attempts`)
      })
  })
}
