import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokens,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { startTraceReceiver } from '../support/trace-receiver.ts'
import { temporaryFolder } from './holdfast.ts'

/** Traces of the real binary, as a receiver of OpenTelemetry gets them. */

setGatewayKeys()
const secret = 'receiver-token-19c7e3'
process.env['HOLDFAST_TEST_RECEIVER'] = `Bearer ${secret}`
const folder = temporaryFolder()
const receiver = await startTraceReceiver()
const order = 'test-order'
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = '00f067aa0ba902b7'

suite('traces of calls', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: (traces: object | null) => object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    world = (traces) =>
      gatewayWorld({
        upstream: provider.baseUrl,
        load: [order],
        admin: adminTokens,
        workflow: { requireQualified: false },
        ...(traces === null ? {} : { gateway: { traces } }),
      })
    gateway = await startGateway(folder, world(on()), {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const on = (more: object = {}) => ({
    endpoint: receiver.endpoint,
    headers: { authorization: 'env:HOLDFAST_TEST_RECEIVER' },
    ...more,
  })
  const ask = async (
    prompt: string,
    options: {
      readonly key?: string
      readonly isStream?: boolean
      readonly model?: string
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) => {
    const { key = gatewayKeys.HOLDFAST_TEST_CLEARED, isStream = true, headers = {} } = options
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, ...headers },
      body: JSON.stringify({
        model: options.model ?? 'claude-fable-5',
        max_tokens: 4000,
        stream: isStream,
        messages: [{ role: 'user', content: prompt }],
      }),
    })
    await response.text()
    return { status: response.status, id: response.headers.get('holdfast-request-id') ?? '' }
  }
  const parent = (flags: string) => ({ traceparent: `00-${trace}-${caller}-${flags}` })
  const figure = async (result: string): Promise<number> => {
    const { text } = await askAdmin(gateway.admin, '/metrics', { as: 'viewer' })
    const found = new RegExp(`holdfast_trace_spans_total\\{result="${result}"\\} (\\d+)`).exec(text)
    return Number(found?.[1] ?? 0)
  }

  test('a call is a span, and each request to a provider one beneath it', async () => {
    const { id } = await ask('[[words: 8]] hello')
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.traceId, id.replaceAll('-', ''))
    assert.equal(call.parentSpanId, undefined)
    assert.equal(call.name, 'POST /v1/messages')
    assert.deepEqual(call.status, {})
    assert.ok(BigInt(call.endTimeUnixNano) >= BigInt(call.startTimeUnixNano))
    const { 'holdfast.snapshot': snapshot, ...told } = call.attributes
    assert.match(String(snapshot), /^\d+$/)
    assert.deepEqual(told, {
      'http.request.method': 'POST',
      'http.route': '/v1/messages',
      'url.path': '/v1/messages',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'anthropic/claude-fable-5',
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'anthropic/claude-fable-5',
      'holdfast.request.id': id,
      'holdfast.workflow': 'review',
      'holdfast.outcome': 'direct',
      'holdfast.route': 'anthropic',
      'holdfast.decision': 'base-permit',
      'holdfast.attempts': 1,
    })
    const [attempt] = attempts
    assert.ok(attempt !== undefined && attempts.length === 1)
    assert.equal(attempt.parentSpanId, call.spanId)
    assert.equal(attempt.traceId, call.traceId)
    assert.equal(attempt.name, 'chat claude-fable-5')
    const { attributes } = attempt
    assert.equal(attributes['gen_ai.operation.name'], 'chat')
    assert.equal(attributes['gen_ai.provider.name'], 'anthropic')
    assert.equal(attributes['gen_ai.request.model'], 'claude-fable-5')
    assert.equal(attributes['gen_ai.response.model'], 'claude-fable-5')
    assert.deepEqual(attributes['gen_ai.response.finish_reasons'], ['end_turn'])
    assert.ok(Number(attributes['gen_ai.usage.output_tokens']) > 0)
    assert.ok(Number(attributes['gen_ai.usage.input_tokens']) > 0)
    assert.ok(Number(attributes['gen_ai.response.time_to_first_chunk']) >= 0)
    assert.equal(attributes['server.address'], '127.0.0.1')
    assert.equal(attributes['server.port'], Number(new URL(provider.baseUrl).port))
    assert.equal(attributes['holdfast.outcome'], 'served')
  })

  test('a failover has a span for each, and the first says what was wrong', async () => {
    const { id } = await ask('[[fault: s04 @claude-fable-5]] [[words: 8]]', { isStream: false })
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.attributes['holdfast.outcome'], 'failover')
    assert.equal(call.attributes['holdfast.attempts'], 2)
    const [first, second] = attempts
    assert.equal(first?.attributes['error.type'], 'overload')
    assert.equal(first?.attributes['http.response.status_code'], 503)
    assert.equal(first?.status.code, 2)
    assert.equal(second?.attributes['gen_ai.provider.name'], 'mistral_ai')
    assert.equal(second?.attributes['error.type'], undefined)
    assert.deepEqual(second?.attributes['gen_ai.response.finish_reasons'], ['stop'])
  })

  test('a denied call names the directive; nobody was asked', async () => {
    await gateway.configure({
      ...world(on()),
      workflows: [],
    })
    const { id, status } = await ask('hello', { key: gatewayKeys.HOLDFAST_TEST_FOREIGN })
    assert.equal(status, 403)
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.attributes['holdfast.outcome'], 'denied')
    assert.equal(call.attributes['holdfast.directive'], order)
    assert.equal(call.attributes['http.response.status_code'], 403)
    assert.equal(attempts.length, 0)
    await gateway.configure(world(on()))
  })

  test('requests that are refused before anybody is known are told as well, without what was written', async () => {
    const before = receiver.spans().length
    const { id, status } = await ask('hello', { key: 'nobody-knows-this-key' })
    assert.equal(status, 401)
    const { call } = await receiver.traceOf(id)
    assert.equal(call.attributes['http.response.status_code'], 401)
    const unknown = await ask('hello', { model: 'a text that is no model' })
    await receiver.traceOf(unknown.id)
    const told = JSON.stringify(receiver.spans().slice(before))
    assert.ok(!told.includes('a text that is no model'))
  })

  test("a caller's trace is gone on with, and its own decision counts", async () => {
    const { id } = await ask('[[words: 3]]', { headers: parent('01') })
    const { call } = await receiver.traceOf(id)
    assert.equal(call.traceId, trace)
    assert.equal(call.parentSpanId, caller)
    const silent = await ask('[[words: 3]]', { headers: parent('00') })
    const malformed = await ask('[[words: 3]]', { headers: { traceparent: '00-zz-1-01' } })
    await receiver.traceOf(malformed.id)
    const told = JSON.stringify(receiver.spans())
    assert.ok(!told.includes(silent.id))
    assert.ok(!provider.requests.some(({ headers }) => 'traceparent' in headers))
  })

  test('providers hear of a trace only where that is wanted', async () => {
    await gateway.configure(world(on({ propagate: true, sampleRatio: 0 })))
    const headers = { tracestate: 'acme=1', baggage: 'user=ada' }
    const { id } = await ask('[[words: 3]]', { headers: { ...parent('01'), ...headers } })
    const { attempts } = await receiver.traceOf(id)
    const sent = provider.requests.at(-1)?.headers
    assert.equal(sent?.['traceparent'], `00-${trace}-${attempts[0]?.spanId}-01`)
    assert.equal(sent['tracestate'], 'acme=1')
    assert.equal(sent['baggage'], undefined)
    const unsampled = await ask('[[words: 3]]', { headers: parent('00') })
    assert.match(String(provider.requests.at(-1)?.headers['traceparent']), /-00$/)
    const own = await ask('[[words: 3]]')
    const last = await ask('[[words: 3]]', { headers: parent('01') })
    await receiver.traceOf(last.id)
    const told = JSON.stringify(receiver.spans())
    assert.ok(!told.includes(unsampled.id) && !told.includes(own.id))
    await gateway.configure(world(on()))
  })

  test('nothing of prompts, answers, keys, callers and classes is in it', async () => {
    const { id } = await ask('[[say: sesame-answer]] sesame-prompt', { isStream: false })
    await receiver.traceOf(id)
    const { received } = receiver.server
    assert.ok(received.every(({ headers }) => headers.authorization === `Bearer ${secret}`))
    const told = Buffer.concat(received.map(({ body }) => body)).toString('utf8')
    for (const word of [
      'sesame',
      'cleared',
      'foreign',
      secret,
      gatewayKeys.HOLDFAST_TEST_CLEARED,
      gatewayKeys.HOLDFAST_TEST_UPSTREAM,
    ])
      assert.ok(!told.includes(word), word)
    assert.match(told, /"service\.name","value":\{"stringValue":"holdfast"/)
  })

  test('an answer that is cut and gone on with has a span for each part', async () => {
    const { id } = await ask('[[fault: s08 @claude-fable-5]] [[words: 60]]')
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.attributes['holdfast.outcome'], 'resumed')
    assert.ok(attempts.length >= 2)
    assert.equal(attempts[0]?.attributes['error.type'], 'transport')
    assert.equal(attempts.at(-1)?.attributes['holdfast.outcome'], 'served')
  })

  test('what was sent is counted, and so is what a receiver refuses or says it could not use', async () => {
    const sent = await figure('sent')
    assert.ok(sent > 0)
    receiver.answer((_, response) => response.writeHead(400).end())
    await ask('[[words: 3]]')
    await until('it is dropped', async () => (await figure('dropped')) >= 2)
    receiver.answer((_, response) =>
      response.writeHead(200).end('{"partialSuccess":{"rejectedSpans":"1"}}'),
    )
    await ask('[[words: 3]]')
    await until('one is dropped', async () => (await figure('dropped')) >= 3)
    receiver.answer((_, response) => response.writeHead(200).end('{}'))
    const { id } = await ask('[[words: 3]]')
    await receiver.traceOf(id)
    assert.ok(gateway.events.some(({ message }) => /traces are taken again/.test(String(message))))
  })

  test('a receiver that says nothing, or is not there, holds no request up', async () => {
    const timed = async () => {
      const began = performance.now()
      for (let count = 0; count < 40; count += 1) await ask('[[words: 3]]', { isStream: false })
      return (performance.now() - began) / 40
    }
    const usual = await timed()
    receiver.answer(() => undefined)
    const silent = await timed()
    await gateway.configure(world(on({ endpoint: 'http://127.0.0.1:1/v1/traces' })))
    const away = await timed()
    for (const ms of [silent, away]) assert.ok(ms < usual * 3 + 20, `${ms} ms after ${usual} ms`)
    receiver.answer((_, response) => response.writeHead(200).end('{}'))
  })

  test('without `traces` nothing is sent, and a header that cannot be read stops traces, not calls', async () => {
    await gateway.configure(world(null))
    const off = await ask('[[words: 3]]')
    await gateway.configure(world(on({ headers: { authorization: 'env:NOT_THERE' } })))
    const unreadable = await ask('[[words: 3]]')
    assert.equal(unreadable.status, 200)
    assert.ok(gateway.events.some(({ message }) => /nothing is traced/.test(String(message))))
    await gateway.configure(world(on()))
    const { id } = await ask('[[words: 3]]')
    await receiver.traceOf(id)
    const told = JSON.stringify(receiver.spans())
    assert.ok(!told.includes(off.id) && !told.includes(unreadable.id))
  })

  test('what waits is sent before the process ends', async () => {
    const { id } = await ask('[[words: 3]]')
    await gateway.stop()
    assert.ok(JSON.stringify(receiver.spans()).includes(id))
  })
})
