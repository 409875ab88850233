import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { adminTokens, gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder } from './holdfast.ts'

/** Health, readiness, status and figures of the real binary: each says how it is. */

setGatewayKeys()
const folder = temporaryFolder()
const otherFolder = temporaryFolder()

suite('health and readiness', { timeout: 120_000 }, () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    world = gatewayWorld({ upstream: provider.baseUrl, admin: adminTokens })
    gateway = await startGateway(folder, world)
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  interface Told {
    readonly healthy: number
    readonly ready: readonly number[]
    readonly unreadiness: readonly string[]
    readonly figures: string
  }

  /** What both ports say. */
  async function told(): Promise<Told> {
    const status = await askAdmin(gateway.admin, '/api/v1/status', { as: 'viewer' })
    const { unreadiness, isReady } = status.json<{ unreadiness: string[]; isReady: boolean }>()
    assert.equal(isReady, unreadiness.length === 0)
    return {
      healthy: (await fetch(`${gateway.url}/healthz`)).status,
      ready: [
        (await fetch(`${gateway.url}/readyz`)).status,
        (await askAdmin(gateway.admin, '/readyz')).status,
      ],
      unreadiness,
      figures: (await askAdmin(gateway.admin, '/metrics', { as: 'viewer' })).text,
    }
  }

  function ask(words: number): Promise<Response> {
    return fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 999,
        stream: true,
        messages: [{ role: 'user', content: `[[words: ${words}]] hello` }],
      }),
    })
  }

  test('once it has said that it is ready it is', async () => {
    const { healthy, ready, unreadiness, figures } = await told()
    assert.deepEqual([healthy, ready, unreadiness], [200, [200, 200], []])
    assert.match(figures, /^holdfast_load_problem 0$/m)
  })

  test('with every route out of traffic it is not, and lives', async () => {
    for (const id of ['anthropic', 'mistral']) {
      const path = `/api/v1/routes/${id}/disable`
      const done = await askAdmin(gateway.admin, path, { as: 'operator', method: 'POST', body: {} })
      assert.equal(done.status, 200)
    }
    const { healthy, ready, unreadiness, figures } = await told()
    assert.deepEqual([healthy, ready], [200, [503, 503]])
    assert.deepEqual(unreadiness, ['no route takes traffic'])
    assert.match(figures, /^holdfast_route_disabled\{route="anthropic"\} 1$/m)
    await askAdmin(gateway.admin, '/api/v1/routes/mistral/enable', {
      as: 'operator',
      method: 'POST',
      body: {},
    })
    assert.deepEqual((await told()).ready, [200, 200])
    await askAdmin(gateway.admin, '/api/v1/routes/anthropic/enable', {
      as: 'operator',
      method: 'POST',
      body: {},
    })
  })

  test('a configuration without routes is not ready either, and one that cannot be loaded is told', async () => {
    await gateway.configure({ ...world, routes: [], workflows: [] })
    const { ready, unreadiness } = await told()
    assert.deepEqual([ready, unreadiness], [[503, 503], ['no route takes traffic']])
    await gateway.configure(world)
    assert.deepEqual((await told()).ready, [200, 200])
  })

  test('with every model withdrawn it answers, and figures say that nothing serves', async () => {
    const scripts = ['claude-fable-5', 'mistral-large-2411'].map((name) =>
      provider.script({ model: name, fault: 'withdrawn' }),
    )
    const answer = await ask(2)
    assert.ok(answer.status >= 400)
    await answer.text()
    for (const script of scripts) script.remove()
    const { figures, ready } = await told()
    const open = figures.match(/^holdfast_circuits\{[^}]*kind="withdrawn"[^}]*\} 1$/gm)
    assert.equal(open?.length, 2, figures)
    assert.deepEqual(ready, [200, 200])
  })

  test('while it drains it is not ready, lives, and ends what is under way', async () => {
    const slow = await startGateway(otherFolder, world)
    const answer = await fetch(`${slow.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 999,
        stream: true,
        messages: [{ role: 'user', content: '[[words: 40]] [[pace: 50]] hello' }],
      }),
    })
    assert.equal(answer.status, 200)
    const ended = slow.stop()
    await until('it drains', () => slow.events.some(({ event }) => event === 'stopping'))
    await until('it says so', async () => (await askAdmin(slow.admin, '/readyz')).status === 503)
    assert.equal((await askAdmin(slow.admin, '/healthz')).status, 200)
    assert.match(await answer.text(), /event: message_stop/)
    assert.equal(await ended, 0)
  })
})
