import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { stringify } from 'yaml'
import {
  type InboundProtocol,
  inboundPaths,
  promptBody,
  readStreamedAnswer,
} from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { routePaths } from '../support/gateway-sdk-gateway.ts'
import { gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { hear } from '../support/provider/hear.ts'
import { type Protocol, protocols } from '../support/provider/protocol.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import type { Script } from '../support/provider/script.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * H02: an order takes effect in the middle of an answer, over every pair of protocols at once: within a text, a
 * thought, a call of a tool; twice; once too often; and where streams shall end instead.
 */

setGatewayKeys()
const folder = temporaryFolder()
const places = ['first', 'second', 'third', 'fourth'] as const
type Place = (typeof places)[number]
const inbounds: readonly InboundProtocol[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
]
const pairs = inbounds.flatMap((inbound) => protocols.map((upstream) => ({ inbound, upstream })))
const calls = [
  { name: 'look', argumentsText: '{"at":"Tromsø","within":[1,2,3]}' },
  { name: 'measure', argumentsText: '{"zone":"CET"}' },
]
const calling = calls
  .map(({ name, argumentsText }) => `[[call: ${name} ${argumentsText}]]`)
  .join(' ')

suite('an order in the middle of an answer', () => {
  let provider: Provider
  let gateway: GatewayProcess
  const scripts: Script[] = []

  before(async () => {
    provider = await startProvider({ seed: 0, keepRequests: 10_000 })
    const files = Object.fromEntries(
      places.map((place) => [`directives/${orderOn(place)}.yaml`, orderText(place)]),
    )
    gateway = await startGateway(folder, world([], 'continue'), files)
  })
  beforeEach(async () => {
    for (const script of scripts.splice(0)) script.release()
    provider.reset()
    await order([])
  })
  after(async () => {
    for (const script of scripts) script.release()
    await gateway.stop()
    await provider.close()
  })

  function world(banned: readonly Place[], inFlight: string): object {
    return configuration(provider.baseUrl, banned.map(orderOn), inFlight)
  }

  /** Orders on these places and no others are in force when it resolves. */
  async function order(banned: readonly Place[], inFlight = 'continue'): Promise<void> {
    await gateway.configure(world(banned, inFlight))
    const permitted = places
      .filter((place) => !banned.includes(place))
      .flatMap((place) => protocols.map((protocol) => modelOf(place, protocol)))
    await until('the orders are in force', async () => {
      const headers = { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED }
      const response = await fetch(`${gateway.url}/v1/models`, { headers })
      const { data } = (await response.json()) as { data: readonly { readonly id: string }[] }
      const listed = data.map(({ id }) => id)
      return listed.length === permitted.length && permitted.every((id) => listed.includes(id))
    })
  }

  /** Models in one place of the chain stop after so many tokens. */
  function hold(place: Place, tokens: number): Script {
    const script = provider.script({
      when: ({ model }) => model.startsWith(`${place}-`),
      holdAfterTokens: tokens,
    })
    scripts.push(script)
    return script
  }

  async function allHeld(script: Script, tokens: number): Promise<void> {
    await until('all answers are half way', () => {
      const half = script.matched.filter(({ progress }) => progress.tokensSent >= tokens)
      return half.length === pairs.length
    })
  }

  interface Asked {
    readonly inbound: InboundProtocol
    readonly shown: string
    readonly status: number
    readonly outcome: string | null
    readonly body: string
    readonly resumed: number
  }

  /** Over every pair at the same time; not awaited before the orders have come. */
  function askAll(cues: string): Promise<readonly Asked[]> {
    return Promise.all(
      pairs.map(async ({ inbound, upstream }): Promise<Asked> => {
        const prompt = `[[case: ${inbound}]] ${cues} go on`
        const response = await fetch(`${gateway.url}${inboundPaths[inbound]}`, {
          method: 'POST',
          headers: {
            'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED,
            'content-type': 'application/json',
            'holdfast-workflow': `chain-${upstream}`,
          },
          body: JSON.stringify(
            promptBody(inbound, { model: modelOf('first', upstream), isStream: true, prompt }),
          ),
        })
        const outcome = response.headers.get('holdfast-outcome')
        const body = await response.text()
        return {
          inbound,
          shown: `${inbound} over ${upstream}: ${response.status} ${body.slice(-1_500)}`,
          status: response.status,
          outcome,
          body,
          resumed: [...body.matchAll(/^: holdfast resumed model=/gm)].length,
        }
      }),
    )
  }

  function confirmWhole(
    asked: readonly Asked[],
    said: { readonly text: string; readonly thinking?: string; readonly calls?: typeof calls },
    how: { readonly outcome: string; readonly resumed: number },
  ): void {
    for (const one of asked) {
      assert.equal(one.status, 200, one.shown)
      assert.deepEqual({ outcome: one.outcome, resumed: one.resumed }, how, one.shown)
      const { error, isEnded } = readStreamedAnswer(one.inbound, one.body)
      assert.equal(error, null, one.shown)
      assert.ok(isEnded, one.shown)
      const heard = hear(one.inbound, 'stream', Buffer.from(one.body))
      assert.equal(heard.text, said.text, one.shown)
      assert.equal(heard.thinking, said.thinking ?? '', one.shown)
      assert.deepEqual(heard.calls, said.calls ?? [], one.shown)
      assert.equal(heard.brokenEvents, 0, one.shown)
    }
  }

  /** An error that says so, after the beginning of the text alone. */
  function confirmBroken(asked: readonly Asked[], words: number): void {
    for (const one of asked) {
      const { error, isEnded, text } = readStreamedAnswer(one.inbound, one.body)
      assert.notEqual(error, null, one.shown)
      assert.ok(!isEnded, one.shown)
      assert.ok(text.length > 0 && answerText(0, words).startsWith(text), one.shown)
    }
  }

  test('within a text: another model goes on', async () => {
    const script = hold('first', 30)
    const asked = askAll('[[words: 60]]')
    await allHeld(script, 30)
    await order(['first'])
    confirmWhole(await asked, { text: answerText(0, 60) }, { outcome: 'direct', resumed: 1 })
  })

  test('within a thought: nobody has seen half of it, and another model thinks anew', async () => {
    const script = hold('first', 10)
    const asked = askAll('[[think: 20]] [[words: 20]]')
    await allHeld(script, 10)
    await order(['first'])
    const said = { text: answerText(0, 20), thinking: answerText(101, 20) }
    confirmWhole(await asked, said, { outcome: 'failover', resumed: 0 })
  })

  test('behind a thought: it stays, and the text goes on', async () => {
    const script = hold('first', 26)
    const asked = askAll('[[think: 12]] [[words: 40]]')
    await allHeld(script, 26)
    await order(['first'])
    const said = { text: answerText(0, 40), thinking: answerText(101, 12) }
    confirmWhole(await asked, said, { outcome: 'direct', resumed: 1 })
  })

  test('within the call of a tool: it is made once, by the model that goes on', async () => {
    // Gemini sends a call in one piece: the first of two is out then, and held back.
    const script = hold('first', 21)
    const asked = askAll(`[[words: 20]] ${calling}`)
    await allHeld(script, 21)
    await order(['first'])
    const said = { text: answerText(0, 20), calls }
    confirmWhole(await asked, said, { outcome: 'direct', resumed: 1 })
  })

  test('twice: two models go on, one after the other', async () => {
    const first = hold('first', 20)
    const second = hold('second', 25)
    const asked = askAll('[[words: 80]]')
    await allHeld(first, 20)
    await order(['first'])
    await allHeld(second, 25)
    await order(['first', 'second'])
    confirmWhole(await asked, { text: answerText(0, 80) }, { outcome: 'direct', resumed: 2 })
  })

  test('twice: the model that goes on breaks off whenever it is asked, and the one after it goes on', async () => {
    const first = hold('first', 20)
    const broken = provider.script({
      when: ({ model }) => model.startsWith('second-'),
      fault: 'cut-in-text',
    })
    scripts.push(broken)
    const asked = askAll('[[words: 80]]')
    await allHeld(first, 20)
    await order(['first'])
    confirmWhole(await asked, { text: answerText(0, 80) }, { outcome: 'direct', resumed: 2 })
    assert.equal(broken.matched.length, pairs.length)
    // Its circuits are open now; whoever has nobody else asks all the same, and closes them.
    provider.reset()
    for (const upstream of protocols) {
      const model = modelOf('second', upstream)
      const response = await fetch(`${gateway.url}${inboundPaths['openai-chat']}`, {
        method: 'POST',
        headers: {
          'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED,
          'content-type': 'application/json',
        },
        body: JSON.stringify(promptBody('openai-chat', { model, isStream: false, prompt: 'hi' })),
      })
      assert.equal(response.status, 200, await response.text())
    }
  })

  test('once too often: the answer ends with an error, though somebody is left', async () => {
    const held = [hold('first', 20), hold('second', 25), hold('third', 25)] as const
    const asked = askAll('[[words: 120]]')
    await allHeld(held[0], 20)
    await order(['first'])
    await allHeld(held[1], 25)
    await order(['first', 'second'])
    await allHeld(held[2], 25)
    await order(['first', 'second', 'third'])
    confirmBroken(await asked, 120)
    assert.equal(provider.requests.filter(({ model }) => model.startsWith('fourth-')).length, 0)
  })

  for (const inFlight of ['end', 'restart'])
    test(`\`inFlight: ${inFlight}\`: what has begun ends with an error, what has not is served elsewhere`, async () => {
      await order([], inFlight)
      const begun = hold('first', 20)
      const asked = askAll('[[words: 60]]')
      await allHeld(begun, 20)
      await order(['first'], inFlight)
      confirmBroken(await asked, 60)
      const isElsewhere = ({ model }: { readonly model: string }) => model.startsWith('second-')
      assert.equal(provider.requests.filter(isElsewhere).length, 0)
      begun.remove()
      await order([], inFlight)
      const before = hold('first', 0)
      const other = askAll('[[words: 20]]')
      await until('all are asked', () => before.matched.length === pairs.length)
      await order(['first'], inFlight)
      confirmWhole(await other, { text: answerText(0, 20) }, { outcome: 'failover', resumed: 0 })
    })
})

function modelOf(place: Place, protocol: Protocol): string {
  return `test/${place}-${protocol}`
}

function orderOn(place: Place): string {
  return `order-on-${place}`
}

function orderText(place: Place): string {
  const source = { url: 'https://authority.example/order', retrieved: '2026-11-01' }
  return stringify({
    id: orderOn(place),
    title: 'Test order',
    instrument: 'regulation',
    issuer: 'xx/test',
    authority: ['Test Act 1'],
    publication: 'published',
    source,
    effect: 'forbid',
    scope: { models: protocols.map((one) => modelOf(place, one)), routes: 'all', persons: 'all' },
    status: [{ at: '2026-01-01T00:00:00Z', is: 'effective', source: { ...source } }],
    review: { state: 'unverified', by: null, at: null },
  })
}

function configuration(baseUrl: string, load: readonly string[], inFlight: string): object {
  // Whoever goes on speaks another protocol each time.
  const shifted = (from: Protocol, by: number): Protocol =>
    protocols[(protocols.indexOf(from) + by) % protocols.length] ?? from
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: protocols.map((protocol) => ({
      id: protocol,
      provider: 'test',
      protocol,
      baseUrl: `${baseUrl}${routePaths[protocol]}`,
      credential: 'env:HOLDFAST_TEST_UPSTREAM',
      models: Object.fromEntries(
        places.map((place) => [modelOf(place, protocol), `${place}-${protocol}`]),
      ),
    })),
    workflows: protocols.map((protocol) => ({
      id: `chain-${protocol}`,
      task: 'chat',
      audience: ['staff'],
      model: modelOf('first', protocol),
      fallbacks: places
        .slice(1)
        .map((place, index) => modelOf(place, shifted(protocol, index + 1))),
    })),
    groups: { staff: {} },
    principals: [
      {
        id: 'caller',
        kind: 'service',
        key: 'env:HOLDFAST_TEST_CLEARED',
        class: 'not-foreign-person',
        groups: ['staff'],
      },
    ],
    ...(load.length === 0 ? {} : { directives: { load } }),
    gateway: {
      inFlight,
      timeouts: {
        connectMs: 5_000,
        headersMs: 20_000,
        firstTokenMs: 20_000,
        idleMs: 20_000,
        totalMs: 60_000,
      },
    },
  }
}
