import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** A disk on which the ledger cannot grow any more: what the gateway refuses, what it goes on to serve, and how loudly. */

setGatewayKeys()
const order = 'test-order'
/** A ledger of some three hundred entries. */
const fileKibMax = 400
const policies = ['stop-restricted', 'stop-all'] as const
const modes = ['prompt', 'strict'] as const
const folders = new Map(
  policies.flatMap((policy) => modes.map((mode) => [`${policy} ${mode}`, temporaryFolder()])),
)

interface Answer {
  readonly status: number
  readonly servedModel: string | null
  readonly text: string
}

for (const policy of policies)
  for (const mode of modes)
    suite(`a full disk under ${policy}, ${mode}`, () => {
      const folder = folders.get(`${policy} ${mode}`) ?? ''
      let provider: Provider
      let gateway: GatewayProcess
      let world: object

      before(async () => {
        provider = await startProvider({ seed: 0 })
        const keys = ledgerKeys()
        writeFiles(folder, keys.files)
        for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
        const plain = gatewayWorld({
          upstream: provider.baseUrl,
          load: [order],
          ledger: { ...keys.ledger, mode, onWriteFailure: policy },
          workflow: { fallbacks: [] },
        })
        // A second workflow with a model that no directive concerns.
        const { workflows } = plain as { workflows: readonly object[] }
        const other = { ...workflows[0], id: 'other', model: 'anthropic/claude-sonnet-4-5' }
        world = { ...plain, workflows: [...workflows, other] }
        gateway = await startGateway(
          folder,
          world,
          { [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person') },
          { fileKibMax },
        )
      })
      after(async () => {
        await gateway.kill('SIGKILL')
        await provider.close()
      })

      async function ask(model: string): Promise<Answer> {
        const response = await fetch(`${gateway.url}/v1/messages`, {
          method: 'POST',
          headers: {
            'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED,
            'content-type': 'application/json',
            'holdfast-workflow': model === 'claude-fable-5' ? 'review' : 'other',
          },
          signal: AbortSignal.timeout(10_000),
          body: JSON.stringify({
            model,
            max_tokens: 9,
            messages: [{ role: 'user', content: '[[words: 2]] hi' }],
          }),
        })
        const text = await response.text()
        const servedModel = response.headers.get('holdfast-served-model')
        return { status: response.status, servedModel, text }
      }
      const ready = async () => (await fetch(`${gateway.url}/readyz`)).status

      test('while there is room everything is served and recorded', async () => {
        assert.equal((await ask('claude-fable-5')).status, 200)
        assert.equal((await ask('claude-sonnet-4-5')).status, 200)
        assert.equal(await ready(), 200)
      })

      test('when it is full, what must not go on does not, and the rest does', async () => {
        const refused: Answer[] = []
        await until('the disk is full', async () => {
          const answers = await Promise.all(Array.from({ length: 20 }, () => ask('claude-fable-5')))
          refused.push(...answers.filter(({ status }) => status !== 200))
          return refused.length > 0
        })
        for (const answer of refused) assert.equal(answer.status, 503, answer.text)
        // From now on every time.
        for (let count = 0; count < 5; count += 1) {
          const before = provider.received()
          const restricted = await ask('claude-fable-5')
          assert.equal(restricted.status, 503, restricted.text)
          assert.match(restricted.text, /nothing can be recorded/)
          assert.equal(provider.received(), before)
          const other = await ask('claude-sonnet-4-5')
          assert.equal(other.status, policy === 'stop-all' ? 503 : 200, other.text)
        }
        assert.equal(await ready(), policy === 'stop-all' ? 503 : 200)
        await until('it is told loudly', () =>
          gateway.events.some(
            ({ event, message }) =>
              event === 'warning' &&
              /ledger|log/.test(String(message)) &&
              /written/.test(String(message)),
          ),
        )
      })

      test('a signal ends it at once, and it says how many entries stand in no record', async () => {
        assert.equal(await gateway.stop(), 3)
        assert.match(gateway.others.join('\n'), /HF_LEDGER_FULL: .*; the last \d+ entries end with/)
      })

      test('with room again, the next process goes on from a ledger that is whole', async () => {
        gateway = await startGateway(folder, world)
        assert.equal((await ask('claude-fable-5')).status, 200)
        assert.equal(await gateway.stop(), 0)
        const verified = holdfast(['ledger', 'verify'], { cwd: folder })
        assert.equal(verified.status, 0, verified.stdout + verified.stderr)
      })
    })
