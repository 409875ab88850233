import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import {
  type InboundProtocol,
  inboundPaths,
  promptBody,
  readStreamedAnswer,
  readWholeAnswer,
} from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { banOnFable, gatewayKeys, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** A second hop beside one that says nothing: the real binary, a provider that is slow for some of its models. */

setGatewayKeys()
const folder = temporaryFolder()
const order = 'test-order'
const fable = 'anthropic/claude-fable-5'
const protocols = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const
/** Content comes 2 s late where the prompt says so, and the gateway waits this long. */
const afterMs = 150
const timeouts = {
  connectMs: 1_000,
  headersMs: 4_000,
  firstTokenMs: 4_000,
  idleMs: 4_000,
  totalMs: 20_000,
}

const digest = `sha256:${'0'.repeat(64)}`
const verdict = {
  schemaVersion: 1,
  trial: 'a-trial',
  key: {
    workflow: 'alone',
    model: 'test/other',
    route: 'alone',
    servedModel: 'other',
    promptDigest: digest,
    toolsDigest: digest,
    gradersDigest: digest,
  },
  verdict: 'QUALIFIED',
  decidedAt: '2026-06-01T00:00:00Z',
  validUntil: '2099-01-01T00:00:00Z',
  invalidatedBy: null,
}

interface Entry {
  readonly request: string
  readonly outcome: string
  readonly route: string
  readonly hop: number
}

suite('a hop beside another', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0, timeScale: 0.1 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const route = (id: string, models: object, more: object = {}) => ({
      id,
      provider: 'test',
      protocol: 'openai-chat',
      baseUrl: `${provider.baseUrl}/v1`,
      credential: 'none',
      models,
      ...more,
    })
    const dear = {
      'test/one': { currency: 'USD', inputPerMillion: 1_000_000, outputPerMillion: 0 },
    }
    const cheap = {
      'test/one': { currency: 'USD', inputPerMillion: 0.001, outputPerMillion: 0.001 },
    }
    const workflow = (id: string, model: string, more: object = {}) => ({
      id,
      task: 'chat',
      audience: ['staff'],
      model,
      ...more,
    })
    const caller = (id: string, key: string, more: object = {}) => ({
      id,
      kind: 'person',
      key: `env:${key}`,
      class: 'not-foreign-person',
      groups: ['staff'],
      ...more,
    })
    const world = {
      version: 1,
      organisation: { name: 'Test' },
      routes: [
        route('first', { 'test/one': 'one-first', [fable]: 'fable' }, { priceOverride: dear }),
        route('second', { 'test/one': 'one-second' }, { priceOverride: cheap }),
        route('alone', { 'test/alone': 'alone', 'test/other': 'other' }),
        route('narrow', { 'test/narrow': 'narrow-first', 'test/half': 'half' }),
        route('full', { 'test/narrow': 'narrow-second' }, { capacity: { concurrent: 1 } }),
        route('dead', { 'test/half': 'half' }, { baseUrl: 'http://127.0.0.1:1/v1' }),
      ],
      workflows: [
        workflow('off', 'test/one', { hedge: false }),
        workflow('alone', 'test/alone', { fallbacks: [fable, 'test/other'] }),
      ],
      groups: { staff: {} },
      principals: [
        caller('cleared', 'HOLDFAST_TEST_CLEARED', { workflows: ['off', 'alone'] }),
        caller('spender', 'HOLDFAST_TEST_FOREIGN', {
          workflows: [],
          limits: { spendPerDay: { amount: 0.5, currency: 'USD' } },
        }),
      ],
      eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
      directives: { load: [order] },
      ledger: keys.ledger,
      gateway: { hedge: { afterMs }, timeouts },
    }
    gateway = await startGateway(folder, world, {
      [`directives/${order}.yaml`]: banOnFable(order, 'all'),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const late = (model: string) => `[[fault: late-first-token @${model}]] [[words: 6]]`
  const ask = async (
    prompt: string,
    options: {
      readonly protocol?: InboundProtocol
      readonly isStream?: boolean
      readonly model?: string
      readonly workflow?: string
      readonly key?: string
      readonly more?: object
    } = {},
  ) => {
    const { protocol = 'openai-chat', isStream = true, model = 'test/one', workflow } = options
    const began = performance.now()
    const response = await fetch(`${gateway.url}${inboundPaths[protocol]}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${options.key ?? gatewayKeys.HOLDFAST_TEST_CLEARED}`,
        ...(workflow === undefined ? {} : { 'holdfast-workflow': workflow }),
      },
      body: JSON.stringify({
        ...promptBody(protocol, { model, isStream, prompt }),
        ...options.more,
      }),
    })
    const body = await response.text()
    const read = isStream && response.status === 200 ? readStreamedAnswer : readWholeAnswer
    return {
      status: response.status,
      id: response.headers.get('holdfast-request-id') ?? '',
      route: response.headers.get('holdfast-route'),
      outcome: response.headers.get('holdfast-outcome'),
      ms: performance.now() - began,
      answer: read(protocol, body),
    }
  }
  const routesAsked = () => provider.requests.map(({ model }) => model)
  const entriesOf = (id: string): readonly string[] => {
    const search = ['ledger', 'search', '--kind', 'decision', '--format', 'json']
    const { stdout } = holdfast([...search, '--config', join(folder, 'holdfast.yaml')])
    return stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { content: { entry: Entry } }).content.entry)
      .filter(({ request }) => request === id)
      .map(({ hop, route, outcome }) => `${hop} ${route} ${outcome}`)
      .toSorted()
  }

  for (const protocol of protocols)
    for (const isStream of [true, false])
      test(`the second answers where the first is slow: ${protocol}, ${isStream ? 'streamed' : 'whole'}`, async () => {
        const found = await ask(late('one-first'), { protocol, isStream })
        assert.equal(found.status, 200)
        assert.equal(found.route, 'second')
        assert.equal(found.outcome, 'failover')
        assert.ok(found.ms < 1_500, `${found.ms} ms`)
        assert.ok(found.answer.isEnded)
        assert.equal(found.answer.text.trim().split(/\s+/).length, 6)
        assert.deepEqual(routesAsked(), ['one-first', 'one-second'])
        await until('the first was given up', () => {
          const [first] = provider.requests
          return first?.progress.ending === 'abandoned'
        })
      })

  test('the first answers where the second is as slow, and the second is given up', async () => {
    const found = await ask('[[fault: late-first-token]] [[words: 6]]')
    assert.equal(found.route, 'first')
    assert.equal(found.outcome, 'direct')
    assert.ok(found.answer.isEnded)
    assert.deepEqual(routesAsked(), ['one-first', 'one-second'])
    await until('the second was given up', () => {
      const [, second] = provider.requests
      return second?.progress.ending === 'abandoned'
    })
  })

  test('where nothing is slow nobody else is asked', async () => {
    assert.equal((await ask('[[words: 6]]')).route, 'first')
    assert.equal((await ask('[[words: 6]]', { isStream: false })).route, 'first')
    assert.deepEqual(routesAsked(), ['one-first', 'one-first'])
  })

  test('a model that thinks for long has said something: the second is not asked', async () => {
    const found = await ask('[[think: 12]] [[pace: 40]] [[words: 3]]')
    assert.equal(found.route, 'first')
    assert.deepEqual(routesAsked(), ['one-first'])
  })

  test('the ledger has both, and says which was overtaken', async () => {
    const { id } = await ask(late('one-first'))
    await until('all is written', () => entriesOf(id).length === 3)
    assert.deepEqual(entriesOf(id), ['0 first overtaken', '1 second failover', '1 second failover'])
  })

  test('what was overtaken counts as spent', async () => {
    const key = gatewayKeys.HOLDFAST_TEST_FOREIGN
    assert.equal((await ask(late('one-first'), { key })).status, 200)
    const next = await ask('[[words: 6]]', { key })
    assert.equal(next.status, 429)
    assert.match(next.answer.error ?? '', /spend/i)
  })

  test('both fail: the caller hears of it, and each was asked once', async () => {
    const found = await ask('[[fault: stall-before-content]]')
    assert.equal(found.status, 504)
    assert.deepEqual(routesAsked(), ['one-first', 'one-second'])
  })

  test('the second fails while the first is slow: the first answers', async () => {
    const found = await ask(late('half'), { model: 'test/half' })
    assert.equal(found.route, 'narrow')
    assert.equal(found.outcome, 'direct')
    await until('the ledger has both', () => entriesOf(found.id).length === 3)
    assert.deepEqual(entriesOf(found.id), ['0 narrow direct', '0 narrow direct', '1 dead failed'])
  })

  test('never over a directive, nor to a fallback that nobody has qualified', async () => {
    const alone = { workflow: 'alone', model: 'test/alone' }
    assert.equal((await ask(late('alone'), alone)).outcome, 'direct')
    assert.deepEqual(routesAsked(), ['alone'])
    await gateway.change({ '.holdfast/verdicts/one.json': JSON.stringify(verdict) })
    const found = await ask(late('alone'), alone)
    assert.equal(found.outcome, 'failover')
    assert.deepEqual(routesAsked(), ['alone', 'alone', 'other'])
  })

  test('a request that leaves something behind is asked once', async () => {
    const more = { tools: [{ type: 'web_search' }] }
    await ask(late('one-first'), { more })
    assert.deepEqual(routesAsked(), ['one-first'])
  })

  test('an answer that breaks off is gone on with by the hop that was overtaken', async () => {
    provider.script({ model: 'one-second', fault: 's08' })
    provider.script({ model: 'one-first', fault: ['late-first-token', null] })
    const found = await ask('[[words: 60]]')
    assert.equal(found.status, 200)
    assert.ok(found.answer.isEnded)
    assert.equal(found.answer.error, null)
    assert.equal(found.answer.text.trim().split(/\s+/).length, 60)
    const asked = routesAsked()
    assert.deepEqual(asked.slice(0, 2), ['one-first', 'one-second'])
    assert.equal(asked.at(-1), 'one-first')
  })

  test('a workflow says no for itself', async () => {
    assert.equal((await ask(late('one-first'), { workflow: 'off' })).route, 'first')
    assert.deepEqual(routesAsked(), ['one-first'])
  })

  test('the capacity of both routes is taken: one that is full is not asked', async () => {
    const prompt = '[[fault: late-first-token]] [[words: 6]]'
    const narrow = { model: 'test/narrow' }
    const both = await Promise.all([ask(prompt, narrow), ask(prompt, narrow)])
    assert.deepEqual(
      both.map(({ route }) => route),
      ['narrow', 'narrow'],
    )
    assert.deepEqual(routesAsked().toSorted(), ['narrow-first', 'narrow-first', 'narrow-second'])
  })
})
