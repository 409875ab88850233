import assert from 'node:assert/strict'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokens,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Several processes of one machine as one gateway. Each request comes over a connection of its own, and connections go
 * to the processes in turn: so two requests in a row meet two processes.
 */

setGatewayKeys()
const { HOLDFAST_TEST_CLEARED: cleared, HOLDFAST_TEST_FOREIGN: foreign } = gatewayKeys
const model = 'anthropic/claude-fable-5'
const fallback = 'mistral/mistral-large-2411'

interface Answer {
  readonly status: number
  readonly servedModel: string | null
  readonly text: string
}

/** One request over a new connection. */
function ask(
  gateway: Pick<GatewayProcess, 'url'>,
  {
    key = cleared,
    prompt = '[[words: 2]] hi',
  }: { readonly key?: string; readonly prompt?: string } = {},
): Promise<Answer> {
  const body = {
    model: 'claude-fable-5',
    max_tokens: 99,
    messages: [{ role: 'user', content: prompt }],
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      `${gateway.url}/v1/messages`,
      {
        method: 'POST',
        agent: new Agent({ keepAlive: false }),
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('error', reject).on('end', () => {
          const served = response.headers['holdfast-served-model']
          resolve({
            status: response.statusCode ?? 0,
            servedModel: typeof served === 'string' ? served : null,
            text,
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify(body))
  })
}

/** The place of a request before is given back by a message, which may come after its answer. */
async function askWithRoom(gateway: GatewayProcess): Promise<Answer> {
  for (;;) {
    const answer = await ask(gateway)
    if (answer.status !== 429) return answer
  }
}

function askTimes(gateway: GatewayProcess, count: number): Promise<readonly Answer[]> {
  return Promise.all(Array.from({ length: count }, () => ask(gateway)))
}

/** Processes that a process has started. */
function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

const skip = process.platform === 'linux' ? false : 'processes are looked up in /proc'

suite('several processes as one gateway', { skip }, () => {
  let provider: Provider
  const running: GatewayProcess[] = []

  before(async () => {
    provider = await startProvider({ seed: 0 })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    for (const one of running) await one.stop()
    await provider.close()
  })

  const folders = Array.from({ length: 9 }, () => temporaryFolder())
  const world = (more: object = {}, routes: object = {}): object => {
    const made = gatewayWorld({ upstream: provider.baseUrl, admin: adminTokens, ...more }) as {
      readonly routes: readonly object[]
    }
    const [first = {}, ...others] = made.routes
    return { ...made, routes: [{ ...first, ...routes }, ...others] }
  }
  const start = async (
    place: number,
    config: object,
    { processes = 2 } = {},
  ): Promise<GatewayProcess> => {
    const gateway = await startGateway(folders[place] ?? '', config, {}, { processes })
    running.push(gateway)
    return gateway
  }
  const figure = async (gateway: GatewayProcess, name: string): Promise<number> => {
    const { text } = await askAdmin(gateway.admin, '/metrics', { as: 'viewer' })
    return text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  test('one request at the same time is one over all processes, and a place is free when its request has ended', async () => {
    const gateway = await start(
      0,
      world({ gateway: { limits: { perPrincipal: { concurrent: 1 } } } }),
      { processes: 3 },
    )
    for (let round = 0; round < 3; round += 1) {
      const held = provider.script({ model: 'claude-fable-5', times: 1, holdAfterTokens: 0 })
      const first = askWithRoom(gateway)
      await held.held
      const others = await askTimes(gateway, 6)
      assert.deepEqual(new Set(others.map(({ status }) => status)), new Set([429]))
      held.release()
      assert.equal((await first).status, 200)
      await until('there is room again', async () => (await ask(gateway)).status === 200)
    }
  })

  test('so many requests a minute are so many over all processes', async () => {
    const gateway = await start(
      1,
      world({ gateway: { limits: { perPrincipal: { requestsPerMinute: 7 } } } }),
      { processes: 3 },
    )
    const answers = await askTimes(gateway, 20)
    assert.equal(answers.filter(({ status }) => status === 200).length, 7)
    assert.equal(answers.filter(({ status }) => status === 429).length, 13)
  })

  test('a route carries what it can over all processes, and those who wait come in their turn', async () => {
    const gateway = await start(
      2,
      world(
        { gateway: { waiting: { waitMs: 10_000, waitingMax: 3, whenFull: 'wait' } } },
        { capacity: { concurrent: 1 } },
      ),
    )
    const held = provider.script({ model: 'claude-fable-5', times: 1, holdAfterTokens: 0 })
    const first = ask(gateway)
    await held.held
    const order: number[] = []
    const waiting: Promise<Answer>[] = []
    for (const number of [1, 2, 3]) {
      const prompt = `[[words: 2]] number ${number}`
      waiting.push(ask(gateway, { prompt }))
      // Whoever comes first must be in the line before the next comes.
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    assert.equal(provider.mentioning('number').length, 0, 'nobody passes one that is full')
    // The line is full, over all processes: the next hop is taken at once.
    assert.equal((await ask(gateway)).servedModel, fallback)
    held.release()
    for (const answer of [await first, ...(await Promise.all(waiting))])
      assert.deepEqual([answer.status, answer.servedModel], [200, model])
    for (const { body } of provider.mentioning('number'))
      order.push(Number(/number (?<number>\d)/.exec(body.toString())?.groups?.['number']))
    assert.deepEqual(order, [1, 2, 3])
  })

  test('an outage that one process meets keeps all from the route, and one request of all tries it again', async () => {
    const gateway = await start(3, world())
    const broken = provider.script({ model: 'claude-fable-5', fault: 's04' })
    const listed = async (): Promise<number> => {
      const { circuits } = (
        await askAdmin(gateway.admin, '/api/v1/circuits', { as: 'viewer' })
      ).json<{ circuits: readonly object[] }>()
      return circuits.length
    }
    await until('a circuit is open', async () => {
      assert.equal((await ask(gateway)).servedModel, fallback)
      return (await listed()) > 0
    })
    const before = broken.matched.length
    for (let index = 0; index < 4; index += 1)
      assert.equal((await ask(gateway)).servedModel, fallback)
    assert.equal(broken.matched.length, before, 'no process asks')
    broken.remove()
    const back = provider.script({ model: 'claude-fable-5', times: 1, holdAfterTokens: 0 })
    const probing = (async () => {
      let answer = await ask(gateway)
      while (answer.servedModel === fallback) answer = await ask(gateway)
      return answer
    })()
    await back.held
    const tried = provider.received()
    for (const { servedModel } of await askTimes(gateway, 6)) assert.equal(servedModel, fallback)
    assert.equal(provider.received() - tried, 6, 'one request alone tries the route')
    back.release()
    assert.equal((await probing).servedModel, model)
    await until('the circuit is closed everywhere', async () => {
      const answers = await askTimes(gateway, 4)
      return answers.every(({ servedModel }) => servedModel === model)
    })
  })

  test('a directive is in force at every process, with the same version of the policy', async () => {
    const keys = ledgerKeys()
    const folder = folders[4] ?? ''
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const gateway = await start(4, world({ ledger: keys.ledger }))
    for (let index = 0; index < 4; index += 1)
      assert.equal((await ask(gateway, { key: foreign })).servedModel, model)
    await gateway.change({ 'directives/order-1.yaml': banOnFable('order-1', 'foreign-person') })
    await gateway.configure(world({ ledger: keys.ledger, load: ['order-1'] }))
    // Told once all have it.
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(gateway, { key: foreign })),
    )
    assert.deepEqual(new Set(answers.map(({ servedModel }) => servedModel)), new Set([fallback]))
    // What was accepted is heard of through the store as well, and loaded once more.
    await until('all tell one version', async () => {
      const { snapshot, processes } = (
        await askAdmin(gateway.admin, '/api/v1/status', { as: 'viewer' })
      ).json<{ snapshot: { version: number }; processes: object }>()
      assert.deepEqual(processes, { wanted: 2, serving: 2 })
      return (await figure(gateway, 'holdfast_snapshot_version ')) === snapshot.version
    })
    assert.equal(await figure(gateway, 'holdfast_requests_total'), 12)
    // Each process has a log of its own, and all logs verify.
    await gateway.stop()
    const logs = readdirSync(join(gateway.folder, '.holdfast/ledger'))
    for (const role of ['gateway', 'gateway-1', 'gateway-2'])
      assert.ok(
        logs.some((name) => name.endsWith(`%2F${role}`)),
        `${role} among ${logs.join(' ')}`,
      )
    const verified = holdfast(['ledger', 'verify'], { cwd: folder })
    assert.equal(verified.status, 0, verified.stderr)
  })

  test('a route that is taken out of traffic is out of it at every process when the answer comes', async () => {
    const gateway = await start(5, world())
    const path = '/api/v1/routes/anthropic'
    const off = await askAdmin(gateway.admin, `${path}/disable`, {
      as: 'operator',
      method: 'POST',
      body: {},
    })
    assert.equal(off.status, 200, off.text)
    for (const { servedModel } of await askTimes(gateway, 4)) assert.equal(servedModel, fallback)
    const on = await askAdmin(gateway.admin, `${path}/enable`, {
      as: 'operator',
      method: 'POST',
      body: {},
    })
    assert.equal(on.status, 200, on.text)
    for (const { servedModel } of await askTimes(gateway, 4)) assert.equal(servedModel, model)
  })

  test('a process that is killed is replaced, gives back what it held, and what was counted stays counted', async () => {
    const gateway = await start(
      6,
      world({ gateway: { limits: { perPrincipal: { concurrent: 1 } } } }),
    )
    assert.equal((await ask(gateway)).status, 200)
    const counted = await figure(gateway, 'holdfast_requests_total')
    assert.equal(counted, 1)
    const held = provider.script({ model: 'claude-fable-5', times: 1, holdAfterTokens: 0 })
    const lost = askWithRoom(gateway).then(
      () => 'answered',
      () => 'lost',
    )
    await held.held
    assert.equal((await ask(gateway)).status, 429)
    for (const pid of childrenOf(gateway.pid)) process.kill(pid, 'SIGKILL')
    assert.equal(await lost, 'lost')
    await until(
      'both are replaced',
      () => gateway.events.filter(({ event }) => event === 'process-serving').length === 2,
    )
    assert.equal(gateway.events.filter(({ event }) => event === 'process-ended').length, 2)
    assert.equal((await ask(gateway)).status, 200)
    assert.equal((await ask(gateway)).status, 200)
    assert.ok((await figure(gateway, 'holdfast_requests_total')) >= counted + 2)
    const ready = await askAdmin(gateway.admin, '/readyz')
    assert.equal(ready.status, 200)
  })

  test('when the first process is killed the others end and the port is free', async () => {
    const gateway = await start(7, world())
    const others = childrenOf(gateway.pid)
    assert.equal(others.length, 2)
    await gateway.kill('SIGKILL')
    await until('the others have ended', () => !others.some(isAlive))
    await assert.rejects(ask(gateway), { code: 'ECONNREFUSED' })
  })

  for (const processes of [1, 2])
    test(`what was spent today is still spent after a kill, with ${processes} of them, and requests under way end at a stop`, async () => {
      const folder = temporaryFolderOf(processes)
      const config = world(
        {
          gateway: {
            limits: { perPrincipal: { spendPerDay: { amount: 0.05, currency: 'USD' } } },
          },
        },
        {
          priceOverride: {
            [model]: { currency: 'USD', inputPerMillion: 1_000, outputPerMillion: 1_000 },
          },
        },
      )
      const prompt = '[[words: 30]] hi'
      const first = await startGateway(folder, config, {}, { processes })
      running.push(first)
      await until('all is spent', async () => (await ask(first, { prompt })).status === 429)
      // What is spent is kept once a second.
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      await first.kill('SIGKILL')
      const second = await startGateway(folder, config, {}, { processes })
      running.push(second)
      const refused = await ask(second, { prompt })
      assert.equal(refused.status, 429)
      assert.match(refused.text, /spendPerDay/)
      const held = provider.script({ model: 'claude-fable-5', times: 1, holdAfterTokens: 0 })
      const last = ask(second, { key: foreign, prompt })
      await held.held
      const stopped = second.stop()
      await until('it stops', () => second.events.some(({ event }) => event === 'stopping'))
      held.release()
      assert.equal((await last).status, 200)
      assert.equal(await stopped, 0)
      assert.ok(second.events.some(({ event }) => event === 'stopped'))
    })

  const spendFolders = [temporaryFolder(), temporaryFolder()]
  function temporaryFolderOf(processes: number): string {
    return spendFolders[processes - 1] ?? ''
  }
})
