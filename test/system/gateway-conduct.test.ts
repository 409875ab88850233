import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { frame } from '../support/provider/frame.ts'
import { send, type Step, wait } from '../support/provider/step.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * How the gateway treats time, connections and circuits, by the real binary. What other gateways do wrong there, in
 * docs/reference/gateway-failures.md.
 */

setGatewayKeys()
const folder = temporaryFolder()
const idleMs = 700
const headersMs = 1_500
const wholeMs = 5_000
const paths = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
} as const

suite('towards a provider', () => {
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

  const post = (path: string, body: object, signal = AbortSignal.timeout(20_000)) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_CLEARED}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      signal,
    })
  const chat = (model: string, more: object = {}, content = '[[words: 5]] hi') => ({
    model: `test/${model}`,
    messages: [{ role: 'user', content }],
    ...more,
  })
  const chatPath = paths['openai-chat']

  test('a retry-after is the shortest wait before the same route is asked again', async () => {
    const { requests } = provider
    provider.script({
      model: 'limited',
      times: 1,
      reply: () => refusal(429, [['retry-after', '1']]),
    })
    const response = await post(chatPath, chat('limited'))
    assert.equal(response.status, 200)
    assert.equal(requests.length, 2)
    const [first, second] = requests
    assert.ok((second?.atMs ?? 0) - (first?.atMs ?? 0) >= 990, 'not before a second has gone')
  })

  test('a longer retry-after is not waited for: the caller hears it, and nobody is asked before it is over', async () => {
    provider.script({ model: 'closed', reply: () => refusal(429, [['retry-after', '30']]) })
    const began = performance.now()
    const response = await post(chatPath, chat('closed'))
    assert.equal(response.status, 429)
    assert.equal(response.headers.get('retry-after'), '30')
    assert.ok(performance.now() - began < 15_000)
    assert.equal(provider.requests.length, 1)
    const { circuits } = await circuitsOf()
    assert.ok(
      circuits.some((line) => line.includes('test/closed')),
      circuits.join('\n'),
    )
  })

  async function circuitsOf() {
    const response = await fetch(`${gateway.admin}/api/v1/circuits`, {
      headers: { authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_VIEWER}` },
    })
    const text = await response.text()
    return { circuits: text.split('"id":').slice(1) }
  }

  for (const stream of [false, true])
    test(`who falls silent after its header lines is given up, ${stream ? 'streamed' : 'whole'}`, async () => {
      const at = stream ? 6 : 1
      provider.script({
        model: 'silent',
        reply: (steps) => [...steps.slice(0, at), wait(15_000), ...steps.slice(at)],
      })
      const began = performance.now()
      const response = await post(chatPath, chat('silent', { stream }))
      const text = await response.text()
      assert.ok(performance.now() - began < 12_000, text)
      assert.doesNotMatch(text, /\[DONE\]/)
      assert.ok(stream ? /"error"/.test(text) : response.status === 504, text)
      await until('the provider hears of it', () =>
        provider.requests.every(({ progress }) => progress.ending === 'abandoned'),
      )
    })

  test('an answer in one piece has its own time: its header lines come when it is made', async () => {
    const late = wait(headersMs + 1_000)
    provider.script({ model: 'left', times: 1, reply: (steps) => [late, ...steps] })
    const response = await post(chatPath, chat('left'))
    assert.equal(response.status, 200, await response.text())
    assert.equal(provider.requests.length, 1)
    const never = wait(60_000)
    provider.script({ model: 'left', reply: (steps) => [never, ...steps] })
    assert.equal((await post(chatPath, chat('left'))).status, 504)
  })

  test('what comes first goes out first: nothing is gathered before it is shown', async () => {
    for (const [path, model] of [
      [chatPath, 'plain'],
      [paths['anthropic-messages'], 'plain'],
    ] as const) {
      const script = provider.script({ model, holdAfterTokens: 1 })
      const response = await post(path, { max_tokens: 50, ...chat(model, { stream: true }) })
      const reader = response.body?.getReader()
      let text = ''
      while (!/meadow/.test(text)) {
        const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
        assert.ok(!done, text)
        text += Buffer.from(value ?? []).toString('utf8')
      }
      assert.equal(script.matched[0]?.progress.tokensSent, 1, 'the second word was not said yet')
      script.release()
      await reader?.cancel()
      script.remove()
    }
  })

  test('who leaves while it is waited to ask again has asked once', async () => {
    provider.script({ model: 'busy', reply: () => refusal(429, [['retry-after', '1']]) })
    const controller = new AbortController()
    const asked = post(chatPath, chat('busy'), controller.signal).catch(() => null)
    await until('it was asked', () => provider.requests.length === 1)
    controller.abort()
    await asked
    await new Promise((resolve) => setTimeout(resolve, 1_300))
    assert.equal(provider.requests.length, 1)
  })

  test('streams that their callers leave hold no connection: more of them than there are', async () => {
    const script = provider.script({ model: 'left', holdAfterTokens: 1 })
    for (let round = 0; round < 10; round += 1) {
      const controller = new AbortController()
      const answers = await Promise.all(
        Array.from({ length: 30 }, () =>
          post(chatPath, chat('left', { stream: true }), controller.signal),
        ),
      )
      assert.ok(answers.every(({ status }) => status === 200))
      controller.abort()
    }
    await until('all are given up', () =>
      script.matched.every(({ progress }) => progress.ending === 'abandoned'),
    )
    assert.equal(script.matched.length, 300)
    script.remove()
    assert.equal((await post(chatPath, chat('left'))).status, 200)
  })

  test('one event of many megabytes in small pieces costs no more than its length', async () => {
    const large = 'x'.repeat(8 * 2 ** 20)
    provider.script({
      model: 'large',
      reply: (steps) =>
        steps.flatMap((step): readonly Step[] => {
          if (step.kind !== 'send' || !step.frame.bytes.includes('meadow')) return [step]
          const bytes = Buffer.from(step.frame.bytes.toString('utf8').replace('meadow', large))
          const pieces = Array.from({ length: Math.ceil(bytes.length / 4_096) }, (_, index) =>
            bytes.subarray(index * 4_096, (index + 1) * 4_096),
          )
          return pieces.map((piece) => send(frame('text', piece)))
        }),
    })
    const began = performance.now()
    const response = await post(chatPath, chat('large', { stream: true }))
    const text = await response.text()
    assert.ok(text.includes(large) && text.includes('[DONE]'))
    // Joining what has come anew for each piece would copy 8 GiB.
    assert.ok(performance.now() - began < 30_000, `${performance.now() - began} ms`)
  })

  test('a model that has made vectors has circuits, whatever the catalogue knows of it', async () => {
    const ask = { model: 'test/vectors', input: 'hello' }
    const failing = () => provider.script({ operation: 'embed', fault: 's04' })
    // Of one that was never seen to make any, a failure may only say that it makes none.
    const before = failing()
    for (let count = 0; count < 4; count += 1) await post('/v1/embeddings', ask)
    assert.equal((await post(chatPath, chat('vectors'))).status, 200)
    before.remove()
    assert.equal((await post('/v1/embeddings', ask)).status, 200)
    failing()
    for (let count = 0; count < 4; count += 1) await post('/v1/embeddings', ask)
    const { circuits } = await circuitsOf()
    assert.ok(
      circuits.some((line) => line.includes('test/vectors')),
      circuits.join('\n'),
    )
  })

  test('a credential goes to no place where a cloud hands out its own', async () => {
    const addresses = [
      'http://169.254.169.254/v1',
      'http://2852039166/v1',
      'http://[fe80::1]/v1',
      'http://[::ffff:169.254.169.254]/v1',
      'http://metadata.google.internal/v1',
      'file:///etc/passwd',
    ]
    for (const [index, baseUrl] of addresses.entries()) {
      const other = join(folder, `other-${index}`)
      const config = configuration(baseUrl)
      writeFiles(other, { 'holdfast.yaml': stringify(config, { aliasDuplicateObjects: false }) })
      const { status, stderr, stdout } = holdfast(['check', '--offline'], { cwd: other })
      assert.notEqual(status, 0, baseUrl)
      assert.match(stderr + stdout, /baseUrl/, baseUrl)
    }
  })
})

function refusal(status: number, headers: readonly (readonly [string, string])[]): readonly Step[] {
  const body = '{"error":{"message":"too many","type":"rate_limit_error"}}'
  const type = ['content-type', 'application/json'] as const
  return [
    { kind: 'head', status, headers: [type, ...headers] },
    send(frame('body', body)),
    { kind: 'end' },
  ]
}

function configuration(upstream: string): object {
  const names = ['limited', 'closed', 'silent', 'plain', 'busy', 'left', 'large', 'vectors']
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      {
        id: 'one',
        provider: 'test',
        protocol: 'openai-chat',
        baseUrl: upstream.startsWith('http://127') ? `${upstream}/v1` : upstream,
        credential: 'env:HOLDFAST_TEST_UPSTREAM',
        models: Object.fromEntries(names.map((name) => [`test/${name}`, name])),
      },
    ],
    workflows: [],
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
    admin: { tokens: [{ id: 'watcher', token: 'env:HOLDFAST_TEST_VIEWER', role: 'viewer' }] },
    gateway: {
      timeouts: {
        connectMs: 2_000,
        headersMs,
        wholeMs,
        firstTokenMs: 2 * idleMs,
        idleMs,
        totalMs: 30_000,
      },
    },
  }
}
