import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { adminTokens, gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * What both ports say of health, and the figures, in every state that an operator may find a gateway in. A full ledger is in
 * gateway-full-disk.test.ts.
 */

setGatewayKeys()
const folders = {
  plain: temporaryFolder(),
  routeless: temporaryFolder(),
  store: temporaryFolder(),
  ending: temporaryFolder(),
}

interface Health {
  /** Of the port for model traffic and of the admin port. */
  readonly ready: readonly [number, number]
  readonly lives: readonly [number, number]
  readonly unreadiness: readonly string[]
  readonly storeProblem: string | null
  readonly figures: string
}

suite('health of a gateway', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
  })
  afterEach(() => gateway.stop())
  after(() => provider.close())

  const world = (): object => gatewayWorld({ upstream: provider.baseUrl, admin: adminTokens })
  const health = async (): Promise<Health> => {
    const statusOf = async (url: string): Promise<number> => (await fetch(url)).status
    const answer = await askAdmin(gateway.admin, '/api/v1/status', { as: 'viewer' })
    const status = answer.json<{
      unreadiness: readonly string[]
      store: { problem: string | null }
    }>()
    return {
      ready: [await statusOf(`${gateway.url}/readyz`), await statusOf(`${gateway.admin}/readyz`)],
      lives: [await statusOf(`${gateway.url}/healthz`), await statusOf(`${gateway.admin}/healthz`)],
      unreadiness: status.unreadiness,
      storeProblem: status.store.problem,
      figures: (await askAdmin(gateway.admin, '/metrics', { as: 'viewer' })).text,
    }
  }
  const ask = async (words = 3): Promise<Response> =>
    await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 999,
        stream: words > 3,
        messages: [
          { role: 'user', content: `[[words: ${words}]] [[pace: ${words > 3 ? 50 : 0}]] hello` },
        ],
      }),
    })

  test('it is ready once it says so; with every route taken out it is not, and says why', async () => {
    gateway = await startGateway(folders.plain, world())
    const first = await health()
    assert.deepEqual(
      [first.ready, first.lives],
      [
        [200, 200],
        [200, 200],
      ],
    )
    assert.deepEqual(first.unreadiness, [])
    assert.match(first.figures, /^holdfast_route_disabled\{route="mistral"\} 0$/m)
    for (const id of ['anthropic', 'mistral']) {
      const path = `/api/v1/routes/${id}/disable`
      const done = await askAdmin(gateway.admin, path, { as: 'operator', method: 'POST', body: {} })
      assert.equal(done.status, 200)
    }
    const closed = await health()
    assert.deepEqual(
      [closed.ready, closed.lives],
      [
        [503, 503],
        [200, 200],
      ],
    )
    assert.deepEqual(closed.unreadiness, ['no route takes traffic'])
    assert.match(closed.figures, /^holdfast_route_disabled\{route="mistral"\} 1$/m)
    const answer = await ask()
    assert.equal(answer.status, 503, await answer.text())
    const path = '/api/v1/routes/mistral/enable'
    await askAdmin(gateway.admin, path, { as: 'operator', method: 'POST', body: {} })
    assert.deepEqual((await health()).ready, [200, 200])
  })

  test('with every model withdrawn it still answers, tells callers so, and shows the circuits', async () => {
    for (const id of ['anthropic', 'mistral']) {
      const path = `/api/v1/routes/${id}/enable`
      if (id === 'anthropic') gateway = await startGateway(folders.plain, world())
      await askAdmin(gateway.admin, path, { as: 'operator', method: 'POST', body: {} })
    }
    for (const model of ['claude-fable-5', 'mistral-large-2411'])
      provider.script({ model, fault: 'withdrawn' })
    const answer = await ask()
    assert.equal(answer.status, 404)
    assert.match(await answer.text(), /not_found_error|model_withdrawn/)
    const again = await ask()
    assert.equal(again.status, 503)
    assert.match(await again.text(), /model_withdrawn/)
    const found = await health()
    assert.deepEqual(
      [found.ready, found.lives],
      [
        [200, 200],
        [200, 200],
      ],
    )
    assert.equal(found.figures.match(/^holdfast_circuits\{kind="withdrawn",.*\} 1$/gm)?.length, 2)
    provider.reset()
  })

  test('without a route it lives, is not ready and says so', async () => {
    gateway = await startGateway(folders.routeless, {
      ...world(),
      routes: [],
      workflows: [],
    })
    const found = await health()
    assert.deepEqual(
      [found.ready, found.lives],
      [
        [503, 503],
        [200, 200],
      ],
    )
    assert.deepEqual(found.unreadiness, ['no route takes traffic'])
  })

  test('while it ends it is not ready, what is under way goes on, and it lives until the end', async () => {
    gateway = await startGateway(folders.ending, world())
    const answer = await ask(60)
    const stopped = gateway.stop()
    await until('it is about to end', () =>
      gateway.events.some(({ event }) => event === 'stopping'),
    )
    const ready = await askAdmin(gateway.admin, '/readyz')
    assert.equal(ready.status, 503)
    assert.equal((await askAdmin(gateway.admin, '/healthz')).status, 200)
    const figures = await askAdmin(gateway.admin, '/metrics', { as: 'viewer' })
    assert.match(figures.text, /^holdfast_requests_in_flight 1$/m)
    assert.match(await answer.text(), /message_stop/)
    assert.equal(await stopped, 0)
  })

  suite('a store on PostgreSQL', { skip: skipWithoutPostgres() }, () => {
    let postgres: PostgresServer
    before(() => {
      postgres = startPostgres({ durable: true })
    })
    after(() => postgres.remove())

    test('when it is away, callers of holdfast.yaml are served on, and status and figures say that it is', async () => {
      gateway = await startGateway(folders.store, { ...world(), store: postgres.createDatabase() })
      // Status and figures are asked for one after the other: on a busy machine one may come too late.
      const bothSay = (isAway: boolean) => async (): Promise<boolean> => {
        const { storeProblem, figures } = await health()
        const figure = new RegExp(`^holdfast_store_problem ${isAway ? 1 : 0}$`, 'm')
        return (storeProblem !== null) === isAway && figure.test(figures)
      }
      await until('it is there', bothSay(false))
      postgres.stopImmediately()
      await until('it is away', bothSay(true))
      const away = await health()
      assert.deepEqual(
        [away.ready, away.lives],
        [
          [200, 200],
          [200, 200],
        ],
      )
      assert.equal((await ask()).status, 200)
      postgres.start()
      await until('it is back', bothSay(false))
    })
  })
})
