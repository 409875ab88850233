import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { LedgerEntry } from '../../src/schema/ledger-entry.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { banOnFable, gatewayKeys, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { frame } from '../support/provider/frame.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import type { ReceivedRequest } from '../support/provider/received-request.ts'
import { send, type Step } from '../support/provider/step.ts'
import { withText } from '../support/provider/with-text.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Every way by which a model that policy denies could get a hand in an answer: fallbacks of the gateway and of the
 * provider, tools, routers of a provider. What other gateways let through, in docs/reference/gateway-failures.md.
 */

setGatewayKeys()
const { HOLDFAST_TEST_CLEARED: cleared, HOLDFAST_TEST_FOREIGN: foreign } = gatewayKeys
const order = 'test-order'
const folder = temporaryFolder()
const fable = 'anthropic/claude-fable-5'
const sonnet = 'anthropic/claude-sonnet-4-5'
const mistral = 'mistral/mistral-large-2411'
const paths = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
} as const

/** What may go wrong with the model that was asked for, and what its caller then hears. */
const faults = [
  ['s12', 400],
  ['s13', 400],
  ['s04', 503],
  ['h01', 404],
] as const

const small = [
  'small',
  ...Object.keys(paths).flatMap((path) => faults.map(([fault]) => `small-${path}-${fault}`)),
]

const digest = `sha256:${'0'.repeat(64)}`
const verdict = {
  schemaVersion: 1,
  trial: 'a-trial',
  key: {
    workflow: 'hedged',
    model: 'test/slow',
    route: 'slow',
    servedModel: 'slow-second',
    promptDigest: digest,
    toolsDigest: digest,
    gradersDigest: digest,
  },
  verdict: 'QUALIFIED',
  decidedAt: '2026-06-01T00:00:00Z',
  validUntil: '2099-01-01T00:00:00Z',
  invalidatedBy: null,
}

type Decision = Extract<LedgerEntry['entry'], { readonly kind: 'decision' }>

