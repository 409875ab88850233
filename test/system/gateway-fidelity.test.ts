import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { frame } from '../support/provider/frame.ts'
import { cut, end, send as sendStep, wait } from '../support/provider/step.ts'
import { withText } from '../support/provider/with-text.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * What arrives of a request and of its answer, over the same protocol and over another one, and what is said where it
 * does not: by the real binary. What other gateways lose, in docs/reference/gateway-failures.md.
 */

setGatewayKeys()
const folder = temporaryFolder()
const paths = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
} as const
/** Larger than any number of JavaScript can hold exactly. */
const id = '1234567890123456789'
const claude = 'anthropic/claude-sonnet-4-5'
const gpt = 'openai/gpt-4o'
const mistral = 'mistral/mistral-large-2411'

suite('what arrives', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    gateway = await startGateway(folder, configuration(provider.baseUrl))
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const ask = (protocol: keyof typeof paths, body: object | string, workflow?: string) =>
    fetch(`${gateway.url}${paths[protocol]}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_CLEARED}`,
        'content-type': 'application/json',
        ...(workflow === undefined ? {} : { 'holdfast-workflow': workflow }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
  const says = (content: unknown) => ({ messages: [{ role: 'user', content }] })
  const sent = () => String(provider.requests.at(-1)?.body)
  const sentBody = () => JSON.parse(sent()) as Body
  const asked = () => provider.requests.map(({ model }) => model)
  const lostOf = ({ headers }: Response) => (headers.get('holdfast-lost') ?? '').split(', ')

  test('every field of the same protocol, to the byte: several answers, log probabilities, long numbers, unknown ones', async () => {
    const body = `{"model":"gpt-4o","n":2, "logprobs":true,"top_logprobs":5,"seed":${id},"temperature":0.1234567890123456789,"new_field":{"at":${id}},"messages":[{"role":"user","content":"[[words: 3]]","new":1.0}]}`
    const response = await ask('openai-chat', body)
    assert.equal(response.status, 200)
    assert.equal(sent(), body)
    assert.equal(response.headers.get('holdfast-lost'), null)
  })

  test('several answers in one stream, one of which ends long before the other: all of both', async () => {
    const chunk = (index: number, delta: object, reason: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index, delta, finish_reason: reason }] })}\n\n`
    const event = (text: string) => sendStep(frame('text', text))
    const before = [
      chunk(0, { content: 'short' }),
      chunk(1, { content: 'long, ' }),
      chunk(0, {}, 'stop'),
    ]
    const later = [chunk(1, { content: 'and more' }), chunk(1, {}, 'stop')]
    const script = provider.script({
      model: 'gpt-4o',
      // Longer than is waited for the last word of a stream.
      reply: ([first]) => [
        ...(first === undefined ? [] : [first]),
        ...before.map(event),
        wait(3_000),
        ...[...later, 'data: [DONE]\n\n'].map(event),
        end,
      ],
    })
    const response = await ask('openai-chat', { model: gpt, n: 2, stream: true, ...says('hi') })
    const text = await response.text()
    assert.equal(text, [...before, ...later, 'data: [DONE]\n\n'].join(''))
    script.remove()
    // What comes of a cut before the second one has ended is no end.
    const cutting = provider.script({
      model: 'gpt-4o',
      reply: ([first]) => [
        ...(first === undefined ? [] : [first]),
        ...before.map(event),
        cut('close'),
      ],
    })
    const broken = await ask('openai-chat', { model: gpt, n: 2, stream: true, ...says('hi') })
    const shown = await broken.text()
    assert.ok(!shown.includes('[DONE]') && shown.includes('"error"'), shown)
    cutting.remove()
  })

  for (const [protocol, body, member] of [
    ['openai-chat', { model: claude, n: 2, ...says('hi') }, 'n'],
    ['openai-chat', { model: claude, logprobs: true, ...says('hi') }, 'logprobs'],
    ['openai-chat', { model: claude, new_field: { at: 1 }, ...says('[[words: 3]]') }, 'new_field'],
    ['openai-chat', { model: claude, seed: 7, ...says('[[words: 3]]') }, 'seed'],
    ['openai-chat', { model: claude, logit_bias: { 1: 5 }, ...says('[[words: 3]]') }, 'logit_bias'],
    [
      'anthropic-messages',
      { model: gpt, max_tokens: 9, top_k: 3, ...says('[[words: 3]]') },
      'top_k',
    ],
    [
      'openai-responses',
      { model: claude, input: '[[words: 3]]', truncation: 'auto' },
      'truncation',
    ],
  ] as const)
    test(`${member} from ${protocol} into another protocol is named or refused, never dropped unseen`, async () => {
      const response = await ask(protocol, body)
      const text = await response.text()
      if (response.status === 400) assert.match(text, new RegExp(`\\b${member}\\b`))
      else {
        assert.equal(response.status, 200, text)
        assert.ok(lostOf(response).includes(member), String(response.headers.get('holdfast-lost')))
      }
    })

  test('temperature and share both, to the last digit, and for a model by any name', async () => {
    for (const model of ['test/o3-alias', 'test/gpt-5-alias'])
      for (const [protocol, more] of [
        ['anthropic-messages', { max_tokens: 50 }],
        ['openai-responses', { input: '[[words: 3]]' }],
      ] as const) {
        const settings = { temperature: 0.30000000000000004, top_p: 0.123456789012345 }
        const said = protocol === 'openai-responses' ? {} : says('[[words: 3]]')
        const response = await ask(protocol, { model, ...settings, ...more, ...said })
        assert.equal(response.status, 200)
        assert.equal(sentBody()['temperature'], settings.temperature)
        assert.equal(sentBody()['top_p'], settings.top_p)
      }
  })

  test('long numbers in the arguments of tools, there and back, over every pair of makers', async () => {
    const call = `{"row":${id},"of":[{"at":-${id}}]}`
    const history = {
      'openai-chat': `"messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":${JSON.stringify(call)}}}]},{"role":"tool","tool_call_id":"call_1","content":"[[words: 3]]"}]`,
      'anthropic-messages': `"max_tokens":50,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"look","input":${call}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"[[words: 3]]"}]}]`,
    }
    for (const protocol of ['openai-chat', 'anthropic-messages'] as const)
      for (const model of [gpt, claude, 'test/gemini', 'test/responses', 'test/bedrock']) {
        const response = await ask(protocol, `{"model":"${model}",${history[protocol]}}`)
        assert.equal(response.status, 200, `${protocol} to ${model}: ${await response.text()}`)
        assert.ok(sent().replaceAll('\\', '').includes(call), `${protocol} to ${model}: ${sent()}`)
      }
    const tools = {
      'openai-chat': [
        { type: 'function', function: { name: 'look', parameters: { type: 'object' } } },
      ],
      'anthropic-messages': [{ name: 'look', input_schema: { type: 'object' } }],
    }
    for (const protocol of ['openai-chat', 'anthropic-messages'] as const)
      for (const [model, stream] of [
        [gpt, false],
        [claude, false],
        ['test/gemini', false],
        ['test/gemini', true],
        ['test/responses', false],
        ['test/bedrock', false],
      ] as const) {
        const script = provider.script({ reply: (steps) => withText(steps, '424242', id) })
        const body = { model, stream, max_tokens: 50, tools: tools[protocol] }
        const response = await ask(protocol, {
          ...body,
          ...says('[[words: 0]] [[call: look {"row":424242}]]'),
        })
        const text = await response.text()
        assert.equal(script.matched.length, 1)
        assert.ok(
          text.replaceAll('\\', '').includes(`"row":${id}`),
          `${protocol}, ${model}: ${text}`,
        )
        script.remove()
      }
  })

  test('a call without arguments, there and back', async () => {
    for (const [protocol, model, wanted] of [
      ['openai-chat', claude, /"input":\{\}/],
      ['anthropic-messages', gpt, /"arguments":"\{\}"/],
    ] as const) {
      const body =
        protocol === 'openai-chat'
          ? `{"model":"${model}","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":""}}]},{"role":"tool","tool_call_id":"call_1","content":"[[words: 3]]"}]}`
          : `{"model":"${model}","max_tokens":50,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"look","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"[[words: 3]]"}]}]}`
      assert.equal((await ask(protocol, body)).status, 200)
      assert.match(sent(), wanted)
    }
  })

  test('marks of the cache and citations: to the byte over the same protocol, and named over another', async () => {
    const marked = {
      max_tokens: 50,
      system: [{ type: 'text', text: 'Rules', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'A page' },
              citations: { enabled: true },
              cache_control: { type: 'ephemeral' },
            },
            { type: 'text', text: '[[words: 3]] hi' },
          ],
        },
      ],
    }
    const body = { model: 'claude-sonnet-4-5', ...marked }
    assert.equal((await ask('anthropic-messages', body)).status, 200)
    assert.equal(sent(), JSON.stringify(body))
    const translated = await ask('anthropic-messages', { ...body, model: gpt })
    assert.equal(translated.status, 200, await translated.text())
    const lost = lostOf(translated).join()
    assert.match(lost, /cache_control/)
    assert.match(lost, /citations/)
    assert.match(sent(), /A page/)
  })

  test('a signed thought goes to nobody but its maker, and whoever asked is told', async () => {
    const signature = 'EqQBCkYIAxgCKkBsignaturesignature'
    const messages = [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I keep this to myself', signature },
          { type: 'text', text: 'Hello' },
        ],
      },
      { role: 'user', content: '[[words: 3]] and now?' },
    ]
    const body = { model: claude, max_tokens: 50, messages }
    assert.equal((await ask('anthropic-messages', body, 'fallback')).status, 200)
    assert.ok(sent().includes(signature))
    provider.script({ model: 'claude-sonnet-4-5', fault: 's04' })
    const moved = await ask('anthropic-messages', body, 'fallback')
    assert.equal(moved.headers.get('holdfast-served-model'), mistral)
    assert.doesNotMatch(sent(), /signature|keep this to myself/)
    assert.ok(lostOf(moved).includes('messages[1].content[0]'))
  })

  test('roles stay as they stand over the same protocol; over another nothing that was said is missing', async () => {
    const messages = [
      { role: 'user', content: 'first' },
      { role: 'user', content: 'second' },
      { role: 'assistant', content: 'and so ' },
      { role: 'assistant', content: 'on.  ' },
      { role: 'user', content: '[[words: 3]] go' },
    ]
    const body = { model: 'gpt-4o', messages }
    assert.equal((await ask('openai-chat', body)).status, 200)
    assert.equal(sent(), JSON.stringify(body))
    for (const model of [claude, 'test/gemini', 'test/bedrock']) {
      assert.equal((await ask('openai-chat', { model, messages })).status, 200, model)
      const text = sent()
      const places = ['first', 'second', 'and so ', 'on.', '[[words: 3]] go'].map((one) =>
        text.indexOf(one),
      )
      assert.ok(!places.includes(-1), text)
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      )
    }
  })

  test('a conversation that a provider keeps goes nowhere else, and nobody is answered without it', async () => {
    const first = await ask('openai-responses', { model: 'test/kept', input: '[[words: 3]] hi' })
    const { id: previous } = (await first.json()) as { readonly id: string }
    const body = { model: 'test/kept', previous_response_id: previous, input: '[[words: 3]] go on' }
    const second = await ask('openai-responses', body, 'kept')
    assert.equal(second.status, 200)
    assert.equal(sentBody()['previous_response_id'], previous)
    const script = provider.script({ model: 'kept', fault: 's04' })
    for (const stream of [false, true]) {
      const before = provider.requests.length
      const failed = await ask('openai-responses', { ...body, stream }, 'kept')
      assert.equal(failed.status, 503, await failed.text())
      const since = asked().slice(before)
      assert.deepEqual([...new Set(since)], ['kept'], 'neither another route nor a fallback')
    }
    for (const kept of [
      { conversation: 'conv_68ab', input: 'go on' },
      { conversation: { id: 'conv_68ab' }, input: 'go on' },
      { prompt: { id: 'pmpt_68ab' } },
      {
        input: [
          { type: 'item_reference', id: 'rs_68ab' },
          { role: 'user', content: 'go on' },
        ],
      },
    ]) {
      const since = provider.requests.length
      const failed = await ask('openai-responses', { model: 'test/kept', ...kept }, 'kept')
      assert.equal(failed.status, 503, await failed.text())
      assert.deepEqual([...new Set(asked().slice(since))], ['kept'], JSON.stringify(kept))
    }
    const whole = { model: 'test/kept', input: '[[words: 3]] hi' }
    const moved = await ask('openai-responses', whole, 'kept')
    assert.equal(moved.status, 200, 'what stands in the request itself goes on elsewhere')
    assert.equal(moved.headers.get('holdfast-outcome'), 'failover')
    script.remove()
  })

  for (const isAsked of [true, false])
    test(`usage of a stream that another goes on with stands there ${isAsked ? 'once' : 'for nobody who did not ask'}`, async () => {
      for (const [model, workflow] of [
        [gpt, 'goes-on'],
        ['test/writes-much', 'writes-much'],
      ] as const) {
        const wire = model === gpt ? 'gpt-4o' : 'writes-much'
        const script = provider.script({ model: wire, fault: 's08', times: 1 })
        const options = isAsked ? { stream_options: { include_usage: true } } : {}
        const body = { model, stream: true, ...options, ...says('[[words: 60]] hi') }
        const response = await ask('openai-chat', body, workflow)
        const events = (await response.text())
          .split('\n')
          .filter((line) => line.startsWith('data: {'))
          .map((line) => JSON.parse(line.slice('data: '.length)) as Body)
        assert.equal(response.headers.get('holdfast-outcome'), 'direct')
        assert.equal(script.matched.length, 1)
        const told = events.filter(({ usage }) => (usage ?? null) !== null)
        assert.equal(told.length, isAsked ? 1 : 0, JSON.stringify(told))
        const finished = events.filter(({ choices }) =>
          (choices as readonly Body[]).some(
            ({ finish_reason: reason }) => (reason ?? null) !== null,
          ),
        )
        assert.equal(finished.length, 1)
        assert.equal(new Set(events.map(({ id: one }) => one)).size, 1, 'one answer has one id')
        script.remove()
      }
    })

  test('a cut within or behind a tool that the provider runs leaves no block open and none twice', async () => {
    const [message, ...blocks] = providersTool()
    for (let count = 3; count <= blocks.length; count += 1) {
      const script = provider.script({
        model: 'writes-much',
        times: 1,
        reply: ([first]) => [
          ...(first === undefined ? [] : [first]),
          ...[message, ...blocks.slice(0, count)].map((event) =>
            sendStep(
              frame(
                'text',
                `event: ${String(event?.['type'])}\ndata: ${JSON.stringify(event)}\n\n`,
              ),
            ),
          ),
          cut('close'),
        ],
      })
      const body = { model: 'test/writes-much', max_tokens: 999, stream: true }
      const response = await ask(
        'anthropic-messages',
        { ...body, ...says('[[say: I look for apples. Here they are, and they are red.]]') },
        'writes-much',
      )
      const text = await response.text()
      const open: number[] = []
      const begun: number[] = []
      for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) {
        const { type, index } = JSON.parse(data) as {
          readonly type: string
          readonly index: number
        }
        if (type === 'content_block_start') {
          assert.equal(open.length, 0, text)
          assert.ok(!begun.includes(index), text)
          begun.push(index)
          open.push(index)
        } else if (type === 'content_block_delta') assert.deepEqual(open, [index], text)
        else if (type === 'content_block_stop') assert.equal(open.pop(), index, text)
      }
      assert.match(text, /message_stop|"type":"error"/)
      assert.deepEqual(open, [], text)
      script.remove()
    }
  })

  test('a fallback that writes less than is asked for is asked for what it can write, over the same protocol too', async () => {
    const script = provider.script({ model: 'writes-much', fault: 's04' })
    const much = { max_tokens: 500_000, ...says('[[words: 3]] hi') }
    const body = { model: 'test/writes-much', ...much }
    const served = await ask('anthropic-messages', body, 'writes-much')
    assert.equal(served.status, 200, await served.text())
    assert.equal(asked().at(-1), 'claude-sonnet-4-5')
    const { max_tokens: wanted, ...rest } = sentBody()
    assert.ok(Number(wanted) > 0 && Number(wanted) < 500_000, String(wanted))
    assert.deepEqual(rest, { model: 'claude-sonnet-4-5', ...says('[[words: 3]] hi') })
    await ask('anthropic-messages', { model: claude, ...much })
    assert.equal(
      sentBody()['max_tokens'],
      500_000,
      'of its own model the provider has the last word',
    )
    script.remove()
  })

  test('a fallback that reads no pictures, calls no tools or is too small is passed over, and the caller hears why', async () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
    const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } }
    const text = '[[words: 3]] hi'
    for (const [workflow, more, why, passedOver] of [
      [
        'pictures',
        says([{ type: 'text', text }, picture]),
        /reads no images/,
        'mistral-large-2411',
      ],
      ['tools', { ...says(text), tools: [tool] }, /calls no tools/, 'open-mistral-nemo'],
      ['context', says(`${text} ${'word '.repeat(60_000)}`), /do not fit/, 'gpt-4'],
    ] as const) {
      provider.reset()
      const model = `test/down-${workflow}`
      provider.script({ model: `down-${workflow}`, fault: 's04' })
      const served = await ask('openai-chat', { model, ...more }, `${workflow}-and-another`)
      assert.equal(served.status, 200)
      assert.equal(served.headers.get('holdfast-served-model'), claude)
      assert.ok(!asked().includes(passedOver), workflow)
      provider.reset()
      provider.script({ model: `down-${workflow}`, fault: 'h01' })
      await ask('openai-chat', { model, ...more }, workflow)
      const refused = await ask('openai-chat', { model, ...more }, workflow)
      assert.ok(refused.status >= 400)
      assert.ok(!asked().includes(passedOver), workflow)
      assert.match(await refused.text(), why)
    }
  })
})

