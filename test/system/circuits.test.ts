import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { type AdminRoleUnderTest, askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokens,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
  type WorldOptions,
} from '../support/gateway-world.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import type { Script } from '../support/provider/script.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** Models that their provider withdraws, as the real binary treats them over starts and processes. */

setGatewayKeys()
const model = 'anthropic/claude-fable-5'
const circuitId = `model:${model}@anthropic`
const closePath = `/api/v1/circuits/${encodeURIComponent(circuitId)}/close`
const probePath = `/api/v1/circuits/${encodeURIComponent(model)}/probe`
const folders = {
  kept: temporaryFolder(),
  timed: temporaryFolder(),
  denied: temporaryFolder(),
  outage: temporaryFolder(),
  here: temporaryFolder(),
  there: temporaryFolder(),
}

interface Shown {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly lastProbe: { readonly outcome: string; readonly message: string } | null
}

suite('circuits over withdrawn models', () => {
  let provider: Provider
  let withdrawal: Script | null = null
  const running: GatewayProcess[] = []

  before(async () => {
    provider = await startProvider({ seed: 0 })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    for (const one of running) await one.stop()
    await provider.close()
  })

  const world = (more: Partial<WorldOptions> = {}): object =>
    gatewayWorld({ upstream: provider.baseUrl, admin: adminTokens, ...more })
  const start = async (
    folder: string,
    config: object,
    files = {},
    processes?: number,
  ): Promise<GatewayProcess> => {
    const gateway = await startGateway(
      folder,
      config,
      files,
      processes === undefined ? {} : { processes },
    )
    running.push(gateway)
    return gateway
  }
  const withdraw = (): void => {
    withdrawal = provider.script({ model: 'claude-fable-5', fault: 'withdrawn' })
  }
  const restore = (): void => {
    withdrawal?.remove()
    withdrawal = null
  }
  const ask = async (gateway: GatewayProcess): Promise<string | null> => {
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
    assert.equal(response.status, 200)
    return response.headers.get('holdfast-served-model')
  }
  const post = (gateway: GatewayProcess, path: string, as: AdminRoleUnderTest) =>
    askAdmin(gateway.admin, path, { as, method: 'POST', body: {} })
  const circuits = async (gateway: GatewayProcess): Promise<readonly Shown[]> =>
    (await askAdmin(gateway.admin, '/api/v1/circuits', { as: 'viewer' })).json<{
      circuits: readonly Shown[]
    }>().circuits
  const stateOf = async (gateway: GatewayProcess): Promise<string | undefined> =>
    (await circuits(gateway)).find(({ id }) => id === circuitId)?.state
  const requestsForModel = (): number =>
    provider.requests.filter((one) => one.model === 'claude-fable-5').length
  /** While this process goes on: it serves what a probe asks for. */
  const circuit = (...words: readonly string[]) =>
    runHoldfast(
      ['circuit', ...words, '--config', join(folders.kept, 'holdfast.yaml')],
      folders.kept,
    )
  const entriesOf = (folder: string, kind: string): readonly string[] => {
    const found = holdfast([
      'ledger',
      'search',
      '--kind',
      kind,
      '--config',
      join(folder, 'holdfast.yaml'),
      '--format',
      'json',
    ])
    assert.equal(found.status, 0, found.stderr)
    return found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { content: { entry: { change: string; by: string } } })
      .map(({ content }) => `${content.entry.change}, by ${content.entry.by}`)
  }

  test('a withdrawn model stays out over a kill, until a probe was served and a person closes it', async () => {
    const keys = ledgerKeys()
    writeFiles(folders.kept, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folders.kept, path), 0o600)
    const config = world({ ledger: keys.ledger })
    withdraw()
    const first = await start(folders.kept, config)
    assert.equal(await ask(first), 'mistral/mistral-large-2411')
    await until('it is kept', async () => {
      const listed = await circuit('list', '--format', 'json')
      return listed.stdout.includes(circuitId)
    })
    await first.kill('SIGKILL')

    restore()
    const second = await start(folders.kept, config)
    const before = requestsForModel()
    assert.equal(await stateOf(second), 'open')
    assert.equal(await ask(second), 'mistral/mistral-large-2411')
    assert.equal(requestsForModel(), before, 'no traffic passes an open circuit')

    const early = await post(second, closePath, 'operator')
    assert.equal(early.status, 409)
    assert.equal(early.json<{ error: { code: string } }>().error.code, 'HF_CIRCUIT_UNPROBED')
    assert.equal((await post(second, probePath, 'viewer')).status, 403)
    assert.equal((await post(second, probePath, 'operator')).status, 200)
    assert.equal(requestsForModel(), before + 1)
    assert.equal(await stateOf(second), 'probe-passed')
    assert.equal(await ask(second), 'mistral/mistral-large-2411')
    assert.equal(requestsForModel(), before + 1, 'nor one that only a probe has passed')

    assert.equal((await post(second, closePath, 'viewer')).status, 403)
    const closed = await circuit('close', model, '--by', 'Ada')
    assert.equal(closed.status, 0, closed.stderr)
    assert.match(closed.stdout, /traffic passes again/)
    assert.equal(await ask(second), model)
    assert.deepEqual(await circuits(second), [])
    await second.stop()
    assert.deepEqual(entriesOf(folders.kept, 'circuit'), [
      'withdrawn: open, by gateway',
      'withdrawn: probe asked for, by token desk',
      'withdrawn: probe-passed, by gateway',
      'withdrawn: closed, by Ada (token desk)',
    ])
  })

  test('a probe that fails leaves it open, and the command says what it came to', async () => {
    withdraw()
    const gateway = await start(folders.kept, world())
    assert.equal(await ask(gateway), 'mistral/mistral-large-2411')
    const probed = await circuit('probe', model)
    assert.equal(probed.status, 0, probed.stderr)
    assert.match(probed.stdout, /claude-fable-5 .*open .*last probe withdrawn/s)
    restore()
    await gateway.stop()
  })

  test('without a gateway a command closes what is kept, and the next start lets traffic pass', async () => {
    const early = await circuit('close', model)
    assert.equal(early.status, 2)
    assert.match(early.stderr, /HF_CIRCUIT_UNPROBED/)
    const gateway = await start(folders.kept, world())
    assert.equal((await post(gateway, probePath, 'operator')).status, 200)
    await gateway.stop()
    const closed = await circuit('close', model)
    assert.equal(closed.status, 0, closed.stderr)
    const unknown = await circuit('close', model)
    assert.equal(unknown.status, 2)
    assert.match(unknown.stderr, /HF_CIRCUIT_UNKNOWN/)
    const again = await start(folders.kept, world())
    assert.equal(await ask(again), model)
    await again.stop()
  })

  test('processes share it, and it is probed by itself', async () => {
    withdraw()
    const config = world({ gateway: { probes: { every: '1s' } } })
    const gateway = await start(folders.timed, config, {}, 2)
    assert.equal(await ask(gateway), 'mistral/mistral-large-2411')
    await until('it is open', async () => (await stateOf(gateway)) === 'open')
    const asked = () =>
      provider.mentioning('hello').filter((sent) => sent.model === 'claude-fable-5').length
    await until('every process has heard of it', async () => {
      const before = asked()
      const served = await Promise.all(Array.from({ length: 8 }, () => ask(gateway)))
      assert.deepEqual([...new Set(served)], ['mistral/mistral-large-2411'])
      return asked() === before
    })
    assert.ok(asked() <= 2, 'each process met it once at most')
    const before = requestsForModel()
    restore()
    await until('a probe passes', async () => (await stateOf(gateway)) === 'probe-passed')
    assert.ok(requestsForModel() > before)
    assert.equal((await post(gateway, closePath, 'operator')).status, 200)
    await until('it is closed in every process', async () => {
      const served = await Promise.all(Array.from({ length: 8 }, () => ask(gateway)))
      return served.every((one) => one === model)
    })
    assert.equal(await stateOf(gateway), undefined)
    await gateway.stop()
  })

  test(
    'machines share it through PostgreSQL, and routes out of traffic too',
    { skip: skipWithoutPostgres() },
    async () => {
      const server = startPostgres({ durable: false })
      try {
        const config = { ...world(), store: server.createDatabase() }
        const here = await start(folders.here, config)
        const there = await start(folders.there, config)
        withdraw()
        assert.equal(await ask(here), 'mistral/mistral-large-2411')
        await until('the other machine hears of it', async () => (await stateOf(there)) === 'open')
        const before = requestsForModel()
        assert.equal(await ask(there), 'mistral/mistral-large-2411')
        assert.equal(requestsForModel(), before)
        restore()
        assert.equal((await post(there, probePath, 'operator')).status, 200)
        await until('and of the probe', async () => (await stateOf(here)) === 'probe-passed')
        assert.equal((await post(here, closePath, 'operator')).status, 200)
        await until('and of its end', async () => (await stateOf(there)) === undefined)
        assert.equal(await ask(there), model)
        assert.equal((await post(here, '/api/v1/routes/anthropic/disable', 'operator')).status, 200)
        const startedAt = performance.now()
        await until('a route is out of traffic', async () => (await ask(there)) !== model)
        assert.ok(performance.now() - startedAt < 5_000, 'soon, also on a busy machine')
        await here.stop()
        await there.stop()
      } finally {
        server.remove()
      }
    },
  )

  test('what policy denies to the probe is not asked for, unless a caller is named who may', async () => {
    withdraw()
    const load = ['test-order']
    const files = { 'directives/test-order.yaml': banOnFable('test-order', 'foreign-person') }
    const gateway = await start(folders.denied, world({ load }), files)
    assert.equal(await ask(gateway), 'mistral/mistral-large-2411')
    restore()
    const before = requestsForModel()
    const denied = await post(gateway, probePath, 'operator')
    const [shown] = denied.json<{ circuits: readonly Shown[] }>().circuits
    assert.equal(shown?.lastProbe?.outcome, 'denied')
    assert.equal(shown?.state, 'open')
    assert.equal(requestsForModel(), before)
    await gateway.configure(world({ load, gateway: { probes: { principal: 'cleared' } } }))
    const passed = await post(gateway, probePath, 'operator')
    assert.equal(passed.json<{ circuits: readonly Shown[] }>().circuits[0]?.state, 'probe-passed')
    assert.equal(requestsForModel(), before + 1)
    await gateway.stop()
  })

  test('one after an outage closes by itself, and nobody has to remember it', async () => {
    const outage = provider.script({ model: 'claude-fable-5', fault: 's04' })
    const gateway = await start(folders.outage, world())
    for (let count = 0; count < 3; count += 1)
      assert.equal(await ask(gateway), 'mistral/mistral-large-2411')
    assert.deepEqual(
      (await circuits(gateway)).map(({ kind }) => kind),
      ['outage'],
    )
    outage.remove()
    await until('it is served again', async () => (await ask(gateway)) === model)
    assert.deepEqual(await circuits(gateway), [])
    await gateway.stop()
    const listed = holdfast(['circuit', 'list', '--config', join(folders.outage, 'holdfast.yaml')])
    assert.equal(listed.stdout, 'no circuit is open\n')
  })
})