suite('a forbidden model', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: (load: readonly string[]) => object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    world = (load) => configuration(provider.baseUrl, load, keys.ledger)
    gateway = await startGateway(folder, world([order]), {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
      'directives/later-order.yaml': banOnFable('later-order', 'all'),
      'directives/third-order.yaml': banOnFable('third-order', 'all').replaceAll(
        fable,
        'test/third',
      ),
      '.holdfast/verdicts/one.json': JSON.stringify(verdict),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const ask = (
    protocol: keyof typeof paths,
    body: object,
    options: { readonly key?: string; readonly workflow?: string; readonly beta?: string } = {},
  ) =>
    fetch(`${gateway.url}${paths[protocol]}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${options.key ?? cleared}`,
        'content-type': 'application/json',
        ...(options.workflow === undefined ? {} : { 'holdfast-workflow': options.workflow }),
        ...(options.beta === undefined ? {} : { 'anthropic-beta': options.beta }),
      },
      body: JSON.stringify({ max_tokens: 500, ...body }),
      signal: AbortSignal.timeout(20_000),
    })
  const says = (content: string) => ({ messages: [{ role: 'user', content }] })
  const asked = () => provider.requests.map(({ model }) => model)
  const requestId = ({ headers }: Response) => String(headers.get('holdfast-request-id'))

  async function decisionsOf(request: string): Promise<readonly Decision[]> {
    const config = ['--config', join(folder, 'holdfast.yaml')]
    const found = holdfast(['ledger', 'export', ...config, '--format', 'jsonl'])
    assert.equal(found.status, 0, found.stderr)
    return found.stdout
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { content?: string }).content ?? [])
      .map((content) => (JSON.parse(content) as LedgerEntry).entry)
      .flatMap((entry) => (entry.kind === 'decision' && entry.request === request ? [entry] : []))
  }

  for (const protocol of ['openai-chat', 'anthropic-messages'] as const)
    for (const [fault, status] of faults)
      test(`is no fallback for whoever may not use it, whatever went wrong before: ${fault}, ${protocol}`, async () => {
        provider.script({ model: `small-${protocol}-${fault}`, fault })
        for (const stream of [false, true]) {
          const model = `test/small-${protocol}-${fault}`
          const body = { model, stream, ...says('hello') }
          const workflow = `small-${protocol}-${fault}`
          const response = await ask(protocol, body, { key: foreign, workflow })
          await response.text()
          assert.ok(response.status === status || response.status === 503, String(response.status))
          assert.ok(!asked().includes('claude-fable-5'), 'not even asked')
        }
        assert.ok(asked().includes(`small-${protocol}-${fault}`))
      })

  test('is the fallback of whoever may use it, and the ledger says of the other that it was denied', async () => {
    provider.script({ model: 'small', fault: 's12' })
    const body = { model: 'test/small', ...says('[[words: 5]] hello') }
    const served = await ask('openai-chat', body, { workflow: 'small' })
    assert.equal(served.headers.get('holdfast-served-model'), fable)
    const refused = await ask('openai-chat', body, { key: foreign, workflow: 'small' })
    assert.equal(refused.status, 400)
    assert.deepEqual(
      (await decisionsOf(requestId(refused))).map(({ model, outcome }) => [model, outcome]),
      [
        ['test/small', 'failed'],
        [fable, 'denied'],
      ],
    )
  })

  test('is not asked as a tool, and the ledger has the denial with its directive', async () => {
    const tools = [{ type: 'advisor', name: 'advisor', model: 'claude-fable-5' }]
    const body = { model: sonnet, tools, ...says('hello') }
    const response = await ask('anthropic-messages', body, { key: foreign })
    assert.equal(response.status, 403)
    assert.equal(response.headers.get('holdfast-outcome'), 'denied')
    const [entry, ...more] = await decisionsOf(requestId(response))
    assert.equal(more.length, 0)
    assert.equal(entry?.outcome, 'denied')
    assert.equal(entry?.model, fable)
    assert.equal(entry?.requestedModel, sonnet)
    assert.deepEqual(entry?.directives, [order])
    const hidden = [{ type: 'advisor', name: 'advisor', model: sonnet, Model: 'claude-fable-5' }]
    const other = await ask('anthropic-messages', { ...body, tools: hidden }, { key: foreign })
    assert.equal(other.status, 403, 'a server in Go takes the last of them')
    assert.equal(provider.requests.length, 0)
    const permitted = await ask('anthropic-messages', body)
    assert.equal(permitted.status, 200)
  })

  test('that works as a tool is cut off when an order comes in the middle of the answer', async () => {
    const script = provider.script({ model: 'claude-sonnet-4-5', holdAfterTokens: 20 })
    const tools = [{ type: 'advisor', name: 'advisor', model: 'claude-fable-5' }]
    const body = { model: sonnet, stream: true, tools, ...says('[[words: 40]] hello') }
    const response = await ask('anthropic-messages', body)
    await script.held
    await gateway.configure(world([order, 'later-order']))
    const text = await response.text()
    script.release()
    await gateway.configure(world([order]))
    assert.match(text, /event: error/)
    assert.doesNotMatch(text, /message_stop/)
    const entries = await decisionsOf(requestId(response))
    const cut = entries.find(({ outcome }) => outcome === 'cut')
    assert.deepEqual(cut?.directives, ['later-order'])
  })

  for (const stream of [false, true]) {
    const how = stream ? 'streamed' : 'whole'

    test(`that only the usage of an answer names is cut and recorded, ${how}`, async () => {
      provider.script({
        model: 'claude-sonnet-4-5',
        reply: (steps) =>
          withText(steps, '"service_tier":"standard"', iterations('claude-fable-5')),
      })
      const body = { model: sonnet, stream, ...says('[[words: 8]] hello') }
      const response = await ask('anthropic-messages', body, { key: foreign, workflow: 'usage' })
      const text = await response.text()
      assert.equal(response.status, 200, text)
      assert.doesNotMatch(text, /fallback_message/)
      const entries = await decisionsOf(requestId(response))
      assert.deepEqual(
        entries
          .filter(({ endedAt }) => endedAt !== null)
          .map(({ model, outcome, servedModel }) => [model, outcome, servedModel]),
        [
          [sonnet, stream ? 'cut' : 'failed', 'claude-fable-5'],
          [mistral, stream ? 'resumed' : 'failover', mistral],
        ],
      )
      provider.reset()
      provider.script({
        model: 'claude-sonnet-4-5',
        reply: (steps) =>
          withText(steps, '"service_tier":"standard"', iterations('claude-haiku-x')),
      })
      const named = await ask('anthropic-messages', body, { workflow: 'usage' })
      assert.match(await named.text(), /fallback_message/)
      assert.equal(named.headers.get('holdfast-outcome'), 'direct')
    })

    test(`that a router of the provider chose is cut, and another is named: ${how}`, async () => {
      const routed = (model: string) =>
        provider.script({
          model: 'model-router',
          reply: (steps) => [
            // Azure tells of filters first, without a model.
            ...(stream ? steps.slice(0, 1) : []),
            ...(stream ? [sse('{"choices":[],"model":"","prompt_filter_results":[]}')] : []),
            ...withText(
              stream ? steps.slice(1) : steps,
              '"model":"model-router"',
              `"model":"${model}"`,
            ),
          ],
        })
      const body = { model: 'test/model-router', stream, ...says('[[words: 8]] hello') }
      const good = routed('gpt-4o-2024-08-06')
      const named = await ask('openai-chat', body, { key: foreign })
      assert.match(await named.text(), /gpt-4o-2024-08-06/)
      assert.equal(named.headers.get('holdfast-served-model'), 'openai/gpt-4o')
      assert.equal(named.headers.get('holdfast-outcome'), 'direct')
      good.remove()
      routed('claude-fable-5')
      const moved = await ask('openai-chat', body, { key: foreign, workflow: 'router' })
      assert.doesNotMatch(await moved.text(), /claude-fable-5/)
      assert.equal(moved.headers.get('holdfast-served-model'), mistral)
      assert.equal(moved.headers.get('holdfast-outcome'), 'failover')
    })

    test(`leaves every list of the provider's own fallbacks on every way: ${how}`, async () => {
      const list = [{ model: 'claude-fable-5' }, { model: 'claude-sonnet-4-5' }]
      for (const [protocol, model, member, value] of [
        ['anthropic-messages', 'test/twin', 'fallbacks', list],
        ['anthropic-messages', mistral, 'fallbacks', list],
        ['anthropic-messages', 'test/vertex', 'fallbacks', list],
        ['openai-chat', mistral, 'models', ['claude-fable-5', 'mistral-large-2411']],
        ['openai-chat', sonnet, 'models', ['claude-fable-5']],
        ['openai-chat', 'test/twin', 'fallback_models', 'default'],
      ] as const) {
        provider.reset()
        const body = { model, stream, [member]: value, ...says('[[words: 4]] hello') }
        const response = await ask(protocol, body, { key: foreign })
        await response.text()
        assert.equal(response.status, 200, `${protocol} ${model}`)
        assert.match(response.headers.get('holdfast-lost') ?? '', new RegExp(member))
        assert.equal(provider.mentioning('claude-fable-5').length, 0, `${protocol} ${model}`)
        assert.equal(provider.mentioning('"default"').length, 0, `${protocol} ${model}`)
      }
    })
  }

  test('is in no list of the request that goes on with an answer, and what hangs on header lines arrives', async () => {
    provider.script({ model: 'twin-first', fault: 's08' })
    const body = {
      model: 'test/twin',
      stream: true,
      fallbacks: [{ model: 'claude-fable-5' }],
      context_management: { edits: [] },
      ...says('[[words: 60]] hello'),
    }
    const options = { key: foreign, beta: 'context-management-2025-06-27' }
    const response = await ask('anthropic-messages', body, options)
    const text = await response.text()
    assert.match(text, /holdfast resumed/)
    const last = provider.requests.at(-1)
    assert.equal(last?.model, 'twin-second')
    const sent = JSON.parse(String(last?.body)) as Record<string, unknown>
    assert.equal(sent['fallbacks'] ?? null, null)
    assert.deepEqual(sent['context_management'], { edits: [] })
    assert.equal(last?.headers['anthropic-beta'], 'context-management-2025-06-27')
    assert.equal(last?.headers['x-api-key'], gatewayKeys.HOLDFAST_TEST_UPSTREAM)
    assert.equal(provider.mentioning(foreign).length, 0)
  })

  test('has no address of its own: a name that is a URL is nobody’s, and no credential goes there', async () => {
    const url = 'https://models.example/v1'
    const refused = await ask('openai-chat', { model: url, ...says('hello') })
    assert.equal(refused.status, 403)
    const fallbacks = [{ model: url, api_base: url }]
    const body = { model: sonnet, fallbacks, ...says('[[words: 3]] hello') }
    const response = await ask('anthropic-messages', body)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('holdfast-lost'), `fallbacks: ${url}`)
    assert.equal(provider.mentioning(url).length, 0)
  })

  test('under a hedge: an order that comes while two hops are asked ends the one it concerns', async () => {
    for (const stream of [false, true]) {
      const [first, second] = ['claude-fable-5', 'slow-second'].map((model) =>
        provider.script({ model, holdAfterTokens: 0 }),
      )
      const body = { model: fable, stream, ...says('[[words: 5]] hello') }
      const response = ask('anthropic-messages', body, { workflow: 'hedged' })
      await until('both are asked', () => second?.matched.length === 1)
      await gateway.configure(world([order, 'later-order']))
      await until('the forbidden one is given up', () => isAbandoned(first?.matched.at(-1)))
      assert.ok(!isAbandoned(second?.matched.at(-1)))
      second?.release()
      const served = await response
      const text = await served.text()
      assert.equal(served.status, 200, text)
      assert.equal(served.headers.get('holdfast-served-model'), 'test/slow')
      assert.ok(text.includes(answerText(0, 5)) || stream)
      const entries = await decisionsOf(requestId(served))
      const ended = entries.filter(({ endedAt }) => endedAt !== null)
      assert.deepEqual(
        ended
          .map(({ model, outcome, directives }) => `${model} ${outcome} ${directives.join()}`)
          .toSorted(),
        [`${fable} failed later-order`, 'test/slow failover '],
      )
      first?.release()
      provider.reset()
      await gateway.configure(world([order]))
    }
  })

  test('under a hedge: both hops are forbidden at once, and a third goes on', async () => {
    const when = ({ model }: ReceivedRequest) => model.startsWith('third-')
    const script = provider.script({ when, holdAfterTokens: 0 })
    const body = { model: 'test/third', stream: true, ...says('[[words: 5]] hello') }
    const response = ask('anthropic-messages', body, { workflow: 'twice' })
    await until('both are asked', () => script.matched.length === 2)
    await gateway.configure(world([order, 'third-order']))
    await until('both are given up', () => script.matched.every(isAbandoned))
    const served = await response
    assert.equal(served.headers.get('holdfast-served-model'), mistral)
    assert.match(await served.text(), /message_stop/)
    script.release()
    await gateway.configure(world([order]))
  })
})

