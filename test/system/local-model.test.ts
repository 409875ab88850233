import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { sdkClients } from '../support/gateway-sdk-client.ts'
import { gatewayKeys, gatewayWorld, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { entriesOfKind, isLedgerWhole } from '../support/kept-ledger.ts'
import { localModel } from '../support/local-model.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * The last fallback needs nobody's permission: every hosted model is forbidden to everybody, and callers are served by
 * real weights in a real engine that the gateway has started. Where neither can be had, that is said and skipped.
 */

setGatewayKeys()
const found = localModel()
const why = typeof found === 'string' ? found : false
const local = {
  model: 'huggingfacetb/smollm2-135m-instruct',
  weights: typeof found === 'string' ? '' : found.weights,
  engine: typeof found === 'string' ? '' : found.engine,
  // A machine that is busy with other tests is slower with more.
  arguments: ['--threads', '1'],
  contextTokens: 1024,
}
const hosted = ['anthropic/claude-fable-5', 'mistral/mistral-large-2411']
const requested = 'anthropic/claude-fable-5'
const order = `id: no-hosted-model
title: Test order on every hosted model
instrument: regulation
issuer: xx/test
authority: [Test Act 1]
publication: published
source: { url: https://authority.example/order, retrieved: 2026-11-01 }
effect: forbid
scope: { models: [${hosted.join(', ')}], routes: all, persons: all, definition: us-ear-772.1 }
status:
  - { at: 2026-01-01T00:00:00Z, is: effective, source: { url: https://authority.example/order, retrieved: 2026-11-01 } }
review: { state: unverified, by: null, at: null }
`
const readyMs = 60_000

suite('every hosted model is forbidden', { skip: why, timeout: 240_000 }, () => {
  const folder = temporaryFolder()
  const keys = ledgerKeys()
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    gateway = await startGateway(
      folder,
      worldWith({ fallbacks: [hosted[1], local.model] }),
      { 'directives/no-hosted-model.yaml': order },
      { words: ['--with-local'] },
    )
    await until('the local model is ready', isReady, readyMs)
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const worldWith = (workflow: object): object => ({
    ...gatewayWorld({
      upstream: provider.baseUrl,
      load: ['no-hosted-model'],
      ledger: { ...keys.ledger, mode: 'strict' },
      workflow: { ...workflow },
    }),
    local,
  })
  const readyEvents = () => gateway.events.filter(({ event }) => event === 'local')
  const isReady = () => readyEvents().length > 0
  const question = 'What is the capital of France? Answer in one short sentence.'
  const messages = [{ role: 'user' as const, content: question }]
  const clients = () => sdkClients(gateway.url, gatewayKeys.HOLDFAST_TEST_CLEARED)
  const words = /[a-z]{2,}/i

  test('a client of OpenAI is answered by the local model, in one piece and as a stream', async () => {
    const { openai } = clients()
    const wanted = { model: requested, messages, max_tokens: 12 }
    const { data, response } = await openai.chat.completions.create(wanted).withResponse()
    assert.match(data.choices[0]?.message.content ?? '', words)
    assert.equal(data.model, local.model)
    assert.ok((data.usage?.completion_tokens ?? 0) > 0)
    assert.equal(response.headers.get('holdfast-served-model'), local.model)
    assert.equal(response.headers.get('holdfast-route'), 'local')
    assert.equal(response.headers.get('holdfast-outcome'), 'failover')

    const streamed = await openai.chat.completions
      .stream({ ...wanted, stream_options: { include_usage: true } })
      .finalChatCompletion()
    assert.match(streamed.choices[0]?.message.content ?? '', words)
    assert.ok(['stop', 'length'].includes(streamed.choices[0]?.finish_reason ?? ''))
    assert.ok((streamed.usage?.completion_tokens ?? 0) > 0)
  })

  test('a client of Anthropic is answered by the local model, in one piece and as a stream', async () => {
    const { anthropic } = clients()
    const wanted = { model: requested, messages, max_tokens: 12 }
    const { data, response } = await anthropic.messages.create(wanted).withResponse()
    assert.match(textOf(data.content), words)
    assert.ok(data.usage.output_tokens > 0)
    assert.equal(response.headers.get('holdfast-served-model'), local.model)

    const streamed = await anthropic.messages.stream(wanted).finalMessage()
    assert.match(textOf(streamed.content), words)
    assert.ok(['end_turn', 'max_tokens'].includes(streamed.stop_reason ?? ''))
    assert.ok(streamed.usage.output_tokens > 0)
  })

  test('a client of the Responses API is answered by the local model', async () => {
    const response = await clients().openai.responses.create({
      model: requested,
      input: question,
      max_output_tokens: 16,
      store: false,
    })
    assert.match(response.output_text, words)
  })

  test('no hosted model was asked, and the ledger says who served and why', async () => {
    assert.equal(provider.received(), 0)
    const decisions = await entriesOfKind(folder, 'decision')
    const byModel = (wanted: string) => decisions.filter(({ model }) => model === wanted)
    const served = byModel(local.model)
    assert.ok(served.length >= 5, `${served.length} of ${decisions.length}`)
    for (const { route, requestedModel, servedModel, verdict, provider: by } of served)
      assert.deepEqual(
        { route, requestedModel, servedModel, verdict, by },
        {
          route: 'local',
          requestedModel: requested,
          servedModel: local.model,
          verdict: 'allow',
          by: 'self',
        },
      )
    for (const model of hosted) {
      assert.ok(byModel(model).length >= 5, `hops over ${model}`)
      assert.ok(byModel(model).every(({ verdict }) => verdict === 'deny'))
    }
    assert.ok(isLedgerWhole(folder))
  })

  test('a conversation that is longer than its context is not sent to it', async () => {
    const long = [{ role: 'user' as const, content: 'word '.repeat(4_000) }]
    const asked = clients().openai.chat.completions.create({ model: requested, messages: long })
    await assert.rejects(asked, /do not fit|context/i)
  })

  test('an engine that is killed is started again and serves', async () => {
    const before = readyEvents()
    process.kill(Number(before[0]?.['pid']), 'SIGKILL')
    await until('it is ready again', () => readyEvents().length > before.length, readyMs)
    const again = await clients().openai.chat.completions.create({
      model: requested,
      messages,
      max_tokens: 4,
    })
    assert.match(again.choices[0]?.message.content ?? '', /\w/)
  })

  test('the check starts it, asks it and ends it', () => {
    const elsewhere = temporaryFolder()
    const {
      routes: _hosted,
      directives: _order,
      ledger: _ledger,
      ...rest
    } = worldWith({}) as Record<string, unknown>
    writeFiles(elsewhere, { 'holdfast.yaml': stringify(rest) })
    const ran = holdfast(['check', '--with-local', '--format', 'json'], { cwd: elsewhere })
    const { routes } = JSON.parse(ran.stdout) as { routes: readonly Record<string, unknown>[] }
    assert.deepEqual(
      routes.map(({ route, model, result, listing }) => ({ route, model, result, listing })),
      [{ route: 'local', model: local.model, result: 'ok', listing: 'listed' }],
    )
  })

  test('a gateway that is killed takes its engine along', async () => {
    const pid = Number(readyEvents().at(-1)?.['pid'])
    await gateway.kill('SIGKILL')
    await until('the engine is gone', () => !isAlive(pid))
  })
})

function textOf(content: readonly { readonly type: string }[]): string {
  return content.map((block) => ('text' in block ? String(block.text) : '')).join('')
}

/** What has ended and waits for its parent to hear of it is not alive. */
function isAlive(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return /^[^Z\s]/.test(state.stdout)
}