type Body = Readonly<Record<string, unknown>>

/** A text, a search that the provider runs, what it found, and another text. */
function providersTool(): readonly Body[] {
  const block = (index: number, start: object, ...deltas: readonly object[]) => [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
  const said = (text: string) => ({ type: 'text_delta', text })
  const usage = { input_tokens: 9, output_tokens: 1 }
  return [
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'writes-much',
        content: [],
        usage,
      },
    },
    ...block(0, { type: 'text', text: '' }, said('I look '), said('for apples. ')),
    ...block(
      1,
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
      { type: 'input_json_delta', partial_json: '{"query":' },
      { type: 'input_json_delta', partial_json: '"apples"}' },
    ),
    ...block(2, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }),
    ...block(3, { type: 'text', text: '' }, said('Here they are, '), said('and they ')),
  ]
}

function configuration(upstream: string): object {
  const places: Readonly<Record<string, string>> = {
    'openai-chat': '/v1',
    'openai-responses': '/v1',
  }
  const route = (name: string, protocol: string, models: object, more: object = {}) => ({
    id: name,
    provider: 'test',
    protocol,
    baseUrl: `${upstream}${places[protocol] ?? ''}`,
    credential: 'env:HOLDFAST_TEST_UPSTREAM',
    models,
    ...more,
  })
  const workflow = (name: string, model: string, fallbacks: readonly string[]) => ({
    id: name,
    task: 'chat',
    audience: ['staff'],
    model,
    fallbacks,
  })
  const small = { pictures: mistral, tools: 'mistral/open-mistral-nemo', context: 'openai/gpt-4' }
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      route('anthropic', 'anthropic-messages', { [claude]: 'claude-sonnet-4-5' }),
      route(
        'openai',
        'openai-chat',
        { [gpt]: 'gpt-4o', 'openai/gpt-4': 'gpt-4' },
        { provider: 'openai' },
      ),
      route(
        'mistral',
        'openai-chat',
        {
          [mistral]: 'mistral-large-2411',
          'mistral/open-mistral-nemo': 'open-mistral-nemo',
        },
        { provider: 'mistral' },
      ),
      route('aliases', 'openai-chat', {
        'test/o3-alias': 'o3-alias',
        'test/gpt-5-alias': 'gpt-5-alias',
        ...Object.fromEntries(
          Object.keys(small).map((name) => [`test/down-${name}`, `down-${name}`]),
        ),
      }),
      route('much', 'anthropic-messages', { 'test/writes-much': 'writes-much' }),
      route('gemini', 'gemini', { 'test/gemini': 'gemini-wire' }),
      route('bedrock', 'bedrock-converse', { 'test/bedrock': 'eu.anthropic.claude-wire-v1' }),
      route('responses', 'openai-responses', {
        'test/responses': 'responses-wire',
        'test/kept': 'kept',
      }),
      route('responses-too', 'openai-responses', { 'test/kept': 'kept-too' }),
    ],
    workflows: [
      workflow('fallback', claude, [mistral]),
      workflow('kept', 'test/kept', [gpt]),
      workflow('goes-on', gpt, [mistral]),
      workflow('writes-much', 'test/writes-much', [claude]),
      ...Object.entries(small).flatMap(([name, model]) => [
        workflow(name, `test/down-${name}`, [model]),
        workflow(`${name}-and-another`, `test/down-${name}`, [model, claude]),
      ]),
    ],
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
    gateway: {
      timeouts: {
        connectMs: 2_000,
        headersMs: 5_000,
        firstTokenMs: 5_000,
        idleMs: 5_000,
        totalMs: 30_000,
      },
    },
  }
}
