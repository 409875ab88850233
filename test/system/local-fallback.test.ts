import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, root, temporaryFolder, writeFiles } from './holdfast.ts'

/** A gateway whose local model is missing: what it says, and that nobody else has to wait for it. */

setGatewayKeys()
const local = {
  model: 'test/small',
  weights: 'small.gguf',
  engine: process.execPath,
  arguments: [join(root, 'test/support/fake-engine.ts'), 'works'],
}
/** Its time limits are its own; those of the gateway are 2 s. */
const hasty = {
  id: 'hasty',
  provider: 'self',
  protocol: 'openai-chat',
  credential: 'none',
  timeouts: { headersMs: 150 },
  models: { 'test/hasty': 'fault-s06' },
}

suite('a local model that is not there', { timeout: 60_000 }, () => {
  const folder = temporaryFolder()
  let provider: Provider
  let gateway: GatewayProcess
  let world: object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    world = {
      ...gatewayWorld({
        upstream: provider.baseUrl,
        workflow: { fallbacks: [local.model, 'test/hasty'] },
      }),
      local,
    }
    const { routes } = world as { routes: readonly object[] }
    world = { ...world, routes: [...routes, { ...hasty, baseUrl: `${provider.baseUrl}/v1` }] }
    gateway = await startGateway(folder, world, {}, { words: ['--with-local'] })
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const ask = (model: string) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_CLEARED}` },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
    })

  test('is told once, and all other routes serve', async () => {
    const warned = () =>
      gateway.events.filter(({ message }) => String(message).includes('HF_LOCAL_WEIGHTS'))
    await until('it is told', () => warned().length > 0)
    assert.match(String(warned()[0]?.['message']), /small\.gguf.*--with-local FILE/)
    assert.equal((await ask('anthropic/claude-fable-5')).status, 200)
    assert.equal((await fetch(`${gateway.admin}/readyz`)).status, 200)
    const refused = await ask('test/small')
    assert.notEqual(refused.status, 200)
    assert.match(await refused.text(), /the local model is not running just now/)
  })

  test('is started when its weights are put there', async () => {
    writeFiles(folder, { 'small.gguf': 'GGUF' })
    await until('it is ready', () =>
      gateway.events.some(({ event, state }) => event === 'local' && state === 'ready'),
    )
    const text = await (await ask('test/small')).text()
    assert.doesNotMatch(text, /not running/)
  })

  test('as any other route may have time limits of its own', async () => {
    const text = await (await ask('test/hasty')).text()
    assert.match(text, /no answer began within 150 ms/)
  })

  test('ends a start that requires it', () => {
    const elsewhere = temporaryFolder()
    const required = { ...local, required: true }
    writeFiles(elsewhere, { 'holdfast.yaml': stringify({ ...world, local: required }) })
    const ran = holdfast(
      ['serve', '--with-local', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'],
      { cwd: elsewhere },
    )
    assert.equal(ran.status, 3)
    assert.match(ran.stderr, /error HF_LOCAL_WEIGHTS: cannot read the weights/)
  })

  test('is asked for by a flag, which needs a name of it', () => {
    const elsewhere = temporaryFolder()
    const { local: _local, ...rest } = world as { local: object }
    writeFiles(elsewhere, { 'holdfast.yaml': stringify(rest) })
    const ran = holdfast(['serve', '--with-local', 'small.gguf'], { cwd: elsewhere })
    assert.equal(ran.status, 2)
    assert.match(ran.stderr, /error HF_LOCAL_UNNAMED: .*no `local`/)
  })

  test('is no other route of the same name', () => {
    const elsewhere = temporaryFolder()
    const { routes } = world as { routes: readonly { id: string }[] }
    const twice = { ...world, routes: routes.map((one) => ({ ...one, id: 'local' })).slice(0, 1) }
    writeFiles(elsewhere, { 'holdfast.yaml': stringify(twice) })
    const ran = holdfast(['check', '--offline'], { cwd: elsewhere })
    assert.equal(ran.status, 2)
    assert.match(ran.stdout, /HF_CONFIG_INVALID.*the route `local` is made by `local`/)
    assert.match(ran.stdout, /HF_LOCAL_WEIGHTS/)
  })

  test('counts as held where the simulation loses the country of its maker', () => {
    const elsewhere = temporaryFolder()
    const model = 'alibaba/qwen3-8b'
    const { routes, workflows, ...rest } = world as {
      routes: readonly object[]
      workflows: readonly object[]
    }
    const review = { ...workflows[0], audience: undefined, fallbacks: [model] }
    const held = { ...rest, routes, workflows: [review], local: { ...local, model } }
    writeFiles(elsewhere, { 'holdfast.yaml': stringify(held) })
    const losses = ['--without', 'jurisdiction:US', '--without', 'jurisdiction:CN']
    const ran = holdfast(['simulate', ...losses], { cwd: elsewhere })
    assert.match(ran.stdout, /Served by alibaba\/qwen3-8b@local/)
    assert.match(ran.stdout, /: 1 at risk, of 1\./)
  })
})
