import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { storeSettings } from '../../src/cli/open-store.ts'
import { trialDigests, trialTasksFolder } from '../../src/cli/qualify/trial-digests.ts'
import { readTaskSet } from '../../src/cli/tasks/read-task-set.ts'
import { HoldfastConfig } from '../../src/schema/holdfast-config.ts'
import type { TrialRecord } from '../../src/schema/trial-record.ts'
import type { VerdictRecord } from '../../src/schema/verdict.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { registration } from '../qualification/sample-trial.ts'
import { promptBody } from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { entriesOfKind } from '../support/kept-ledger.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder, writeFiles } from './holdfast.ts'

/** What trials found decides, while the gateway runs, which fallback serves. */

setGatewayKeys()
const { HOLDFAST_TEST_FOREIGN: foreign } = gatewayKeys
const order = 'test-order'
const fallback = 'mistral/mistral-large-2411'
const served = 'mistral-large-2411'
/** A second on a quiet machine; a machine that is busy with other tests is no measure. */
const limitMs = Number(process.env['HOLDFAST_GATEWAY_FLEET_LIMIT_MS'] ?? 30_000)

const digest = `sha256:${'0'.repeat(64)}`

function verdict(change: Partial<VerdictRecord> = {}, servedModel = served): VerdictRecord {
  return {
    schemaVersion: 1,
    trial: randomUUID(),
    key: {
      workflow: 'review',
      model: fallback,
      route: 'mistral',
      servedModel,
      promptDigest: digest,
      toolsDigest: digest,
      gradersDigest: digest,
    },
    verdict: 'QUALIFIED',
    decidedAt: new Date().toISOString(),
    validUntil: '2099-01-01T00:00:00.000Z',
    invalidatedBy: null,
    ...change,
  }
}

