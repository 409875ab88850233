import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type InboundProtocol, inboundPaths, promptBody } from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { banOnFable } from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder } from './holdfast.ts'

/** Limits of callers, workflows and routes, as callers of the real binary meet them. */

const callers = [
  'busy',
  'colleague',
  'frequent',
  'many-ends',
  'second-streamer',
  'spender',
  'streamer',
  'unlimited',
] as const
type CallerName = (typeof callers)[number]
const variableOf = (caller: CallerName) =>
  `HOLDFAST_TEST_${caller.toUpperCase().replaceAll('-', '_')}`
const keyOf = (caller: CallerName) => `key-of-${caller}-5f0c2d7a9b8e4f31`
for (const caller of callers) process.env[variableOf(caller)] = keyOf(caller)

const waitMsUsual = 900
const folder = temporaryFolder()

/** Each has a circuit of its own, so that most requests are really carried. */
const endModels = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`test/ends-${index}`, `ends-${index}`]),
)

interface WorldOptions {
  readonly whenFull?: 'wait' | 'next'
  readonly waitMs?: number
  readonly load?: readonly string[]
}

function world(
  upstream: string,
  { whenFull = 'wait', waitMs = waitMsUsual, load = [] }: WorldOptions = {},
): object {
  const route = (id: string, more: object = {}) => ({
    id,
    provider: 'test',
    protocol: 'openai-chat',
    baseUrl: `${upstream}/v1`,
    credential: 'none',
    models: { [`test/${id}`]: id },
    ...more,
  })
  const workflow = (id: string, more: object = {}) => ({
    id,
    task: 'chat',
    audience: ['staff'],
    ...more,
  })
  const price = (model: string, currency = 'USD') => ({
    [`test/${model}`]: { currency, inputPerMillion: 1_000, outputPerMillion: 1_000 },
  })
  const limits: Partial<Record<CallerName, object>> = {
    busy: { concurrent: 2 },
    frequent: { requestsPerMinute: 3 },
    'many-ends': { concurrent: 6 },
    spender: { spendPerDay: { amount: 0.05, currency: 'USD' } },
    'second-streamer': { spendPerDay: { amount: 0.05, currency: 'USD' } },
    streamer: { spendPerDay: { amount: 0.05, currency: 'USD' } },
  }
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      route('wide', { priceOverride: price('wide') }),
      route('foreign', { priceOverride: price('foreign', 'EUR') }),
      route('narrow', { capacity: { concurrent: 1 } }),
      route('metered', { capacity: { requestsPerMinute: 2 } }),
      route('tokens', { capacity: { tokensPerMinute: 300 } }),
      route('banned', {
        models: { 'anthropic/claude-fable-5': 'banned', 'test/beside': 'beside' },
        capacity: { concurrent: 1 },
      }),
      route('ends', { capacity: { concurrent: 4 }, models: endModels }),
    ],
    workflows: [
      workflow('critical', { criticality: 'critical', model: 'test/narrow' }),
      workflow('important', { criticality: 'important', model: 'test/narrow' }),
      workflow('supporting', { criticality: 'supporting', model: 'test/narrow' }),
      workflow('pair', { limits: { concurrent: 1 }, model: 'test/wide' }),
      workflow('falls-back', { model: 'test/narrow', fallbacks: ['test/wide'] }),
      workflow('banned', { model: 'anthropic/claude-fable-5', fallbacks: ['test/wide'] }),
      workflow('metered', { model: 'test/metered', fallbacks: ['test/wide'] }),
    ],
    groups: { staff: {} },
    directives: { load },
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    principals: callers.map((id) => ({
      id,
      kind: 'service',
      key: `env:${variableOf(id)}`,
      class: 'not-foreign-person',
      groups: ['staff'],
      ...(limits[id] === undefined ? {} : { limits: limits[id] }),
    })),
    gateway: {
      timeouts: {
        connectMs: 500,
        headersMs: 400,
        firstTokenMs: 400,
        idleMs: 5_000,
        totalMs: 20_000,
      },
      limits: { perPrincipal: { requestsPerMinute: 5_000 } },
      waiting: { waitMs, waitingMax: 3, whenFull },
    },
  }
}

/** Each model is called on the wire as its route is. */
function nameOf(model: string): string {
  return model === 'banned' ? model : `test/${model}`
}

