import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokens,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** Routes that an operator takes out of traffic, and credentials that go to no other origin. */

setGatewayKeys()
const folder = temporaryFolder()
const withLocal = temporaryFolder()
const config = join(folder, 'holdfast.yaml')

suite('routes of a gateway', () => {
  let provider: Provider
  let elsewhere: Provider
  let gateway: GatewayProcess
  let world: (upstream: string) => object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    elsewhere = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    world = (upstream) => {
      const made = gatewayWorld({ upstream, ledger: keys.ledger, admin: adminTokens }) as {
        routes: readonly { baseUrl: string }[]
      }
      // Only the first route moves.
      const [first, ...rest] = made.routes
      return {
        ...made,
        routes: [first, ...rest.map((one) => ({ ...one, baseUrl: `${provider.baseUrl}/v1` }))],
      }
    }
    gateway = await startGateway(folder, world(provider.baseUrl))
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
    await elsewhere.close()
  })

  const route = (...words: readonly string[]) =>
    runHoldfast(['route', ...words, '--config', config], folder)
  const ask = async (): Promise<string | null> => {
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 99,
        messages: [{ role: 'user', content: '[[words: 3]] hello' }],
      }),
    })
    await response.text()
    return response.headers.get('holdfast-route')
  }
  const routeEntries = (): readonly string[] =>
    holdfast(['ledger', 'search', '--kind', 'route', '--config', config, '--format', 'json'])
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { content: { entry: Record<string, string> } })
      .map(({ content: { entry } }) => `${entry['subject']}: ${entry['change']}, by ${entry['by']}`)

  test('an operator takes a route out of traffic and brings it back, in force at once and on record', async () => {
    assert.equal(await ask(), 'anthropic')
    const disabled = await route('disable', 'anthropic', '--reason', 'an audit', '--by', 'Ada')
    assert.equal(disabled.status, 0, disabled.stderr)
    assert.equal(await ask(), 'mistral')
    const listed = await route('list')
    assert.match(listed.stdout, /anthropic +disabled .*by Ada \(token desk\) at .*: an audit/)
    const shown = await askAdmin(gateway.admin, '/api/v1/routes', { as: 'viewer' })
    assert.equal(shown.json<{ routes: { state: string }[] }>().routes[0]?.state, 'disabled')
    const enabled = await route('enable', 'anthropic')
    assert.equal(enabled.status, 0, enabled.stderr)
    assert.equal(await ask(), 'anthropic')
  })

  test('a broken holdfast.yaml keeps nobody from taking a route out of traffic', async () => {
    writeFiles(folder, { 'holdfast.yaml': 'version: 1\norganisation: {' })
    await until('it is told', () =>
      gateway.events.some(({ message }) => /last good/.test(String(message))),
    )
    const answer = await askAdmin(gateway.admin, '/api/v1/routes/anthropic/disable', {
      as: 'operator',
      method: 'POST',
      body: {},
    })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(await ask(), 'mistral')
    await gateway.configure(world(provider.baseUrl))
    assert.equal(await ask(), 'mistral', 'nor does a reload bring it back')
    await route('enable', 'anthropic')
    assert.equal(await ask(), 'anthropic')
  })

  test('a changed origin gets no credential until somebody accepts it', async () => {
    await gateway.configure(world(elsewhere.baseUrl))
    assert.equal(await ask(), 'mistral')
    assert.equal(elsewhere.received(), 0)
    const told = gateway.events.map(({ message }) => String(message))
    assert.ok(told.some((message) => message.includes('holdfast route accept anthropic')))
    const listed = await route('list', '--format', 'json')
    const [first] = (JSON.parse(listed.stdout) as { routes: Record<string, string>[] }).routes
    assert.equal(first?.['state'], 'origin-not-accepted')
    assert.equal(first?.['acceptedOrigin'], provider.baseUrl)

    // Not by another route with the same credential either.
    const twin = world(elsewhere.baseUrl) as { routes: { id: string }[] }
    await gateway.configure({
      ...twin,
      routes: [...twin.routes, { ...twin.routes[0], id: 'twin' }],
    })
    assert.equal(await ask(), 'mistral')
    assert.equal(elsewhere.received(), 0)
    await gateway.configure(twin)

    const wrong = await askAdmin(gateway.admin, '/api/v1/routes/anthropic/accept', {
      as: 'operator',
      method: 'POST',
      body: { origin: 'https://api.example' },
    })
    assert.equal(wrong.status, 409)
    const accepted = await route('accept', 'anthropic', '--by', 'Ada')
    assert.equal(accepted.status, 0, accepted.stderr)
    assert.equal(await ask(), 'anthropic')
    assert.equal(elsewhere.received(), 1)
    // What was accepted before is accepted no more.
    await gateway.configure(world(provider.baseUrl))
    assert.equal(await ask(), 'mistral')
  })

  test('without a gateway the commands act on the store, and a running one without tokens hears of it', async () => {
    await gateway.stop()
    assert.equal((await route('accept', 'anthropic')).status, 0)
    assert.equal((await route('disable', 'anthropic')).status, 0)
    const unknown = await route('disable', 'antropic')
    assert.equal(unknown.status, 2)
    assert.match(unknown.stderr, /HF_ROUTE_UNKNOWN.*did you mean `anthropic`/s)
    const { admin: _admin, ...silent } = world(provider.baseUrl) as { admin: unknown }
    gateway = await startGateway(folder, silent)
    assert.equal(await ask(), 'mistral')
    assert.equal((await askAdmin(gateway.admin, '/api/v1/routes', { as: 'operator' })).status, 403)
    const enabled = await route('enable', 'anthropic', '--by', 'Grace')
    assert.equal(enabled.status, 0, enabled.stderr)
    const startedAt = performance.now()
    await until('it hears of it', async () => (await ask()) === 'anthropic')
    assert.ok(performance.now() - startedAt < 5_000, 'soon, also on a busy machine')
  })

  test('a token is shown to nobody but the process that was announced', async () => {
    writeFiles(folder, { 'holdfast.yaml': stringify(world(provider.baseUrl)) })
    const before = elsewhere.received()
    writeFiles(folder, {
      '.holdfast/serve.json': JSON.stringify({
        pid: process.pid,
        instance: 'forged',
        admin: elsewhere.baseUrl,
        gateway: elsewhere.baseUrl,
        startedAt: new Date().toISOString(),
      }),
    })
    assert.equal((await route('list')).status, 0)
    assert.equal(elsewhere.mentioning(gatewayKeys.HOLDFAST_TEST_OPERATOR).length, 0)
    assert.equal(elsewhere.received(), before + 1, 'only asked whether it lives')
  })

  test('all of it stands in the ledger, with who did it', async () => {
    await gateway.stop()
    const entries = routeEntries()
    const home = provider.baseUrl
    const away = elsewhere.baseUrl
    for (const wanted of [
      `anthropic: origin ${home} accepted at its first use, by gateway`,
      'anthropic: taken out of traffic: an audit, by Ada (token desk)',
      `anthropic: origin changed from ${home} to ${away}, not accepted, by gateway`,
      `twin: origin changed from ${home} to ${away}, not accepted, by gateway`,
      `anthropic: origin ${away} accepted instead of ${home}, by Ada (token desk)`,
      'anthropic: brought back into traffic, by Grace',
    ])
      assert.ok(entries.includes(wanted), `${wanted}\n${entries.join('\n')}`)
    const refusals = entries.filter((entry) => entry.startsWith('anthropic: origin changed from'))
    assert.equal(refusals.length, 2, 'each refusal once, however often it is looked at')
  })
})

test('the list says that nothing runs behind the route of the local model, with a gateway and without', async () => {
  const upstream = 'http://127.0.0.1:1'
  const local = { model: 'alibaba/qwen3-32b', weights: 'weights.gguf' }
  const world = { ...gatewayWorld({ upstream, admin: adminTokens }), local }
  const gateway = await startGateway(withLocal, world)
  const words = ['route', 'list', '--config', join(withLocal, 'holdfast.yaml')]
  const served = await runHoldfast(words, withLocal)
  await gateway.stop()
  const stored = await runHoldfast(words, withLocal)
  for (const { stdout, stderr } of [served, stored]) {
    assert.match(stdout, /^local +not-running .*was not asked for \(--with-local\)$/m, stderr)
    assert.match(stdout, /^mistral +enabled /m)
  }
})