function isAbandoned(request: ReceivedRequest | undefined): boolean {
  return request?.progress.ending === 'abandoned'
}

function sse(data: string): Step {
  return send(frame('comment', `data: ${data}\n\n`))
}

function iterations(model: string): string {
  const used = { input_tokens: 1, output_tokens: 1, cache_creation: null }
  const entries = [
    { type: 'message', model: 'claude-sonnet-4-5', ...used },
    { type: 'fallback_message', model, ...used },
  ]
  return `"service_tier":"standard","iterations":${JSON.stringify(entries)}`
}

function configuration(upstream: string, load: readonly string[], ledger: object): object {
  const route = (id: string, protocol: string, models: object, more: object = {}) => ({
    id,
    provider: 'test',
    protocol,
    baseUrl: protocol === 'anthropic-messages' ? upstream : `${upstream}/v1`,
    credential: 'env:HOLDFAST_TEST_UPSTREAM',
    models,
    ...more,
  })
  const workflow = (id: string, model: string, more: object) => ({
    id,
    task: 'chat',
    audience: ['staff'],
    model,
    ...more,
  })
  const person = (id: string, key: string, eligibility: string) => ({
    id,
    kind: 'person',
    key: `env:${key}`,
    class: eligibility,
    groups: ['staff'],
  })
  const hedge = { afterMs: 100 }
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      route(
        'anthropic',
        'anthropic-messages',
        { [fable]: 'claude-fable-5', [sonnet]: 'claude-sonnet-4-5' },
        { provider: 'anthropic' },
      ),
      route('mistral', 'openai-chat', { [mistral]: 'mistral-large-2411' }, { provider: 'mistral' }),
      route('small', 'openai-chat', Object.fromEntries(small.map((id) => [`test/${id}`, id]))),
      route(
        'router',
        'openai-chat',
        { 'test/model-router': 'model-router', 'openai/gpt-4o': 'gpt-4o' },
        { provider: 'azure' },
      ),
      route('twin-first', 'anthropic-messages', { 'test/twin': 'twin-first' }),
      route('twin-second', 'anthropic-messages', { 'test/twin': 'twin-second' }),
      route(
        'vertex',
        'anthropic-messages',
        { 'test/vertex': 'vertex' },
        { provider: 'google-vertex', project: 'p', region: 'europe-west1' },
      ),
      route('third-first', 'anthropic-messages', { 'test/third': 'third-first' }),
      route('third-second', 'anthropic-messages', { 'test/third': 'third-second' }),
      route('slow', 'anthropic-messages', { 'test/slow': 'slow-second' }),
    ],
    workflows: [
      ...small.map((id) => workflow(id, `test/${id}`, { fallbacks: [fable] })),
      workflow('usage', sonnet, { fallbacks: [mistral] }),
      workflow('router', 'test/model-router', { fallbacks: [mistral] }),
      workflow('hedged', fable, { fallbacks: ['test/slow'], hedge }),
      workflow('twice', 'test/third', { fallbacks: [mistral], hedge }),
    ],
    groups: { staff: {} },
    principals: [
      person('cleared', 'HOLDFAST_TEST_CLEARED', 'not-foreign-person'),
      person('foreign', 'HOLDFAST_TEST_FOREIGN', 'foreign-person-not-authorised'),
    ],
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    directives: { load },
    ledger,
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
