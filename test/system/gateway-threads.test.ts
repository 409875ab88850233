import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { pairModel, pairWorld } from '../support/gateway-sdk-gateway.ts'
import { banOnFable, gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { protocols } from '../support/provider/protocol.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * Message threads of Anthropic, of which each request says only what is new: the loop of tools of the official client
 * sends nothing else by itself, and comes through wherever its model is served.
 */

setGatewayKeys()
const folder = temporaryFolder()
const order = 'test-order'
const fable = 'anthropic/claude-fable-5'
const said = 'The sky is clear.'
const prompt = `[[say: ${said}]] [[call: look {"at":"Oslo"}]] go`
const timeouts = {
  connectMs: 2_000,
  headersMs: 5_000,
  firstTokenMs: 5_000,
  idleMs: 5_000,
  totalMs: 30_000,
}

suite('threads', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    gateway = await startGateway(folder, configuration(provider.baseUrl), {
      [`directives/${order}.yaml`]: banOnFable(order, 'all'),
    })
  })
  beforeEach(async () => {
    provider.reset()
    await gateway.configure(configuration(provider.baseUrl))
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const client = () =>
    new Anthropic({
      baseURL: gateway.url,
      apiKey: gatewayKeys.HOLDFAST_TEST_CLEARED,
      maxRetries: 0,
      defaultHeaders: { 'holdfast-workflow': 'work' },
    })

  /** Lets the client call its tool, and gives what it read last. */
  async function loop(
    model: string,
    { isStream = false, run = () => Promise.resolve() }: LoopOptions = {},
  ): Promise<{ readonly text: string; readonly runs: number }> {
    let runs = 0
    const look = betaTool({
      name: 'look',
      description: 'Looks at a place',
      inputSchema: {
        type: 'object',
        properties: { at: { type: 'string' } },
        required: ['at'],
        additionalProperties: false,
      },
      run: async ({ at }) => {
        runs += 1
        await run()
        return `clear at ${at}`
      },
    })
    const runner = client().beta.messages.toolRunner({
      model,
      max_tokens: 1_000,
      system: 'Be careful.',
      messages: [{ role: 'user', content: prompt }],
      tools: [look],
      stream: isStream,
    })
    const { content } = await runner.runUntilDone()
    return {
      text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      runs,
    }
  }

  const bodies = () =>
    provider.requests.map(({ body }) => JSON.parse(String(body)) as Record<string, unknown>)

  for (const protocol of protocols)
    for (const isStream of [false, true])
      test(`a loop of tools ends over ${protocol}, ${isStream ? 'streamed' : 'whole'}`, async () => {
        assert.deepEqual(await loop(pairModel(protocol), { isStream }), { text: said, runs: 1 })
        const [, last] = bodies()
        const whole = JSON.stringify(last)
        assert.ok(whole.includes('Be careful.') && whole.includes('clear at Oslo'), whole)
        assert.equal(provider.requests.length, 2, 'what nobody holds is not asked for')
      })

  test('a provider that holds them is sent what is new alone', async () => {
    assert.deepEqual(await loop(fable), { text: said, runs: 1 })
    const [first, second] = bodies()
    assert.deepEqual(first?.['thread'], { type: 'create' })
    assert.ok(JSON.stringify(second?.['thread']).includes('"continue"'))
    assert.equal(second?.['system'], undefined)
  })

  test('a model that is forbidden while a tool runs is followed by its fallback, which hears all of it', async () => {
    const answered = await loop(fable, {
      run: async () => {
        await gateway.configure(configuration(provider.baseUrl, [order]))
      },
    })
    assert.deepEqual(answered, { text: said, runs: 1 })
    const last = provider.requests.at(-1)
    assert.equal(last?.protocol, 'openai-chat')
    assert.ok(String(last?.body).includes('Be careful.'))
  })

  test('a provider that fails while a tool runs is followed likewise', async () => {
    const failing = () => {
      provider.script({ model: 'claude-fable-5', fault: 'unavailable' })
      return Promise.resolve()
    }
    assert.deepEqual(await loop(fable, { run: failing }), { text: said, runs: 1 })
    assert.equal(provider.requests.at(-1)?.protocol, 'openai-chat')
  })

  test('where nobody holds it, its beginning is named as lost and its continuation as not found', async () => {
    const ask = { model: pairModel('gemini'), max_tokens: 100 }
    const messages = [{ role: 'user' as const, content: `[[say: ${said}]] hello` }]
    const { data, response } = await client()
      .beta.messages.create({ ...ask, messages, thread: { type: 'create' } })
      .withResponse()
    assert.equal(response.headers.get('holdfast-lost'), 'thread')
    const thread = { type: 'continue' as const, previous_message_id: data.id }
    const going = client().beta.messages.create({ ...ask, messages, thread })
    await assert.rejects(going, (error) => {
      assert.ok(error instanceof Anthropic.NotFoundError)
      assert.ok(JSON.stringify(error.error).includes('"error_code":"thread_not_found"'))
      return true
    })
    assert.equal(provider.requests.length, 1)
  })
})

interface LoopOptions {
  readonly isStream?: boolean
  /** While the tool runs. */
  readonly run?: () => Promise<void>
}

function configuration(upstream: string, load: readonly string[] = []): object {
  const pairs = pairWorld(upstream)
  const holder = {
    id: 'anthropic',
    provider: 'anthropic',
    protocol: 'anthropic-messages',
    baseUrl: upstream,
    credential: 'env:HOLDFAST_TEST_UPSTREAM',
    models: { [fable]: 'claude-fable-5' },
  }
  return {
    ...pairs,
    routes: [holder, ...pairs.routes],
    workflows: [
      {
        id: 'work',
        task: 'chat',
        audience: ['staff'],
        model: fable,
        fallbacks: protocols.map(pairModel),
      },
    ],
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    directives: { load },
    gateway: { timeouts },
  }
}
