import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { parse } from 'yaml'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokens,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { otlpResponse } from '../support/otlp-messages.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { startTraceReceiver } from '../support/trace-receiver.ts'
import { root, temporaryFolder } from './holdfast.ts'

/** Traces of the real binary, as a receiver of OpenTelemetry gets them: read by protobufjs, not by what wrote them. */

setGatewayKeys()
const secret = 'receiver-token-19c7e3'
process.env['HOLDFAST_TEST_RECEIVER'] = `Bearer ${secret}`
/** Of the example in the guide. */
process.env['OTLP_AUTHORIZATION'] = `Bearer ${secret}`
const folder = temporaryFolder()
const receiver = await startTraceReceiver()
const other = await startTraceReceiver()
const order = 'test-order'
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = '00f067aa0ba902b7'
const sampledBit = 1
/** Of `flags`: it is known whether the parent is elsewhere, and it is. */
const parentIsKnown = 0x100
const parentIsElsewhere = 0x200

suite('traces of calls', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: (traces: object | null, gateway?: object) => object

  before(async () => {
    provider = await startProvider({ seed: 0, timeScale: 0.1 })
    world = (traces, more = {}) =>
      gatewayWorld({
        upstream: provider.baseUrl,
        load: [order],
        admin: adminTokens,
        workflow: { requireQualified: false },
        gateway: { ...(traces === null ? {} : { traces }), ...more },
      })
    gateway = await startGateway(folder, world(on()), {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    })
  })
  beforeEach(() => {
    provider.reset()
    receiver.takeAll()
  })
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
  const wasTold = (words: RegExp): boolean =>
    gateway.events.some(({ message }) => words.test(String(message)))
  /** Messages that hold a call: more than one where it was sent again. */
  const timesSent = (id: string): number =>
    receiver.server.received.filter(({ body }) => body.includes(id)).length

  test('a call is a span, and each request to a provider one beneath it', async () => {
    const { id } = await ask('[[words: 8]] hello')
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.traceId, id.replaceAll('-', ''))
    assert.equal(call.parentSpanId, undefined)
    assert.equal(call.name, 'POST /v1/messages')
    assert.deepEqual(call.status, {})
    assert.equal(call.flags & sampledBit, sampledBit)
    assert.ok(BigInt(call.endTimeUnixNano) >= BigInt(call.startTimeUnixNano))
    const { 'holdfast.snapshot': snapshot, ...told } = call.attributes
    assert.match(String(snapshot), /^\d+$/)
    assert.deepEqual(told, {
      'http.request.method': 'POST',
      'http.route': '/v1/messages',
      'url.path': '/v1/messages',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'holdfast.request.id': id,
      'holdfast.requested_model': 'anthropic/claude-fable-5',
      'holdfast.served_model': 'anthropic/claude-fable-5',
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
    assert.equal(attempt.flags, sampledBit | parentIsKnown)
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
    assert.equal(receiver.server.received[0]?.headers['content-type'], 'application/x-protobuf')
    const [resource] = receiver.resources()
    assert.equal(resource?.['service.name'], 'holdfast')
    assert.match(String(resource['service.instance.id']), /^[0-9a-f-]{36}$/)
  })

  test('an answer that is not streamed says so by saying nothing of streams', async () => {
    const { id } = await ask('[[words: 8]]', { isStream: false })
    const { attempts } = await receiver.traceOf(id)
    const [attempt] = attempts
    assert.equal(attempt?.attributes['gen_ai.request.stream'], undefined)
    assert.equal(attempt?.attributes['gen_ai.response.time_to_first_chunk'], undefined)
    assert.deepEqual(attempt?.attributes['gen_ai.response.finish_reasons'], ['end_turn'])
  })

  test('a failover has a span for each, and the first says what was wrong', async () => {
    const { id } = await ask('[[fault: s04 @claude-fable-5]] [[words: 8]]', { isStream: false })
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.attributes['holdfast.outcome'], 'failover')
    assert.equal(call.attributes['holdfast.attempts'], 2)
    assert.deepEqual(call.status, {})
    assert.ok(attempts.every(({ parentSpanId }) => parentSpanId === call.spanId))
    const [first, second] = attempts
    assert.equal(first?.attributes['error.type'], 'overload')
    assert.equal(first?.attributes['http.response.status_code'], 503)
    assert.deepEqual(first?.attributes['gen_ai.response.finish_reasons'], ['error'])
    assert.equal(first?.status.code, 2)
    assert.equal(second?.attributes['gen_ai.provider.name'], 'mistral_ai')
    assert.equal(second?.attributes['error.type'], undefined)
    assert.deepEqual(second?.attributes['gen_ai.response.finish_reasons'], ['stop'])
  })

  test('of two hops beside each other the one that was overtaken is no error', async () => {
    const twice = {
      id: 'twice',
      provider: 'anthropic',
      protocol: 'anthropic-messages',
      baseUrl: provider.baseUrl,
      credential: 'env:HOLDFAST_TEST_UPSTREAM',
      models: { 'anthropic/claude-fable-5': 'fable-twice' },
    }
    const usual = world(on(), { hedge: { afterMs: 50 } })
    const { routes = [] } = usual as { readonly routes?: readonly object[] }
    await gateway.configure({ ...usual, routes: [...routes, twice] })
    const { id } = await ask('[[fault: late-first-token @claude-fable-5]] [[words: 6]]')
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.attributes['holdfast.attempts'], 2)
    assert.deepEqual(
      attempts.map(({ attributes }) => attributes['holdfast.outcome']),
      ['overtaken', 'served'],
    )
    const [first, second] = attempts
    assert.ok(attempts.every(({ parentSpanId }) => parentSpanId === call.spanId))
    assert.ok(BigInt(second?.startTimeUnixNano ?? 0) < BigInt(first?.endTimeUnixNano ?? 0))
    assert.deepEqual(first?.status, {})
    assert.deepEqual(first.attributes['gen_ai.response.finish_reasons'], ['error'])
    await gateway.configure(world(on()))
  })

  test('an answer that is cut and gone on with has a span for each part', async () => {
    const { id } = await ask('[[fault: s08 @claude-fable-5]] [[words: 60]]')
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.attributes['holdfast.outcome'], 'resumed')
    assert.ok(attempts.length >= 2)
    assert.ok(attempts.every(({ parentSpanId }) => parentSpanId === call.spanId))
    assert.equal(attempts[0]?.attributes['error.type'], 'transport')
    assert.equal(attempts.at(-1)?.attributes['holdfast.outcome'], 'served')
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
    assert.deepEqual(call.status, {})
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
    const headers = { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED }
    const path = `${gateway.url}/v1/files/a-path-of-the-caller`
    const notOffered = await fetch(path, { method: 'PROPFIND', headers })
    assert.equal(notOffered.status, 501)
    await receiver.traceOf(unknown.id)
    const refused = await receiver.traceOf(notOffered.headers.get('holdfast-request-id') ?? '')
    assert.equal(refused.call.name, 'HTTP /v1/{path}')
    assert.equal(refused.call.attributes['http.request.method'], '_OTHER')
    const told = JSON.stringify(receiver.spans().slice(before))
    assert.ok(!told.includes('a text that is no model') && !told.includes('a-path-of-the-caller'))
  })

  test("a known caller's trace is gone on with; of one that it does not sample nothing is told", async () => {
    const { id } = await ask('[[words: 3]]', { headers: { ...parent('01'), tracestate: 'acme=1' } })
    const { call, attempts } = await receiver.traceOf(id)
    assert.equal(call.traceId, trace)
    assert.equal(call.parentSpanId, caller)
    assert.equal(call.traceState, 'acme=1')
    assert.equal(call.flags, sampledBit | parentIsKnown | parentIsElsewhere)
    assert.equal(attempts[0]?.traceState, 'acme=1')
    const silent = await ask('[[words: 3]]', { headers: parent('00') })
    const malformed = await ask('[[words: 3]]', { headers: { traceparent: '00-zz-1-01' } })
    const own = await receiver.traceOf(malformed.id)
    assert.equal(own.call.traceId, malformed.id.replaceAll('-', ''))
    const told = JSON.stringify(receiver.spans())
    assert.ok(!told.includes(silent.id))
    assert.ok(!provider.requests.some(({ headers }) => 'traceparent' in headers))
  })

  test('whoever is not known writes into no trace of others', async () => {
    const { id, status } = await ask('hello', { key: 'nobody-knows-it', headers: parent('01') })
    assert.equal(status, 401)
    const { call } = await receiver.traceOf(id)
    assert.equal(call.traceId, id.replaceAll('-', ''))
    assert.equal(call.parentSpanId, undefined)
  })

  test('no caller has more traced than `sampleRatio`', async () => {
    await gateway.configure(world(on({ sampleRatio: 0 })))
    const asked = await ask('[[words: 3]]', { headers: parent('01') })
    await gateway.configure(world(on()))
    const { id } = await ask('[[words: 3]]')
    await receiver.traceOf(id)
    assert.ok(!JSON.stringify(receiver.spans()).includes(asked.id))
  })

  test('providers hear of a trace only where that is wanted', async () => {
    await gateway.configure(world(on({ propagate: true })))
    const headers = { tracestate: 'acme=1', baggage: 'user=ada' }
    const { id } = await ask('[[words: 3]]', { headers: { ...parent('01'), ...headers } })
    const { attempts } = await receiver.traceOf(id)
    const sent = provider.requests.at(-1)?.headers
    assert.equal(sent?.['traceparent'], `00-${trace}-${attempts[0]?.spanId}-01`)
    assert.equal(sent['tracestate'], 'acme=1')
    assert.equal(sent['baggage'], undefined)
    await ask('[[words: 3]]', { headers: parent('00') })
    assert.match(String(provider.requests.at(-1)?.headers['traceparent']), /-00$/)
    await gateway.configure(world(on({ propagate: true, sampleRatio: 0 })))
    await ask('[[words: 3]]', { headers: parent('01') })
    assert.match(
      String(provider.requests.at(-1)?.headers['traceparent']),
      new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`),
    )
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
  })

  test('what was sent is counted, and so is what a receiver refuses or says it could not use', async () => {
    const sent = await figure('sent')
    const dropped = await figure('dropped')
    assert.ok(sent > 0)
    receiver.answer((_, response) => response.writeHead(500).end())
    const refused = await ask('[[words: 3]]')
    await until('it is dropped', async () => (await figure('dropped')) === dropped + 2)
    assert.equal(timesSent(refused.id), 1)
    assert.ok(wasTold(/traces are not taken.*answered 500/))
    receiver.answer((_, response) =>
      response.writeHead(200).end(otlpResponse(1, `of ${secret} one was too old`)),
    )
    await ask('[[words: 3]]')
    await until('one is dropped', async () => (await figure('dropped')) === dropped + 3)
    assert.equal(await figure('sent'), sent + 1)
    receiver.takeAll()
    const { id } = await ask('[[words: 3]]')
    await receiver.traceOf(id)
    await until('that is told', () => wasTold(/traces are taken again/))
  })

  test('a receiver that asks for some patience gets them again when it wants them', async () => {
    let asked = 0
    receiver.answer((_, response) => {
      asked += 1
      if (asked > 1) response.writeHead(200).end()
      else response.writeHead(503, { 'retry-after': '2' }).end()
    })
    const dropped = await figure('dropped')
    const { id } = await ask('[[words: 3]]')
    await until('it was asked', () => asked === 1)
    const at = performance.now()
    await until('it was asked again', () => asked === 2)
    assert.ok(performance.now() - at > 1_900)
    assert.equal(timesSent(id), 2)
    assert.equal(await figure('dropped'), dropped)
  })

  test('a redirect is not followed: header lines go nowhere else', async () => {
    receiver.answer((_, response) =>
      response.writeHead(307, { location: other.endpoint, 'x-echo': secret }).end(secret),
    )
    const dropped = await figure('dropped')
    await ask('[[words: 3]]')
    await until('it is dropped', async () => (await figure('dropped')) === dropped + 2)
    assert.equal(other.server.received.length, 0)
  })

  test('a changed endpoint counts from the next call on; what waits goes to the former', async () => {
    const first = await ask('[[words: 3]]')
    await gateway.configure(world(on({ endpoint: other.endpoint })))
    const second = await ask('[[words: 3]]')
    await other.traceOf(second.id)
    await receiver.traceOf(first.id)
    assert.ok(!JSON.stringify(receiver.spans()).includes(second.id))
    assert.ok(!JSON.stringify(other.spans()).includes(first.id))
    await gateway.configure(world(on()))
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
  })

  test('what the guide writes is what the gateway takes', async () => {
    const page = readFileSync(join(root, 'docs/guide/gateway.md'), 'utf8')
    const [, block = ''] = /^## Traces\n\n```yaml\n(.*?)^```/ms.exec(page) ?? []
    const { gateway: written } = parse(block) as { readonly gateway: { readonly traces: object } }
    assert.ok('endpoint' in written.traces)
    await gateway.configure(world({ ...written.traces, endpoint: receiver.endpoint }))
    const { id } = await ask('[[words: 3]]')
    await receiver.traceOf(id)
    await gateway.configure(world(on()))
  })

  test('without `traces` nothing is sent, and a header that cannot be read stops traces, not calls', async () => {
    await gateway.configure(world(null))
    const off = await ask('[[words: 3]]')
    await gateway.configure(world(on({ headers: { authorization: 'env:NOT_THERE' } })))
    const unreadable = await ask('[[words: 3]]')
    assert.equal(unreadable.status, 200)
    assert.ok(wasTold(/nothing is traced/))
    await gateway.configure(world(on()))
    const { id } = await ask('[[words: 3]]')
    await receiver.traceOf(id)
    const told = JSON.stringify(receiver.spans())
    assert.ok(!told.includes(off.id) && !told.includes(unreadable.id))
  })

  test('what waits is sent before the process ends, and no secret was ever told', async () => {
    const { id } = await ask('[[words: 3]]')
    await gateway.stop()
    assert.ok(JSON.stringify(receiver.spans()).includes(id))
    assert.ok(!JSON.stringify(gateway.events).includes(secret))
  })

  for (const processes of [1, 2])
    test(`a receiver that says nothing keeps no process of ${processes}`, async () => {
      await gateway.stop()
      gateway = await startGateway(folder, world(on(), { processes }))
      receiver.answer(() => undefined)
      await ask('[[words: 3]]')
      const began = performance.now()
      assert.equal(await gateway.stop(), 0)
      const took = performance.now() - began
      assert.ok(took > 1_900 && took < 6_000, `${took} ms`)
    })

  test('the variables of OpenTelemetry count where holdfast.yaml says nothing', async () => {
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.server.address,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=acme%20one',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=unused',
      OTEL_SERVICE_NAME: 'the-gateway',
    }
    await gateway.stop()
    Object.assign(process.env, variables)
    gateway = await startGateway(folder, world({}))
    for (const name of Object.keys(variables)) delete process.env[name]
    const already = receiver.server.received.length
    const { id } = await ask('[[words: 3]]')
    const { attempts } = await receiver.traceOf(id)
    assert.equal(attempts.length, 1)
    const [message] = receiver.server.received.slice(already)
    assert.equal(message?.headers['x-tenant'], 'acme one')
    assert.equal(message.headers['content-encoding'], 'gzip')
    assert.equal(message.headers['content-type'], 'application/json')
    const resource = receiver.resources().at(-1)
    assert.equal(resource?.['service.name'], 'the-gateway')
    assert.equal(resource['deployment.environment.name'], 'test')
    // Header lines of the environment are for the endpoint of the environment alone.
    await gateway.configure(world({ endpoint: other.endpoint }))
    const elsewhere = await ask('[[words: 3]]')
    await other.traceOf(elsewhere.id)
    assert.equal(other.server.received.at(-1)?.headers['x-tenant'], undefined)
  })
})
