import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { LedgerEntry } from '../../src/schema/ledger-entry.ts'
import { readStreamedAnswer } from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** `holdfast serve` as its callers see it: the real binary, real sockets, the official clients. */

setGatewayKeys()
const { HOLDFAST_TEST_CLEARED: cleared, HOLDFAST_TEST_FOREIGN: foreign } = gatewayKeys
const order = 'test-order'
const folder = temporaryFolder()

suite('the gateway', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: (load: readonly string[], more?: object) => object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    world = (load, more = {}) =>
      gatewayWorld({
        upstream: provider.baseUrl,
        load,
        ledger: { ...keys.ledger, mode: 'strict' },
        ...more,
      })
    gateway = await startGateway(folder, world([order]), {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
      'directives/later-order.yaml': banOnFable('later-order', 'all'),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const openai = (key: string) =>
    new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 })
  const anthropic = (key: string) =>
    new Anthropic({ baseURL: gateway.url, apiKey: key, maxRetries: 0 })
  const messages = (content: string) => [{ role: 'user' as const, content }]
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${cleared}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })

  /** The first model failed so often that it is left alone for a while. */
  const isAskedAgain = () =>
    until('the first model is asked again', async () => {
      const ask = { model: 'claude-fable-5', max_tokens: 9, messages: messages('[[words: 3]] hi') }
      const served = await post('/v1/messages', ask)
      return served.headers.get('holdfast-served-model') === 'anthropic/claude-fable-5'
    })

  test('one request, two people: who may gets the model, who may not gets the fallback', async () => {
    const ask = {
      model: 'claude-fable-5',
      max_tokens: 1_000,
      messages: messages('[[words: 9]] hello'),
    }
    const own = await anthropic(cleared).messages.create(ask).withResponse()
    assert.equal(own.response.headers.get('holdfast-outcome'), 'direct')
    assert.equal(own.response.headers.get('holdfast-served-model'), 'anthropic/claude-fable-5')
    assert.equal(own.data.model, 'claude-fable-5')
    const other = await anthropic(foreign).messages.create(ask).withResponse()
    assert.equal(other.response.headers.get('holdfast-outcome'), 'failover')
    assert.equal(other.response.headers.get('holdfast-served-model'), 'mistral/mistral-large-2411')
    assert.equal(other.response.headers.get('holdfast-notice'), 'unqualified-fallback')
    assert.equal(other.data.model, 'mistral/mistral-large-2411')
    assert.deepEqual(
      [own, other].map(({ data }) =>
        data.content.map((block) => block.type === 'text' && block.text),
      ),
      [[answerText(0, 9)], [answerText(0, 9)]],
    )
    assert.deepEqual(
      provider.requests.map(({ model }) => model),
      ['claude-fable-5', 'mistral-large-2411'],
    )
  })

  test('over a route that the caller names: that one, or nobody', async () => {
    const ask = { model: 'claude-fable-5', max_tokens: 50, messages: messages('hello') }
    const pinned = (key: string, route: string) =>
      post('/v1/chat/completions', ask, {
        authorization: `Bearer ${key}`,
        'holdfast-route': route,
      })
    const own = await pinned(cleared, 'anthropic')
    assert.equal(own.status, 200)
    assert.equal(own.headers.get('holdfast-outcome'), 'direct')
    assert.equal(own.headers.get('holdfast-provider-model'), 'claude-fable-5')
    const broken = provider.script({ model: 'claude-fable-5', fault: 's04' })
    const failed = await pinned(cleared, 'anthropic')
    assert.ok(failed.status >= 500)
    broken.remove()
    // The fallback that others get is not asked either.
    assert.equal((await pinned(foreign, 'anthropic')).status, 403)
    assert.ok(provider.requests.every(({ model }) => model === 'claude-fable-5'))
    for (const route of ['mistral', 'nowhere', ''])
      assert.equal((await pinned(cleared, route)).status, 400, route)
    assert.ok(provider.requests.every(({ headers }) => !('holdfast-route' in headers)))
  })

  test('where no fallback is left the refusal has the shape of the caller, the directive, and what is allowed', async () => {
    const ask = { model: 'anthropic/claude-fable-5', messages: messages('hello') }
    await gateway.configure(world([order], { workflow: { fallbacks: [] } }))
    const chat = await openai(foreign)
      .chat.completions.create(ask)
      .catch((error: unknown) => error)
    assert.ok(chat instanceof OpenAI.PermissionDeniedError)
    assert.equal(chat.type, 'model_not_permitted')
    const detail = chat.error as { directive?: string; permitted?: readonly string[] }
    assert.equal(detail.directive, order)
    assert.deepEqual(detail.permitted, [])
    assert.equal(chat.headers?.get('holdfast-outcome'), 'denied')
    const message = await anthropic(foreign)
      .messages.create({ ...ask, max_tokens: 9 })
      .catch((error: unknown) => error)
    assert.ok(message instanceof Anthropic.PermissionDeniedError)
    const body = message.error as { type: string; error: { type: string; directive: string } }
    assert.equal(body.type, 'error')
    assert.equal(body.error.type, 'model_not_permitted')
    assert.equal(body.error.directive, order)
    const response = await openai(foreign)
      .responses.create({ model: ask.model, input: 'hello' })
      .catch((error: unknown) => error)
    assert.ok(response instanceof OpenAI.PermissionDeniedError)
    assert.equal(provider.requests.length, 0)
    // Neither answer nor header tells the caller's class.
    assert.ok(!JSON.stringify([chat.error, chat.headers, body]).includes('foreign-person-not'))
    await gateway.configure(world([order]))
  })

  test('a directive that takes effect in the middle of an answer moves the rest of it, and the ledger says why', async () => {
    const script = provider.script({ model: 'claude-fable-5', holdAfterTokens: 30 })
    const response = await post('/v1/chat/completions', {
      model: 'anthropic/claude-fable-5',
      stream: true,
      messages: messages('[[words: 60]] hello'),
    })
    assert.equal(response.headers.get('holdfast-outcome'), 'direct')
    await until('the answer is half way', () => script.matched.length === 1)
    await gateway.configure(world([order, 'later-order']))
    const body = await response.text()
    const answer = readStreamedAnswer('openai-chat', body)
    assert.deepEqual(answer, { text: answerText(0, 60), isEnded: true, error: null, reasons: 1 })
    assert.match(body, /^: holdfast resumed model=mistral\/mistral-large-2411 route=mistral$/m)
    script.release()
    await gateway.configure(world([order]))
    const request = response.headers.get('holdfast-request-id')
    const entries = await decisionsOf(String(request))
    assert.deepEqual(
      entries.map(({ outcome, model, hop }) => [outcome, model, hop]),
      [
        ['direct', 'anthropic/claude-fable-5', 0],
        ['cut', 'anthropic/claude-fable-5', 0],
        ['resumed', 'mistral/mistral-large-2411', 1],
        ['resumed', 'mistral/mistral-large-2411', 1],
      ],
    )
  })

  async function decisionsOf(request: string) {
    const found = holdfast([
      'ledger',
      'export',
      '--config',
      join(folder, 'holdfast.yaml'),
      '--format',
      'jsonl',
    ])
    assert.equal(found.status, 0, found.stderr)
    return found.stdout
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { content?: string }).content ?? [])
      .map((content) => (JSON.parse(content) as LedgerEntry).entry)
      .filter((entry) => entry.kind === 'decision')
      .filter((entry) => entry.request === request)
  }

  test('an unknown key, none, and two that differ are refused alike', async () => {
    const ask = { model: 'claude-fable-5', max_tokens: 9, messages: messages('hello') }
    for (const headers of [
      { authorization: 'Bearer nobody' },
      { authorization: '' },
      { authorization: `Bearer ${cleared}`, 'x-api-key': foreign },
    ]) {
      const response = await post('/v1/messages', ask, headers)
      assert.equal(response.status, 401)
      const { error } = (await response.json()) as { error: { type: string } }
      assert.equal(error.type, 'authentication_error')
    }
    assert.equal(provider.requests.length, 0)
  })

  test('a forbidden model is refused where a tool names it, and taken out of a list of fallbacks', async () => {
    const ask = { model: 'mistral/mistral-large-2411', messages: messages('hello') }
    const tool = { type: 'advisor', name: 'advisor', model: 'claude-fable-5' }
    const refused = await post(
      '/v1/messages',
      { ...ask, max_tokens: 9, tools: [tool] },
      {
        authorization: `Bearer ${foreign}`,
      },
    )
    assert.equal(refused.status, 403)
    const { error } = (await refused.json()) as {
      error: { type: string; directive: string | null; permitted: readonly string[] }
    }
    assert.equal(error.type, 'model_not_permitted')
    assert.equal(error.directive, order)
    assert.deepEqual(error.permitted, ['mistral/mistral-large-2411'])
    assert.equal(provider.requests.length, 0)
    assert.equal(refused.headers.get('holdfast-outcome'), 'denied')
    const denials = await decisionsOf(refused.headers.get('holdfast-request-id') ?? '')
    assert.deepEqual(
      denials.map(({ outcome, model, route }) => [outcome, model, route]),
      [['denied', 'anthropic/claude-fable-5', 'mistral']],
    )
    const served = await post('/v1/messages', {
      model: 'claude-fable-5',
      max_tokens: 9,
      messages: messages('hello'),
      fallbacks: [{ model: 'claude-sonnet-4-5' }, { model: 'nobody-knows-this' }],
    })
    assert.equal(served.status, 200)
    assert.equal(
      served.headers.get('holdfast-lost'),
      'fallbacks: claude-sonnet-4-5, fallbacks: nobody-knows-this',
    )
    const [sent] = provider.requests
    assert.equal(JSON.parse(String(sent?.body)).fallbacks, null)
  })

  test('a fallback that the provider may choose is taken out, in every form of such a list', async () => {
    const ask = { model: 'claude-fable-5', max_tokens: 9, messages: messages('hello') }
    for (const [member, value, lost] of [
      ['fallbacks', 'default', 'fallbacks: default'],
      ['fallbacks', ['default'], 'fallbacks: default'],
      ['models', ['claude-sonnet-4-5'], 'models: claude-sonnet-4-5'],
      ['fallback_models', ['claude-sonnet-4-5'], 'fallback_models: claude-sonnet-4-5'],
    ] as const) {
      provider.reset()
      const served = await post('/v1/messages', { ...ask, [member]: value })
      assert.equal(served.status, 200)
      assert.equal(served.headers.get('holdfast-lost'), lost)
      assert.equal(JSON.parse(String(provider.requests[0]?.body))[member], null)
    }
    // Over another protocol the list stays behind as well, and is named.
    provider.reset()
    const translated = await post('/v1/messages', {
      ...ask,
      model: 'mistral/mistral-large-2411',
      fallbacks: [{ model: 'claude-fable-5' }],
    })
    assert.equal(translated.status, 200)
    assert.match(translated.headers.get('holdfast-lost') ?? '', /fallbacks/)
    assert.doesNotMatch(String(provider.requests[0]?.body), /claude-fable-5/)
  })

  test('bodies that different readers could read differently are refused', async () => {
    for (const body of [
      '{"model":"claude-fable-5","model":"claude-sonnet-4-5","messages":[]}',
      '{"model":"claude-fable-5","mod\\u0065l":"x","messages":[]}',
      '{"model":"claude-sonnet-4-5","Model":"claude-fable-5","messages":[]}',
      '{"model":"claude-sonnet-4-5","MODELS":["claude-fable-5"],"messages":[]}',
      '{"model":"claude-sonnet-4-5","toolſ":[{"model":"claude-fable-5"}],"messages":[]}',
      '{"model":"claude-fable-5"',
      '[]',
      '{"messages":[]}',
    ]) {
      const response = await post('/v1/messages', body)
      assert.equal(response.status, 400, body)
    }
    assert.equal(provider.requests.length, 0)
  })

  test('every other byte of a request and of its answer goes through as it came', async () => {
    const body =
      '{ "max_tokens" : 9.0,\n"model":"claude-fable-5", "unknown": {"a":1e2}, "messages":[{"role":"user","content":"[[words: 3]] \\u0068i"}] }'
    const response = await post('/v1/messages', body, {
      'anthropic-beta': 'a-1,b-2',
      'x-extra': 'kept',
    })
    assert.equal(response.status, 200)
    const [sent] = provider.requests
    assert.equal(String(sent?.body), body)
    assert.equal(sent?.headers['anthropic-beta'], 'a-1,b-2')
    assert.equal(sent?.headers['x-extra'], 'kept')
    assert.equal(sent?.headers['x-api-key'], gatewayKeys.HOLDFAST_TEST_UPSTREAM)
    assert.equal(sent?.headers['authorization'], undefined)
    assert.equal(provider.mentioning(cleared).length, 0)
  })

  test('a caller who leaves ends the request to the provider', async () => {
    const script = provider.script({ model: 'claude-fable-5', holdAfterTokens: 5 })
    const controller = new AbortController()
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': cleared, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 99,
        stream: true,
        messages: messages('[[words: 40]] hello'),
      }),
      signal: controller.signal,
    })
    await response.body?.getReader().read()
    controller.abort()
    const leftAt = performance.now()
    await until(
      'the provider hears of it',
      () => script.matched[0]?.progress.ending === 'abandoned',
    )
    assert.ok(performance.now() - leftAt < 10_000, 'before any time limit')
    assert.equal(provider.requests.length, 1)
    script.release()
  })

  test('a caller who leaves ends a request for vectors and one for a count as well', async () => {
    for (const [path, operation, ask] of [
      ['/v1/messages/count_tokens', 'count-tokens', { messages: messages('hello') }],
      ['/v1/embeddings', 'embed', { input: 'hello' }],
    ] as const) {
      const script = provider.script({ operation, fault: 's06' })
      const controller = new AbortController()
      const model = operation === 'embed' ? 'mistral/mistral-large-2411' : 'claude-fable-5'
      const asked = fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': cleared, 'content-type': 'application/json' },
        body: JSON.stringify({ model, ...ask }),
        signal: controller.signal,
      }).catch(() => null)
      await until('the provider is asked', () => script.matched.length === 1)
      controller.abort()
      await asked
      const leftAt = performance.now()
      await until(
        'the provider hears of it',
        () => script.matched[0]?.progress.ending === 'abandoned',
      )
      assert.ok(performance.now() - leftAt < 10_000, 'before any time limit')
      script.remove()
    }
  })

  test('a server that cannot count tokens is not taken for one that withdrew the model', async () => {
    provider.script({ operation: 'count-tokens', fault: 'h01' })
    const ask = { model: 'claude-fable-5', messages: messages('hello') }
    const counted = await post('/v1/messages/count_tokens', ask)
    assert.equal(counted.headers.get('holdfast-notice'), 'estimated')
    const served = await post('/v1/messages', { ...ask, max_tokens: 9 })
    assert.equal(served.headers.get('holdfast-outcome'), 'direct')
  })

  test('nobody takes a model out of use by asking it for vectors that it does not make', async () => {
    const model = 'mistral/mistral-large-2411'
    provider.script({ operation: 'embed', fault: 'h01' })
    assert.equal((await post('/v1/embeddings', { model, input: 'hello' })).status, 404)
    const served = await post('/v1/chat/completions', { model, messages: messages('hello') })
    assert.equal(served.status, 200)
    assert.equal(served.headers.get('holdfast-outcome'), 'direct')
  })

  test('a model that a provider moved to by itself is named by its block, not by its first name', async () => {
    for (const stream of [false, true]) {
      provider.script({ model: 'claude-fable-5', fault: 'server-side-fallback' })
      const ask = { model: 'claude-fable-5', max_tokens: 99, stream, messages: messages('hello') }
      const moved = await post('/v1/messages', ask)
      // Nobody knows the other model, so it is given as written and never as the one that was asked for.
      assert.equal(moved.status, 200)
      const text = await moved.text()
      assert.match(text, /"fallback"/)
      assert.doesNotMatch(moved.headers.get('holdfast-served-model') ?? '', /claude-fable-5/)
    }
  })

  test('an answer that its provider moved to a model that policy denies comes from a fallback instead', async () => {
    for (const stream of [false, true]) {
      const script = provider.script({
        model: 'claude-fable-5',
        say: (answer) => ({
          ...answer,
          pieces: [
            { kind: 'model-fallback', from: 'claude-fable-5', to: 'claude-sonnet-4-5' },
            ...answer.pieces,
          ],
        }),
      })
      const ask = { model: 'claude-fable-5', max_tokens: 99, stream, messages: messages('hello') }
      const moved = await post('/v1/messages', ask)
      assert.equal(moved.status, 200)
      assert.equal(moved.headers.get('holdfast-outcome'), 'failover')
      assert.equal(moved.headers.get('holdfast-served-model'), 'mistral/mistral-large-2411')
      assert.doesNotMatch(await moved.text(), /"fallback"/)
      script.remove()
    }
  })

  test('an answer whose usage alone tells that another model wrote it is held against policy as well', async () => {
    for (const stream of [false, true]) {
      const script = provider.script({
        model: 'claude-fable-5',
        say: (answer) => ({ ...answer, writtenBy: 'claude-sonnet-4-5' }),
      })
      const ask = {
        model: 'claude-fable-5',
        max_tokens: 99,
        stream,
        messages: messages('[[words: 9]] [[pace: 20]]'),
      }
      const moved = await post('/v1/messages', ask)
      const text = await moved.text()
      script.remove()
      assert.equal(moved.status, 200)
      // Where text of a stream is out by then, it is cut before its last word, and another one ends it.
      const isResumed = /holdfast resumed model=mistral\/mistral-large-2411/.test(text)
      const outcome = moved.headers.get('holdfast-outcome')
      assert.ok(stream && isResumed ? outcome === 'direct' : outcome === 'failover', text)
      assert.doesNotMatch(text, /fallback_message/)
    }
    await isAskedAgain()
  })

  test('when all else has failed, a route that failed for others just now is asked all the same', async () => {
    const ask = { max_tokens: 9, messages: messages('[[words: 3]] hi') }
    const away = provider.script({ model: 'mistral-large-2411', fault: 's04' })
    for (let count = 0; count < 3; count += 1)
      await post('/v1/messages', { ...ask, model: 'mistral/mistral-large-2411' })
    away.remove()
    const broken = provider.script({ model: 'claude-fable-5', fault: 's04' })
    const served = await post('/v1/messages', { ...ask, model: 'claude-fable-5' })
    broken.remove()
    assert.equal(served.status, 200, await served.text())
    assert.equal(served.headers.get('holdfast-served-model'), 'mistral/mistral-large-2411')
    await isAskedAgain()
  })

  test('a configuration that cannot be read leaves the last good one in force, loudly', async () => {
    const before = gateway.events.length
    writeFiles(folder, { 'holdfast.yaml': 'version: 1\norganisation: {' })
    await until('it is told', () =>
      gateway.events.slice(before).some(({ message }) => /last good/.test(String(message))),
    )
    const ask = { model: 'claude-fable-5', max_tokens: 9, messages: messages('[[words: 3]] hi') }
    assert.equal((await anthropic(cleared).messages.create(ask)).stop_reason, 'end_turn')
    await gateway.configure(world([order]))
  })

  test('models, tokens and what is not offered', async () => {
    const some = ['anthropic/claude-sonnet-4-5', 'mistral/mistral-large-2411']
    const models = await openai(foreign).models.list()
    assert.deepEqual(
      models.data.map(({ id }) => id),
      some,
    )
    const all = await anthropic(cleared).models.list()
    assert.deepEqual(
      all.data.map(({ id }) => id),
      ['anthropic/claude-fable-5', ...some],
    )
    const one = await openai(foreign).models.retrieve('mistral/mistral-large-2411')
    assert.deepEqual(one, models.data[1])
    // By a name that a route declares as well.
    const fable = await anthropic(cleared).models.retrieve('claude-fable-5')
    assert.equal(fable.id, 'anthropic/claude-fable-5')
    for (const name of ['anthropic/claude-fable-5', 'nobody/nothing'])
      await assert.rejects(openai(foreign).models.retrieve(name), { status: 404 })
    await assert.rejects(anthropic(cleared).models.retrieve('nobody/nothing'), {
      status: 404,
      type: 'not_found_error',
    })
    const ask = { model: 'claude-fable-5', messages: messages('hello') }
    const counted = await anthropic(cleared).messages.countTokens(ask).withResponse()
    assert.equal(counted.response.headers.get('holdfast-notice'), null)
    const estimated = await anthropic(foreign).messages.countTokens(ask).withResponse()
    assert.equal(estimated.response.headers.get('holdfast-notice'), 'estimated')
    assert.ok(estimated.data.input_tokens > 0)
    const batch = await post('/v1/messages/batches', {}, { 'anthropic-version': '2023-06-01' })
    assert.equal(batch.status, 501)
    assert.equal(((await batch.json()) as { type: string }).type, 'error')
    assert.equal((await fetch(`${gateway.url}/v1/messages`)).status, 401)
    assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200)
    assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200)
  })

  test('the id of an answer stands where the client of its protocol looks for it', async () => {
    const model = 'mistral/mistral-large-2411'
    const asked = { model, max_tokens: 9, messages: messages('hello') }
    const whole = await anthropic(cleared).messages.create(asked).withResponse()
    const id = whole.response.headers.get('holdfast-request-id')
    assert.equal(whole.request_id, id)
    // A provider's own id stays.
    const own = await openai(cleared).chat.completions.create(asked)
    assert.match(own._request_id ?? '', /^req_/)
    await assert.rejects(openai('wrong').chat.completions.create(asked), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError)
      assert.equal(error.requestID, error.headers.get('holdfast-request-id'))
      return true
    })
  })

  test('a workflow outside the scope of a key is refused', async () => {
    const ask = { model: 'claude-fable-5', max_tokens: 9, messages: messages('hello') }
    const response = await post('/v1/messages', ask, { 'holdfast-workflow': 'other' })
    assert.equal(response.status, 403)
  })
})
