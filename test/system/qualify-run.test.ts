import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { startHoldfast } from './holdfast.ts'
import { trialWorld } from '../support/trial-world.ts'
import { holdfast, temporaryFolder } from './holdfast.ts'
import { once } from 'node:events'

let provider: Provider
let gateway: GatewayProcess
const folder = temporaryFolder()
process.umask(0o077)

async function run(...words: readonly string[]) {
  const child = startHoldfast(['qualify', ...words], folder)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  await once(child, 'close')
  return { stdout, stderr, status: child.exitCode }
}

test('a plan', async () => {
  setGatewayKeys()
  provider = await startProvider()
  provider.script({ model: 'cedar-1', answer: { say: 'I do not know' } })
  const { config, files } = trialWorld({ upstream: provider.baseUrl })
  gateway = await startGateway(folder, config, files)
  const plan = holdfast(['qualify', 'plan'], { cwd: folder })
  assert.equal(plan.status, 0, plan.stderr)
  const ran = await run('run')
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /cedar.*NOT_QUALIFIED/)
  assert.match(ran.stdout, /birch.*: QUALIFIED/)
  await gateway.stop()
  await provider.close()
})