for (const processes of [1, 2]) {
  suite(
    `verdicts at a gateway of ${processes} ${processes === 1 ? 'process' : 'processes'}`,
    () => {
      const folder = temporaryFolder()
      const keys = ledgerKeys()
      let provider: Provider
      let gateway: GatewayProcess
      let store: Store

      const world = (workflow: object = {}, upstream = provider.baseUrl) =>
        gatewayWorld({
          upstream,
          load: [order],
          ledger: keys.ledger,
          workflow: { requireQualified: true, ...workflow },
        })

      before(async () => {
        provider = await startProvider({ seed: 0 })
        writeFiles(folder, keys.files)
        for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
        gateway = await startGateway(
          folder,
          world(),
          { [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person') },
          { processes },
        )
        store = await openStore(storeSettings(null, join(folder, 'holdfast.yaml')))
      })
      beforeEach(async () => {
        provider.reset()
        // What a test leaves does not count in the next one.
        for (const one of await store.verdicts.list())
          if (one.invalidatedBy === null) await store.verdicts.invalidate(one.trial, 'test-over')
        await refused()
      })
      after(async () => {
        await store.close()
        await gateway.stop()
        await provider.close()
      })

      const ask = (isStream = false) =>
        fetch(`${gateway.url}/v1/messages`, {
          method: 'POST',
          headers: { authorization: `Bearer ${foreign}`, 'content-type': 'application/json' },
          body: JSON.stringify(
            promptBody('anthropic-messages', {
              model: 'claude-fable-5',
              isStream,
              prompt: '[[words: 3]] hello',
            }),
          ),
          signal: AbortSignal.timeout(20_000),
        })
      /** At every process: connections go to one after the other. */
      const isAtAll = async (isSo: (answer: Response) => boolean): Promise<boolean> => {
        for (let count = 0; count < processes * 3; count += 1) {
          const answer = await ask()
          await answer.arrayBuffer()
          if (!isSo(answer)) return false
        }
        return true
      }
      const refused = () =>
        gateway.until('it is refused', () => isAtAll(({ status }) => status === 403), limitMs)
      const qualified = () =>
        gateway.until('the fallback serves', () => isAtAll(isQualifiedAnswer), limitMs)
      const isQualifiedAnswer = ({ status, headers }: Response): boolean =>
        status === 200 &&
        headers.get('holdfast-served-model') === fallback &&
        headers.get('holdfast-notice') === null

      test('a new verdict opens the fallback, and one that is ended closes it', async () => {
        const first = await ask()
        assert.match(await first.text(), /no valid trial says that it can do this work/)
        assert.equal(provider.requests.length, 0)
        const found = verdict()
        await store.verdicts.add(found)
        await qualified()
        await store.verdicts.invalidate(found.trial, 'prompt-changed')
        await refused()
      })

      test('a newer trial that found it worse closes it; one that found nothing does not', async () => {
        await store.verdicts.add(verdict())
        await qualified()
        await store.verdicts.add(verdict({ verdict: 'INCONCLUSIVE' }))
        const reloads = () => gateway.events.filter(({ event }) => event === 'reloaded').length
        const before = reloads()
        await until('it is loaded', () => reloads() > before || processes > 1)
        await qualified()
        await store.verdicts.add(verdict({ verdict: 'NOT_QUALIFIED' }))
        await refused()
      })

      test('a verdict whose day has come counts no more, though nothing changes', async () => {
        const endsAt = Date.now() + 4_000
        await store.verdicts.add(verdict({ validUntil: new Date(endsAt).toISOString() }))
        await qualified()
        const untilBefore = (ms: number) => delay(Math.max(0, endsAt - ms - Date.now()))
        const reloads = () => gateway.events.filter(({ event }) => event === 'reloaded').length
        await untilBefore(1_000)
        const loaded = reloads()
        await untilBefore(-5)
        assert.equal((await ask()).status, 403)
        assert.equal(reloads(), loaded)
      })

      for (const isStream of [false, true])
        test(`another snapshot than was tried is not delivered, and ends the verdict${isStream ? ', in a stream too' : ''}`, async () => {
          const found = verdict({}, 'mistral-large-2411-0601')
          await store.verdicts.add(found)
          await until('the provider is asked', async () => {
            const answer = await ask(isStream)
            const text = await answer.text()
            assert.equal(answer.status === 200, false, text)
            return provider.requests.length > 0
          })
          const kept = async () =>
            (await store.verdicts.list()).find(({ trial }) => trial === found.trial)?.invalidatedBy
          await until('it is ended', async () => (await kept()) === 'model-snapshot-changed')
          await refused()
          const asked = provider.requests.length
          await ask(isStream)
          assert.equal(provider.requests.length, asked)
          const entered = async () =>
            (await entriesOfKind(folder, 'trial')).filter(({ trial }) => trial === found.trial)
          await until('it is on record', async () => (await entered()).length > 0)
          const [entry, ...others] = await entered()
          assert.equal(entry?.change, 'invalidated')
          assert.equal(entry?.verdict?.invalidatedBy, 'model-snapshot-changed')
          assert.deepEqual(others, [])
          const told = gateway.events.some(
            ({ event, message }) => event === 'warning' && String(message).includes(found.trial),
          )
          assert.ok(told)
        })

      test('a provider that answers as another snapshot is not taken for away', async () => {
        for (let count = 0; count < 4; count += 1) {
          const found = verdict({}, 'mistral-large-2411-0601')
          await store.verdicts.add(found)
          const before = provider.requests.length
          await until('the provider is asked', async () => {
            await (await ask()).arrayBuffer()
            return provider.requests.length > before
          })
        }
        await store.verdicts.add(verdict())
        await qualified()
        assert.deepEqual(
          gateway.events.filter(({ event }) => event === 'circuit'),
          [],
        )
      })

      test('where fallbacks need no trial another snapshot is delivered, and said to be untried', async () => {
        await gateway.configure(world({ requireQualified: false }))
        try {
          const found = verdict({}, 'mistral-large-2411-0601')
          await store.verdicts.add(found)
          const kept = async () =>
            (await store.verdicts.list()).find(({ trial }) => trial === found.trial)?.invalidatedBy
          await until('it is ended', async () => {
            const answer = await ask()
            assert.equal(answer.status, 200)
            assert.equal(answer.headers.get('holdfast-notice'), 'unqualified-fallback')
            return (await kept()) === 'model-snapshot-changed'
          })
        } finally {
          await gateway.configure(world())
        }
      })

      test('a verdict in a file beside holdfast.yaml ends for everybody as well', async () => {
        const found = verdict({}, 'mistral-large-2411-0601')
        await gateway.change({ '.holdfast/verdicts/one.json': JSON.stringify(found) })
        await until('it is ended in the store', async () => {
          await ask()
          const kept = await store.verdicts.list()
          return kept.some(
            ({ trial, invalidatedBy }) => trial === found.trial && invalidatedBy !== null,
          )
        })
        await refused()
      })

      test('a route that leads elsewhere ends what was tried over it', async () => {
        const trial = { tasks: 'shipped:tool-calling', margin: 0.05, marginReason: 'one in twenty' }
        await gateway.configure(world({ trial }))
        const config = HoldfastConfig.parse(world({ trial }))
        const configPath = join(folder, 'holdfast.yaml')
        const [own, other] = config.routes
        assert.ok(own && other)
        const tasksFolder = trialTasksFolder(trial.tasks, configPath)
        const digests = await trialDigests({
          config,
          catalogue: await loadCatalogue({ folder }),
          candidate: { model: fallback, route: other },
          incumbent: { model: 'anthropic/claude-fable-5', route: own },
          tasks: await readTaskSet(tasksFolder),
          tasksFolder,
        })
        const side = { model: fallback, route: 'mistral', servedModel: served }
        const incumbent = {
          model: 'anthropic/claude-fable-5',
          route: 'anthropic',
          servedModel: 'x',
        }
        const tried = await store.trials.register({
          workflow: 'review',
          candidate: fallback,
          route: 'mistral',
          registration: JSON.parse(
            JSON.stringify(
              registration({ workflow: 'review', candidate: side, incumbent, digests }),
            ),
          ) as TrialRecord['registration'],
          createdBy: 'test',
        })
        const found = verdict({ trial: tried.id })
        const { prompt, tools, graders } = digests
        const key = {
          ...found.key,
          promptDigest: prompt,
          toolsDigest: tools,
          gradersDigest: graders,
        }
        await store.verdicts.add({ ...found, key })
        await qualified()
        const elsewhere = await startProvider({ seed: 0 })
        try {
          const moved = world({ trial }, provider.baseUrl) as { routes: { baseUrl: string }[] }
          const [, route] = moved.routes
          assert.ok(route)
          route.baseUrl = `${elsewhere.baseUrl}/v1`
          await gateway.configure(moved)
          await gateway.until('it is ended', async () => {
            const kept = await store.verdicts.list()
            return kept.some(({ invalidatedBy }) => invalidatedBy === 'route-changed')
          })
          await refused()
          const entries = async () =>
            (await entriesOfKind(folder, 'trial')).filter((one) => one.trial === tried.id)
          await until('it is on record', async () => (await entries()).length > 0)
          const [entry] = await entries()
          assert.equal(entry?.registration, tried.registrationDigest)
        } finally {
          await gateway.configure(world())
          await elsewhere.close()
        }
      })
    },
  )
}

suite('verdicts at two gateways on one PostgreSQL', { skip: skipWithoutPostgres() }, () => {
  const folders = [temporaryFolder(), temporaryFolder()]
  const gateways: GatewayProcess[] = []
  let server: PostgresServer
  let provider: Provider
  let store: Store

  before(async () => {
    server = startPostgres({ durable: false })
    provider = await startProvider({ seed: 0 })
    const location = server.createDatabase()
    for (const folder of folders) {
      const world = gatewayWorld({
        upstream: provider.baseUrl,
        load: [order],
        workflow: { requireQualified: true },
      })
      const files = { [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person') }
      gateways.push(await startGateway(folder, { ...world, store: location }, files))
    }
    const [folder = ''] = folders
    store = await openStore(storeSettings({ store: location }, join(folder, 'holdfast.yaml')))
  })
  after(async () => {
    await store.close()
    for (const gateway of gateways) await gateway.stop()
    await provider.close()
    server.remove()
  })

  const statusAt = async ({ url }: GatewayProcess): Promise<number> => {
    const answer = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': foreign, 'content-type': 'application/json' },
      body: JSON.stringify(
        promptBody('anthropic-messages', {
          model: 'claude-fable-5',
          isStream: false,
          prompt: '[[words: 2]] hello',
        }),
      ),
      signal: AbortSignal.timeout(20_000),
    })
    await answer.arrayBuffer()
    return answer.status
  }

  test('what one of them sees served ends the verdict for the other', async () => {
    const [seeing, other] = gateways
    assert.ok(seeing && other)
    const good = verdict()
    await store.verdicts.add(good)
    for (const gateway of gateways)
      await until('the fallback serves', async () => (await statusAt(gateway)) === 200, limitMs)
    await store.verdicts.invalidate(good.trial, 'test-over')
    for (const gateway of gateways)
      await until('it is closed', async () => (await statusAt(gateway)) === 403, limitMs)
    // The provider serves another snapshot than this one was tried with; only one of them asks.
    const asked = provider.received()
    await store.verdicts.add(verdict({}, 'mistral-large-2411-0601'))
    await until('it has seen it', async () => {
      await statusAt(seeing)
      return provider.received() > asked
    })
    const ended = async () =>
      (await store.verdicts.list()).some(
        ({ invalidatedBy }) => invalidatedBy === 'model-snapshot-changed',
      )
    await until('it is ended', ended, limitMs)
    const isClosed = async (gateway: GatewayProcess): Promise<boolean> => {
      const before = provider.received()
      return (await statusAt(gateway)) === 403 && provider.received() === before
    }
    await until('the other one has heard', () => isClosed(other), limitMs)
    await until('so has the one that saw it', () => isClosed(seeing), limitMs)
  })
})