interface Asked {
  readonly caller?: CallerName
  readonly model?: string
  readonly workflow?: string
  readonly prompt?: string
  readonly isStream?: boolean
  readonly protocol?: InboundProtocol
  readonly signal?: AbortSignal
}

suite('limits of the gateway', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0, timeScale: 0.05 })
    gateway = await startGateway(folder, world(provider.baseUrl), {
      'directives/ban.yaml': banOnFable('ban', 'all'),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    const code = await gateway.stop()
    await provider.close()
    assert.equal(code, 0)
  })

  function ask({
    caller = 'unlimited',
    model = 'wide',
    workflow,
    prompt = '[[words: 5]] hello',
    isStream = false,
    protocol = 'openai-chat',
    signal,
  }: Asked): Promise<Response> {
    return fetch(`${gateway.url}${inboundPaths[protocol]}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keyOf(caller)}`,
        'content-type': 'application/json',
        ...(workflow === undefined ? {} : { 'holdfast-workflow': workflow }),
      },
      body: JSON.stringify(promptBody(protocol, { model: nameOf(model), isStream, prompt })),
      signal: signal ?? null,
    })
  }

  /** Requests that the provider keeps open until they are released. */
  async function hold(count: number, asked: Asked) {
    const model = asked.model ?? 'wide'
    const script = provider.script({ model, times: count, holdAfterTokens: 1 })
    const controller = new AbortController()
    const open = Array.from({ length: count }, () =>
      ask({ ...asked, isStream: true, signal: controller.signal }),
    )
    const responses = await Promise.all(open)
    const statuses = responses.map(({ status }) => status)
    if (statuses.some((status) => status !== 200)) {
      controller.abort()
      script.remove()
      throw new Error(`not all can be held: ${statuses.join(', ')}`)
    }
    return {
      release: async () => {
        script.release()
        await Promise.all(responses.map((response) => response.text()))
        script.remove()
      },
      abort: () => {
        controller.abort()
        script.release()
        script.remove()
      },
    }
  }

  async function limitOf(response: Response): Promise<unknown> {
    const text = await response.text()
    assert.equal(response.status, 429, text)
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
    const { error } = JSON.parse(text) as { error: Record<string, unknown> }
    assert.equal(error['type'], 'rate_limit_error')
    const { limit, scope } = error
    return { limit, scope }
  }

  test('so many at the same time, then 429 in the shape of each protocol, and room again after the end', async () => {
    const held = await hold(2, { caller: 'busy' })
    const full = { limit: 'concurrent', scope: 'principal' }
    for (const protocol of Object.keys(inboundPaths) as InboundProtocol[])
      assert.deepEqual(await limitOf(await ask({ caller: 'busy', protocol })), full)
    const options = { apiKey: keyOf('busy'), maxRetries: 0 }
    const openai = await new OpenAI({ ...options, baseURL: `${gateway.url}/v1` }).chat.completions
      .create({ model: 'test/wide', messages: [{ role: 'user', content: 'hello' }] })
      .catch((error: unknown) => error)
    assert.ok(openai instanceof OpenAI.RateLimitError)
    assert.equal(openai.type, 'rate_limit_error')
    const anthropic = await new Anthropic({ ...options, baseURL: gateway.url }).messages
      .create({ model: 'test/wide', max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] })
      .catch((error: unknown) => error)
    assert.ok(anthropic instanceof Anthropic.RateLimitError)
    assert.equal((anthropic.error as { type: string }).type, 'error')
    assert.equal((await ask({ caller: 'colleague' })).status, 200)
    await held.release()
    assert.equal((await ask({ caller: 'busy' })).status, 200)
  })

  test('callers who leave give their places back', async () => {
    for (let round = 0; round < 3; round += 1) {
      const held = await hold(2, { caller: 'busy' })
      assert.equal((await ask({ caller: 'busy' })).status, 429)
      held.abort()
      await until('there is room', async () => (await ask({ caller: 'busy' })).status === 200)
    }
  })

  test('what one caller takes of a workflow another lacks, and nothing tells it who', async () => {
    const held = await hold(1, { caller: 'colleague', workflow: 'pair' })
    const refused = await ask({ workflow: 'pair' })
    assert.equal(refused.headers.get('retry-after'), '5')
    assert.ok(!JSON.stringify([...refused.headers]).includes('colleague'))
    assert.deepEqual(await limitOf(refused), { limit: 'concurrent', scope: 'workflow' })
    assert.equal((await ask({})).status, 200)
    await held.release()
    assert.equal((await ask({ workflow: 'pair' })).status, 200)
  })

  test('so many a minute, whatever became of them; a refused one is not counted', async () => {
    const statuses: number[] = []
    for (let times = 0; times < 3; times += 1)
      statuses.push(
        (await ask({ caller: 'frequent', model: times === 1 ? 'nobody' : 'wide' })).status,
      )
    assert.deepEqual(statuses, [200, 403, 200])
    for (let times = 0; times < 3; times += 1) {
      const response = await ask({ caller: 'frequent' })
      const seconds = Number(response.headers.get('retry-after'))
      assert.ok(seconds > 40 && seconds <= 61, String(seconds))
      assert.deepEqual(await limitOf(response), { limit: 'requestsPerMinute', scope: 'principal' })
    }
    assert.equal(provider.requests.length, 2)
  })

  test('a full route lets critical work in first, then important, then supporting', async () => {
    const held = await hold(1, { model: 'narrow' })
    const order: string[] = []
    const waiting: Promise<Response>[] = []
    for (const workflow of ['supporting', 'important', 'critical']) {
      waiting.push(ask({ model: 'narrow', workflow, prompt: `[[words: 5]] ${workflow}` }))
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    assert.equal(provider.requests.length, 1)
    await held.release()
    for (const response of await Promise.all(waiting)) assert.equal(response.status, 200)
    for (const { body } of provider.requests.slice(1))
      order.push(/critical|important|supporting/.exec(body.toString())?.[0] ?? '')
    assert.deepEqual(order, ['critical', 'important', 'supporting'])
  })

  test('a full line sends away supporting work before critical', async () => {
    const held = await hold(1, { model: 'narrow' })
    const answers = ['supporting', 'supporting', 'important', 'critical', 'supporting'].map(
      async (workflow, index) => {
        await new Promise((resolve) => setTimeout(resolve, 60 * index))
        return await ask({ model: 'narrow', workflow })
      },
    )
    const early = [answers[1] ?? assert.fail(), answers[4] ?? assert.fail()]
    for (const response of await Promise.all(early))
      assert.deepEqual(await limitOf(response), {
        limit: 'concurrent',
        scope: 'route',
      })
    await held.release()
    const served = (await Promise.all(answers)).map(({ status }) => status)
    assert.deepEqual(served, [200, 429, 200, 200, 429])
  })

  test('whoever has waited in vain goes on to a fallback that has room, else is told to come again', async () => {
    const held = await hold(1, { model: 'narrow' })
    const since = performance.now()
    const [moved, refused] = await Promise.all([
      ask({ model: 'narrow', workflow: 'falls-back' }),
      ask({ model: 'narrow' }),
    ])
    const tookMs = performance.now() - since
    assert.ok(tookMs >= waitMsUsual - 20 && tookMs < waitMsUsual + 10_000, String(tookMs))
    assert.equal(moved.headers.get('holdfast-served-model'), 'test/wide')
    assert.equal(moved.headers.get('holdfast-outcome'), 'failover')
    assert.deepEqual(await limitOf(refused), { limit: 'concurrent', scope: 'route' })
    assert.equal(provider.requests.filter(({ model }) => model === 'narrow').length, 1)
    await held.release()
    assert.equal((await ask({ model: 'narrow' })).status, 200)
  })

  test('a caller who leaves while it waits has asked nobody, and the place goes to the next', async () => {
    const held = await hold(1, { model: 'narrow' })
    const controller = new AbortController()
    const gone = ask({ model: 'narrow', prompt: 'gone', signal: controller.signal }).catch(
      () => null,
    )
    await new Promise((resolve) => setTimeout(resolve, 60))
    const next = ask({ model: 'narrow', prompt: '[[words: 5]] next' })
    await new Promise((resolve) => setTimeout(resolve, 60))
    controller.abort()
    assert.equal(await gone, null)
    await new Promise((resolve) => setTimeout(resolve, 60))
    await held.release()
    assert.equal((await next).status, 200)
    assert.equal(provider.mentioning('gone').length, 0)
  })

  test('a directive that takes effect ends a wait for what it forbids', async () => {
    await gateway.configure(world(provider.baseUrl, { waitMs: 15_000 }))
    const held = await hold(1, { model: 'beside' })
    const waiting = ask({ model: 'banned', workflow: 'banned' })
    await new Promise((resolve) => setTimeout(resolve, 60))
    const since = performance.now()
    await gateway.configure(world(provider.baseUrl, { load: ['ban'] }))
    const moved = await waiting
    assert.ok(performance.now() - since < 12_000)
    assert.equal(moved.headers.get('holdfast-served-model'), 'test/wide')
    held.abort()
    await gateway.configure(world(provider.baseUrl))
  })

  test('a route that has had its minute is passed by at once, since no wait would help', async () => {
    await gateway.configure(world(provider.baseUrl, { waitMs: 15_000 }))
    const since = performance.now()
    const served: (string | null)[] = []
    for (let times = 0; times < 4; times += 1) {
      const response = await ask({ model: 'metered', workflow: 'metered' })
      assert.equal(response.status, 200)
      served.push(response.headers.get('holdfast-served-model'))
    }
    assert.deepEqual(served, ['test/metered', 'test/metered', 'test/wide', 'test/wide'])
    const refused = await ask({ model: 'metered' })
    assert.deepEqual(await limitOf(refused), { limit: 'requestsPerMinute', scope: 'route' })
    assert.equal(Number(refused.headers.get('retry-after')) % 5, 0)
    assert.ok(performance.now() - since < 10_000)
    await gateway.configure(world(provider.baseUrl))
  })

  test('tokens that were used count for the route, those that were only expected do not', async () => {
    const prompt = '[[words: 20]] short'
    assert.equal((await ask({ model: 'tokens', prompt })).status, 200)
    assert.equal((await ask({ model: 'tokens', prompt, isStream: true })).status, 200)
    assert.equal((await ask({ model: 'tokens', prompt: '[[words: 400]] long' })).status, 200)
    assert.deepEqual(await limitOf(await ask({ model: 'tokens', prompt })), {
      limit: 'tokensPerMinute',
      scope: 'route',
    })
  })

  test('the day’s spend is counted for whole answers, and refused for the rest of the day once it is reached', async () => {
    const ten = { caller: 'spender', prompt: '[[words: 10]] hello' } as const
    let served = 0
    let refused: Response | null = null
    while (refused === null && served < 10) {
      const response = await ask(ten)
      if (response.status === 429) refused = response
      else served += 1
    }
    assert.ok(served >= 2 && served < 10, `${served} served`)
    assert.ok(refused !== null)
    assert.equal(refused.headers.get('x-should-retry'), 'false')
    assert.ok(Number(refused.headers.get('retry-after')) <= 86_400)
    assert.deepEqual(await limitOf(refused), { limit: 'spendPerDay', scope: 'principal' })
    assert.equal((await ask({ prompt: ten.prompt })).status, 200)
  })

  test('a stream that was cut counts, and so does one whose provider tells no usage', async () => {
    const prompt = '[[words: 60]] [[usage: missing]] hello'
    const held = provider.script({ model: 'wide', times: 1, holdAfterTokens: 40 })
    const controller = new AbortController()
    const cut = await ask({
      caller: 'streamer',
      prompt,
      isStream: true,
      signal: controller.signal,
    })
    await held.held
    const reader = cut.body?.getReader()
    await reader?.read()
    controller.abort()
    await until('the provider hears of it', () => held.matched[0]?.progress.ending === 'abandoned')
    held.release()
    const next = await ask({ caller: 'streamer' })
    assert.deepEqual(await limitOf(next), { limit: 'spendPerDay', scope: 'principal' })
    const told = { caller: 'second-streamer', prompt, isStream: true } as const
    assert.match(await (await ask(told)).text(), /\[DONE\]/)
    assert.equal((await ask(told)).status, 429)
  })

  test('what has no price in the currency of a limit is served and told once', async () => {
    const told = () =>
      gateway.events.filter(({ message }) => /spend limit in USD/.test(String(message)))
    await gateway.configure({
      ...world(provider.baseUrl),
      gateway: {
        limits: { perPrincipal: { spendPerDay: { amount: 0.000_001, currency: 'USD' } } },
      },
    })
    for (let times = 0; times < 3; times += 1)
      for (const model of ['foreign', 'narrow'])
        assert.equal((await ask({ caller: 'colleague', model })).status, 200)
    assert.deepEqual(
      told().map(({ message }) => /`test\/\w+`/.exec(String(message))?.[0]),
      ['`test/foreign`', '`test/narrow`'],
    )
    assert.equal((await ask({ caller: 'colleague', model: 'wide' })).status, 200)
    assert.equal((await ask({ caller: 'colleague', model: 'foreign' })).status, 429)
    await gateway.configure(world(provider.baseUrl))
  })

  test('where the file says so a fallback that has room is taken before any wait', async () => {
    await gateway.configure(world(provider.baseUrl, { whenFull: 'next', waitMs: 15_000 }))
    const held = await hold(1, { model: 'narrow' })
    const since = performance.now()
    const moved = await ask({ model: 'narrow', workflow: 'falls-back' })
    assert.ok(performance.now() - since < 10_000)
    assert.equal(moved.headers.get('holdfast-served-model'), 'test/wide')
    assert.equal(moved.headers.get('holdfast-outcome'), 'failover')
    // The fallback fails: then the full route is worth a wait.
    const broken = provider.script({ model: 'wide', fault: 's04' })
    const waiting = ask({ model: 'narrow', workflow: 'falls-back' })
    await until('the fallback has failed', () => broken.matched.length === 1)
    await held.release()
    const own = await waiting
    assert.equal(own.headers.get('holdfast-served-model'), 'test/narrow')
    broken.remove()
    await gateway.configure(world(provider.baseUrl))
  })

  test('embeddings and counted tokens are requests like others', async () => {
    const post = (path: string, body: object) =>
      fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': keyOf('busy'), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const embed = () => post('/v1/embeddings', { model: 'test/narrow', input: 'hello' })
    assert.equal((await embed()).status, 200)
    const held = await hold(2, { caller: 'busy' })
    const count = { model: 'test/wide', messages: [{ role: 'user', content: 'hello' }] }
    for (const response of [await embed(), await post('/v1/messages/count_tokens', count)])
      assert.deepEqual(await limitOf(response), { limit: 'concurrent', scope: 'principal' })
    await held.release()
    const full = await hold(1, { model: 'narrow' })
    assert.deepEqual(await limitOf(await embed()), { limit: 'concurrent', scope: 'route' })
    await full.release()
    assert.equal((await embed()).status, 200)
  })

  test('after many random ends every place is free again, and no more', async () => {
    const faults = ['', '', 's04', 's05', 's06', 's08', 's09', 'h03', 's13']
    const random = numbers(19)
    const before = provider.received()
    const one = async (index: number): Promise<number | null> => {
      const fault = faults[random(faults.length)] ?? ''
      const cue = fault === '' ? '' : `[[fault: ${fault}]]`
      const controller = new AbortController()
      if (random(3) === 0) setTimeout(() => controller.abort(), random(200))
      const response = await ask({
        caller: 'many-ends',
        model: `ends-${index % 100}`,
        isStream: random(2) === 0,
        prompt: `[[words: 30]] [[case: c${index}]] [[pace: ${random(4)}]] ${cue} go`,
        signal: controller.signal,
      }).catch(() => null)
      await response?.text().catch(() => null)
      return response?.status ?? null
    }
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < 160) {
        next += 1
        // Who has just left may still be on its way out.
        if ((await one(next)) === 429) await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    await Promise.all(Array.from({ length: 6 }, worker))
    const carried = provider.received() - before
    assert.ok(carried > 100, `${carried} were carried`)
    provider.reset()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const onRoute = await hold(4, { caller: 'many-ends', model: 'ends-0' })
    const beside = await hold(2, { caller: 'many-ends' })
    assert.deepEqual(await limitOf(await ask({ caller: 'many-ends' })), {
      limit: 'concurrent',
      scope: 'principal',
    })
    assert.deepEqual(await limitOf(await ask({ model: 'ends-0' })), {
      limit: 'concurrent',
      scope: 'route',
    })
    await Promise.all([onRoute.release(), beside.release()])
    const whole = await ask({ model: 'ends-0', prompt: '[[words: 6]] hello' })
    assert.ok((await whole.text()).includes(answerText(0, 6)))
  })
})

/** Whole numbers under a bound, the same for every run. */
function numbers(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
