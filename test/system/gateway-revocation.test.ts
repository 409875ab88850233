import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder, writeFiles } from './holdfast.ts'

/** A permission that was taken away is away, also while something else keeps the gateway from loading anew. */

setGatewayKeys()

for (const processes of [1, 2])
  suite(`a revoked caller, over ${processes} processes`, () => {
    const folder = temporaryFolder()
    let provider: Provider
    let gateway: GatewayProcess
    let text = ''
    let key = ''

    before(async () => {
      provider = await startProvider({ seed: 0 })
      text = stringify(gatewayWorld({ upstream: provider.baseUrl }), {
        aliasDuplicateObjects: false,
      })
      writeFiles(folder, { 'holdfast.yaml': text, 'as-it-was.yaml': text })
      const added = await principal('add', 'ci-bot', '--kind', 'service', '--group', 'staff')
      assert.equal(added.status, 0, added.stderr)
      key = added.stdout.trim()
      gateway = await startGateway(
        folder,
        gatewayWorld({ upstream: provider.baseUrl }),
        {},
        { processes },
      )
    })
    after(async () => {
      await gateway.stop()
      await provider.close()
    })

    /** By the copy of holdfast.yaml, which leads to the same store. */
    function principal(...words: readonly string[]) {
      return runHoldfast(
        ['principal', ...words, '--config', join(folder, 'as-it-was.yaml')],
        folder,
      )
    }

    async function statusFor(presented: string): Promise<number> {
      const response = await fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        // Each over a connection of its own, so that every process is met.
        headers: { 'x-api-key': presented, connection: 'close' },
        body: JSON.stringify({
          model: 'mistral/mistral-large-2411',
          max_tokens: 9,
          messages: [{ role: 'user', content: '[[words: 2]] hi' }],
        }),
      })
      const told = await response.text()
      assert.ok([200, 401].includes(response.status), told)
      return response.status
    }

    test('is refused while holdfast.yaml cannot be loaded, and the others go on', async () => {
      assert.equal(await statusFor(key), 200)
      writeFiles(folder, { 'holdfast.yaml': 'version: 1\norganisation: {' })
      await until('it is told', () =>
        gateway.events.some(({ message }) => /last good/.test(String(message))),
      )
      assert.equal(await statusFor(key), 200)
      const revoked = await principal('revoke', 'ci-bot')
      assert.equal(revoked.status, 0, revoked.stderr)
      await until('the key is refused', async () => {
        const statuses = await Promise.all(Array.from({ length: 8 }, () => statusFor(key)))
        return statuses.every((status) => status === 401)
      })
      assert.equal(await statusFor(gatewayKeys.HOLDFAST_TEST_CLEARED), 200)
      writeFiles(folder, { 'holdfast.yaml': text })
      await until('it is loaded again', () => gateway.events.at(-1)?.event === 'reloaded')
      assert.equal(await statusFor(key), 401)
    })
  })
