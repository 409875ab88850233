import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { adminTokens, banOnFable, gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * Conversations of which a caller sends only what is new: they go on where the provider that keeps them may not or cannot be
 * asked, and come back. By the real binary, asked by OpenAI's own client.
 */

setGatewayKeys()
const first = 'test/first'
const order = 'test-order'
/** Protocols of the fallback, by the workflow that has it. */
const workflows = {
  'to-messages': 'anthropic-messages',
  'to-chat': 'openai-chat',
  'to-gemini': 'gemini',
  'to-responses': 'openai-responses',
} as const
type Workflow = keyof typeof workflows
const everyWorkflow = Object.keys(workflows) as Workflow[]

const fetchAnew: typeof undiciFetch = (url, init) =>
  undiciFetch(url, {
    ...init,
    dispatcher: new Agent({ keepAliveTimeout: 1, keepAliveMaxTimeout: 1 }),
  })

type Asked = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>

for (const processes of [1, 2])
  suite(`conversations of which only what is new is sent, ${processes} at work`, () => {
    const folder = temporaryFolder()
    let provider: Provider
    let gateway: GatewayProcess

    before(async () => {
      provider = await startProvider({ seed: 0 })
      const text = banOnFable(order, 'all').replaceAll('anthropic/claude-fable-5', first)
      const files = { [`directives/${order}.yaml`]: text }
      gateway = await startGateway(folder, configuration(provider.baseUrl), files, { processes })
    })
    beforeEach(async () => {
      provider.reset()
      await withdraw(false)
    })
    after(async () => {
      await gateway.stop()
      await provider.close()
    })

    async function withdraw(isWithdrawn: boolean, rules: object | false = {}): Promise<void> {
      await gateway.configure(configuration(provider.baseUrl, isWithdrawn, rules))
      await gateway.until('the order is in force', async () => {
        const data = await client().models.list()
        return data.data.some(({ id }) => id === first) !== isWithdrawn
      })
    }

    /** Over a connection of its own: they go to the processes in turn. */
    const client = (key: string = gatewayKeys.HOLDFAST_TEST_CLEARED) =>
      new OpenAI({
        baseURL: `${gateway.url}/v1`,
        apiKey: key,
        maxRetries: 0,
        timeout: 20_000,
        fetch: fetchAnew as unknown as typeof fetch,
      })

    interface Answered {
      readonly id: string
      readonly text: string
      readonly output: readonly OpenAI.Responses.ResponseOutputItem[]
      readonly headers: Headers
    }

    async function ask(
      body: Asked,
      workflow: Workflow = 'to-messages',
      { isStream = false, key }: { readonly isStream?: boolean; readonly key?: string } = {},
    ): Promise<Answered> {
      const headers = { 'holdfast-workflow': workflow }
      const asked = { model: first, input: '', ...body }
      if (!isStream) {
        const call = client(key).responses.create({ ...asked, stream: false }, { headers })
        const { data, response } = await call.withResponse()
        return {
          id: data.id,
          text: data.output_text,
          output: data.output,
          headers: response.headers,
        }
      }
      const call = client(key).responses.create({ ...asked, stream: true }, { headers })
      const { data: stream, response } = await call.withResponse()
      for await (const event of stream) {
        if (event.type !== 'response.completed') continue
        const { id, output } = event.response
        const text = output
          .flatMap((item) => (item.type === 'message' ? item.content : []))
          .map((part) => (part.type === 'output_text' ? part.text : ''))
          .join('')
        return { id, text, output, headers: response.headers }
      }
      return assert.fail('the stream has no end')
    }

    const sent = () => String(provider.requests.at(-1)?.body)
    const askedModel = () => provider.requests.at(-1)?.model
    const noticesOf = ({ headers }: Answered) => (headers.get('holdfast-notice') ?? '').split(', ')

    /** Where each text stands in what was sent last, in this order. */
    function assertSent(...texts: readonly string[]): void {
      const places = texts.map((text) => sent().indexOf(JSON.stringify(text).slice(1, -1)))
      assert.ok(!places.includes(-1), `${String(places)} of ${sent()}`)
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      )
    }

    for (const workflow of everyWorkflow)
      for (const isStream of [false, true])
        test(`goes on elsewhere and comes back: ${workflow}, ${isStream ? 'streamed' : 'whole'}`, async () => {
          const say = (input: string, behind?: Answered) =>
            ask(
              { input, ...(behind === undefined ? {} : { previous_response_id: behind.id }) },
              workflow,
              { isStream },
            )
          const one = await say('one [[say: first word]]')
          assert.equal(one.text, 'first word')
          await withdraw(true)
          const two = await say('two [[say: second word]]', one)
          assert.equal(two.text, 'second word')
          assert.equal(askedModel(), workflow)
          assert.ok(!sent().includes('previous_response_id'), sent())
          assertSent('one [[', 'first word', 'two [[')
          assert.equal(two.headers.get('holdfast-outcome'), 'failover')
          assert.ok(noticesOf(two).includes('held-conversation'))
          const three = await say('three [[say: third word]]', two)
          // A fallback of the same kind keeps it itself.
          if (workflow === 'to-responses')
            assert.ok(sent().includes(`"previous_response_id":"${two.id}"`), sent())
          else assertSent('one [[', 'first word', 'two [[', 'second word', 'three [[')
          await withdraw(false)
          const four = await say('four [[say: fourth word]]', three)
          assert.equal(four.text, 'fourth word')
          assert.equal(askedModel(), 'first')
          assertSent(
            'one [[',
            'first word',
            'two [[',
            'second word',
            'three [[',
            'third word',
            'four',
          )
          assert.ok(!sent().includes('previous_response_id'), sent())
          // All of it is kept there again.
          const five = await say('five [[say: fifth word]]', four)
          assert.equal(five.text, 'fifth word')
          assert.ok(sent().includes(`"previous_response_id":"${four.id}"`), sent())
          assert.ok(!sent().includes('first word'), sent())
          assert.ok(!noticesOf(five).includes('held-conversation'))
        })

    test('how much is held stands among the figures', async () => {
      const bytes = async () => {
        const headers = { authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_VIEWER}` }
        const text = await (await fetch(`${gateway.admin}/metrics`, { headers })).text()
        return Number(/^holdfast_held_conversation_bytes (\d+)$/m.exec(text)?.[1])
      }
      const before = await bytes()
      await ask({ input: `${'one '.repeat(1_000)}[[words: 3]]` })
      assert.ok((await bytes()) - before > 4_000)
    })

    test('goes on elsewhere when its provider fails', async () => {
      const one = await ask({ input: 'one [[say: first word]]' })
      const script = provider.script({ model: 'first', fault: 's04' })
      const two = await ask({ input: 'two [[say: second word]]', previous_response_id: one.id })
      script.remove()
      assert.equal(two.text, 'second word')
      assertSent('one [[', 'first word', 'two [[')
    })

    test('goes on behind an answer that broke off and was gone on with', async () => {
      const script = provider.script({ model: 'first', fault: 's08', times: 1 })
      const one = await ask({ input: 'one [[words: 60]]' }, 'to-messages', { isStream: true })
      script.remove()
      assert.equal(provider.requests.length, 2)
      const two = await ask({ input: 'two [[say: second word]]', previous_response_id: one.id })
      assert.equal(two.text, 'second word')
      assert.equal(askedModel(), 'first')
      // Its provider does not have it as the caller has.
      assertSent('one [[', one.text, 'two [[')
      assert.ok(!sent().includes('previous_response_id'), sent())
    })

    test('a call of a tool at one provider has its result at another', async () => {
      const tools = [
        {
          type: 'function' as const,
          name: 'look',
          strict: false,
          parameters: { type: 'object', properties: { at: { type: 'string' } } },
        },
      ]
      for (const workflow of everyWorkflow) {
        await withdraw(false)
        const input = 'where? [[think: 4]] [[call: look {"at":"Tromsø"}]]'
        const one = await ask({ input, tools, include: [] }, workflow)
        const call = one.output.find(({ type }) => type === 'function_call')
        assert.equal(call?.type, 'function_call')
        await withdraw(true)
        const two = await ask(
          {
            tools,
            previous_response_id: one.id,
            input: [
              { type: 'function_call_output', call_id: call.call_id, output: '69.6 N' },
              { role: 'user', content: 'so? [[say: up north]]' },
            ],
          },
          workflow,
        )
        assert.equal(two.text, 'up north')
        assertSent('where?', 'Tromsø', '69.6 N', 'so?')
        // What only its maker could have read.
        assert.match(two.headers.get('holdfast-lost') ?? '', /\bprevious_response_id\.reasoning\b/)
        assert.ok(!/"rs_|"fc_/.test(sent()), sent())
      }
    })

    test('items that stand there by their id alone', async () => {
      const one = await ask({ input: 'one [[say: first word]]' })
      const [item] = one.output
      assert.ok(item !== undefined && 'id' in item && typeof item.id === 'string')
      const input: OpenAI.Responses.ResponseInput = [
        { role: 'user', content: 'one' },
        { type: 'item_reference', id: item.id },
        { role: 'user', content: 'two [[say: second word]]' },
      ]
      await withdraw(true)
      const two = await ask({ input })
      assert.equal(two.text, 'second word')
      assertSent('one', 'first word', 'two [[')
      const three = await ask({ input: 'three [[words: 1]]', previous_response_id: two.id })
      assert.notEqual(three.text, '')
      assertSent('one', 'first word', 'two [[', 'second word', 'three')
    })

    test('a provider that has lost what it said it keeps is sent all of it', async () => {
      const one = await ask({ input: 'one [[say: first word]]' })
      provider.reset()
      const two = await ask({ input: 'two [[say: second word]]', previous_response_id: one.id })
      assert.equal(two.text, 'second word')
      assert.deepEqual(
        provider.requests.map(({ model }) => model),
        ['first', 'first'],
      )
      assertSent('one [[', 'first word', 'two [[')
      assert.ok(noticesOf(two).includes('held-conversation'))
    })

    test('instructions are not carried on, as at the provider', async () => {
      const one = await ask({ input: 'one [[words: 2]]', instructions: 'speak Norwegian' })
      await withdraw(true)
      await ask({
        input: 'two [[words: 2]]',
        instructions: 'speak Danish',
        previous_response_id: one.id,
      })
      assert.ok(sent().includes('Danish') && !sent().includes('Norwegian'), sent())
    })

    test('belongs to the caller and the work alone', async () => {
      const one = await ask({ input: 'secret [[say: first word]]' })
      await withdraw(true)
      const body = { input: 'two [[words: 2]]', previous_response_id: one.id }
      const key = gatewayKeys.HOLDFAST_TEST_FOREIGN
      for (const [workflow, more] of [
        ['to-messages', { key }],
        ['to-chat', {}],
      ] as const)
        await assert.rejects(
          ask(body, workflow, more),
          ({ status }: { status: number }) => status === 403,
        )
      assert.ok(provider.requests.every(({ model }) => model === 'first'))
      assert.equal((await ask(body)).headers.get('holdfast-outcome'), 'failover')
    })

    for (const [why, body, rules] of [
      ['the caller wants nothing stored', { store: false }, {}],
      ['nothing is held', {}, false],
      ['it is held for a second', {}, { holdFor: '1s' }],
    ] as const)
      test(`goes nowhere else where ${why}`, async () => {
        await withdraw(false, rules)
        const one = await ask({ input: 'one [[words: 2]]', ...body })
        await withdraw(true, rules)
        await sleep(1_100)
        const before = provider.requests.length
        const two = ask({ input: 'two [[words: 2]]', previous_response_id: one.id })
        await assert.rejects(two, ({ status, message }: { status: number; message: string }) => {
          assert.match(message, /does not hold what the request goes on behind/)
          return status === 403
        })
        assert.equal(provider.requests.length, before)
      })
  })

function configuration(upstream: string, isWithdrawn = false, rules: object | false = {}): object {
  const route = (id: string, protocol: string, model: string) => ({
    id,
    provider: 'test',
    protocol,
    baseUrl: `${upstream}${protocol.startsWith('openai') ? '/v1' : ''}`,
    credential: 'env:HOLDFAST_TEST_UPSTREAM',
    models: { [`test/${model}`]: model },
  })
  const person = (id: string, key: string) => ({
    id,
    kind: 'person',
    key: `env:${key}`,
    class: 'not-foreign-person',
    groups: ['staff'],
  })
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      route('responses', 'openai-responses', 'first'),
      ...Object.entries(workflows).map(([id, protocol]) => route(id, protocol, id)),
    ],
    workflows: everyWorkflow.map((id) => ({
      id,
      task: 'chat',
      audience: ['staff'],
      model: first,
      fallbacks: [`test/${id}`],
    })),
    groups: { staff: {} },
    principals: [
      person('caller', 'HOLDFAST_TEST_CLEARED'),
      person('another', 'HOLDFAST_TEST_FOREIGN'),
    ],
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    directives: { load: isWithdrawn ? [order] : [] },
    admin: adminTokens,
    gateway: { conversations: rules },
  }
}
