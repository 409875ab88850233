import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  type InboundProtocol as Inbound,
  inboundPaths,
  promptBody,
  readStreamedAnswer,
} from '../support/gateway-answer.ts'
import { gatewayKeys, gatewayWorld, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Signals in the middle of requests, streamed and not: one to load anew changes nothing for them, one to end lets them
 * end, a second one ends them with a word that says so. Whatever happens, the ledger has it.
 */

setGatewayKeys()
const folders = {
  drained: temporaryFolder(),
  hurried: temporaryFolder(),
  several: temporaryFolder(),
}
const words = 60
const protocols: readonly Inbound[] = ['anthropic-messages', 'openai-chat', 'openai-responses']

interface Ended {
  readonly status: number
  readonly text: string
}

suite('a signal in the middle of requests', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
  })
  after(() => provider.close())

  async function start(folder: string, processes = 1): Promise<void> {
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const seconds = { headersMs: 60_000, firstTokenMs: 60_000, idleMs: 60_000, totalMs: 120_000 }
    const timeouts = { connectMs: 10_000, ...seconds }
    const world = gatewayWorld({
      upstream: provider.baseUrl,
      ledger: keys.ledger,
      workflow: { fallbacks: [] },
      gateway: { timeouts },
    })
    gateway = await startGateway(folder, world, {}, { processes })
  }

  function send(inbound: Inbound, isStream: boolean): Promise<Response> {
    const prompt = `[[words: ${words}]] [[case: ${isStream ? 'streamed' : 'whole'}]] hello`
    return fetch(`${gateway.url}${inboundPaths[inbound]}`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify(promptBody(inbound, { model: 'claude-fable-5', isStream, prompt })),
      signal: AbortSignal.timeout(60_000),
    })
  }

  const ended = async (response: Response | Promise<Response>): Promise<Ended> => ({
    status: (await response).status,
    text: await (await response).text(),
  })

  /**
   * One of each protocol, streamed and whole: the streams have begun, the others are asked, and all wait until they are
   * let go on.
   */
  async function askAll(): Promise<{
    readonly answers: Promise<readonly Ended[]>
    readonly release: () => void
  }> {
    const streamed = provider.script({ case: 'streamed', holdAfterTokens: 10 })
    const whole = provider.script({ case: 'whole', holdAfterTokens: 0 })
    const asked = protocols.map((inbound) => ended(send(inbound, false)))
    const begun = await Promise.all(protocols.map((inbound) => send(inbound, true)))
    await until('all are asked', () => whole.matched.length === asked.length)
    return {
      answers: Promise.all([...begun.map(ended), ...asked]),
      release: () => {
        for (const script of [streamed, whole]) script.release()
      },
    }
  }

  function assertWhole(answers: readonly Ended[]): void {
    for (const [at, { status, text }] of answers.entries()) {
      assert.equal(status, 200, text)
      const inbound = protocols[at]
      if (inbound === undefined) continue
      const { isEnded, error } = readStreamedAnswer(inbound, text)
      assert.ok(isEnded && error === null, text)
    }
  }

  /** Each was told that the gateway ends, in its own protocol, and nothing looks like an end of the answer. */
  function assertToldSo(answers: readonly Ended[]): void {
    for (const [at, { status, text }] of answers.entries()) {
      assert.match(text, /the gateway ends before this answer/)
      const inbound = protocols[at]
      if (inbound === undefined) {
        assert.equal(status, 503, text)
        assert.ok('error' in (JSON.parse(text) as object), text)
        continue
      }
      assert.equal(status, 200)
      const { isEnded, error, text: shown } = readStreamedAnswer(inbound, text)
      assert.ok(!isEnded && error !== null && shown !== '', text)
    }
  }

  function outcomesIn(folder: string): readonly string[] {
    const verified = holdfast(['ledger', 'verify'], { cwd: folder })
    assert.equal(verified.status, 0, verified.stdout + verified.stderr)
    const found = holdfast(['ledger', 'search', '--kind', 'decision', '--format', 'json'], {
      cwd: folder,
    })
    assert.equal(found.status, 0, found.stderr)
    return [...found.stdout.matchAll(/"outcome":\s*"(?<outcome>[a-z]+)"/g)]
      .map(({ groups }) => groups?.['outcome'] ?? '')
      .toSorted()
  }

  test('SIGHUP loads anew, and whoever is answered hears nothing of it', async () => {
    await start(folders.drained)
    const { answers, release } = await askAll()
    const reloads = () => gateway.events.filter(({ event }) => event === 'reloaded').length
    const before = reloads()
    process.kill(gateway.pid, 'SIGHUP')
    await until('it is loaded anew', () => reloads() > before)
    release()
    assertWhole(await answers)
  })

  test('SIGINT takes no more, and lets them end', async () => {
    const { answers, release } = await askAll()
    const stopped = gateway.kill('SIGINT')
    await until('it is about to end', () => isTold('stopping'))
    await assert.rejects(send('anthropic-messages', false))
    release()
    assertWhole(await answers)
    const answeredAt = performance.now()
    assert.equal(await stopped, 0)
    // Connections that their callers keep are not waited for, as requests would be for 30 s.
    assert.ok(performance.now() - answeredAt < 25_000)
    assert.ok(isTold('stopped') && !isTold('hurried'))
    assert.deepEqual([...new Set(outcomesIn(folders.drained))], ['direct'])
  })

  const hurries = [
    { folder: folders.hurried, processes: 1, first: 'SIGTERM', second: 'SIGTERM' },
    { folder: folders.several, processes: 2, first: 'SIGINT', second: 'SIGTERM' },
  ] as const
  for (const { folder, processes, first, second } of hurries)
    test(`${second} after ${first} ends them, and each caller is told so; ${processes} at work`, async () => {
      await start(folder, processes)
      const { answers } = await askAll()
      const stopped = gateway.kill(first)
      await until('it is about to end', () => isTold('stopping'))
      process.kill(gateway.pid, second)
      assertToldSo(await answers)
      assert.equal(await stopped, 0)
      assert.ok(isTold('hurried') && isTold('stopped'))
      await until('nobody is asked any more', () => provider.openConnections() === 0)
      // Whoever had begun stands there with its beginning as well.
      const each = ['cut', 'direct', 'failed']
      assert.deepEqual(
        outcomesIn(folder),
        each.flatMap((one) => [one, one, one]),
      )
    })

  function isTold(wanted: string): boolean {
    return gateway.events.some(({ event }) => event === wanted)
  }
})
