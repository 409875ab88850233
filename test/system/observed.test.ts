import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Dependency, Register } from '../../src/schema/register.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { banOnFable, gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** What the traffic of a gateway shows, in the register that audit and simulation read. */

setGatewayKeys()
const { HOLDFAST_TEST_CLEARED: cleared, HOLDFAST_TEST_FOREIGN: foreign } = gatewayKeys
const order = 'test-order'
const folder = temporaryFolder()
const registerPath = join(folder, '.holdfast/register.json')
const secret = 'the-words-of-the-prompt'

function register(): Register {
  return JSON.parse(readFileSync(registerPath, 'utf8')) as Register
}

function evidenceFor(model: string): Dependency['evidence'] {
  return register().dependencies.find(
    ({ model: one, workflow }) => one === model && workflow === 'review',
  )?.evidence
}

suite('observed traffic', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    world = gatewayWorld({
      upstream: provider.baseUrl,
      load: [order],
      workflow: { paths: ['src/**'] },
    })
    gateway = await startGateway(folder, world, {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
      'src/review.ts': `import Anthropic from '@anthropic-ai/sdk'
export const review = () => new Anthropic().messages.create({ model: 'claude-fable-5', max_tokens: 9, messages: [] })
`,
    })
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const ask = async (
    key: string,
    model: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: secret }] }),
    })
    await response.text()
    return response.status
  }

  test('a model that only traffic shows becomes a dependency of its workflow within seconds', async () => {
    assert.equal(await ask(cleared, 'claude-fable-5'), 200)
    assert.equal(await ask(cleared, 'claude-fable-5'), 200)
    await until(
      'the register knows',
      () => existsSync(registerPath) && evidenceFor('anthropic/claude-fable-5') !== undefined,
    )
    const [found, ...others] = register().dependencies
    assert.deepEqual(others, [])
    assert.equal(found?.workflow, 'review')
    assert.equal(found?.task, 'code-review')
    const [{ kind, source, route, servedModel, requests, served } = fail()] = found?.evidence ?? []
    assert.deepEqual(
      { kind, source, route, servedModel, requests, served },
      {
        kind: 'observed',
        source: 'gateway',
        route: 'anthropic',
        servedModel: 'anthropic/claude-fable-5',
        requests: 2,
        served: 2,
      },
    )
    assert.deepEqual(found?.occurrences, [])
  })

  test('an audit keeps what traffic showed, marks what it finds itself, and shows both', async () => {
    assert.equal(await ask(cleared, 'claude-sonnet-4-5'), 403)
    assert.equal(await ask(foreign, 'claude-fable-5'), 200)
    assert.equal(await gateway.stop(), 0)
    const audited = holdfast(['audit', '.', '--format', 'json', '--quiet'], { cwd: folder })
    assert.equal(audited.status, 0, audited.stderr)
    assert.deepEqual(JSON.parse(audited.stdout), register())
    const inReview = register().dependencies.filter(({ workflow }) => workflow === 'review')
    assert.deepEqual(
      inReview.map(({ model, occurrences }) => [model, occurrences.map(({ path }) => path)]),
      [
        ['anthropic/claude-fable-5', ['src/review.ts']],
        ['anthropic/claude-sonnet-4-5', []],
      ],
    )
    const [denied] = evidenceFor('anthropic/claude-sonnet-4-5') ?? []
    assert.deepEqual([denied?.requests, denied?.served, denied?.servedModel], [1, 0, null])
    const served = evidenceFor('anthropic/claude-fable-5')?.map(({ servedModel, requests }) => [
      servedModel,
      requests,
    ])
    assert.deepEqual(served, [
      ['anthropic/claude-fable-5', 2],
      ['mistral/mistral-large-2411', 1],
    ])
    assert.ok(!register().gaps.some(({ kind }) => kind === 'stale'))
  })

  test('a second audit and a new process neither lose nor double anything', async () => {
    const before = register()
    gateway = await startGateway(folder, world)
    assert.equal(await gateway.stop(), 0)
    assert.equal(holdfast(['audit', '.', '--quiet'], { cwd: folder }).status, 0)
    assert.deepEqual(register(), before)
    gateway = await startGateway(folder, world)
    assert.equal(await ask(cleared, 'claude-fable-5'), 200)
    assert.equal(await gateway.stop(), 0)
    assert.equal(holdfast(['audit', '.', '--quiet'], { cwd: folder }).status, 0)
    assert.equal(evidenceFor('anthropic/claude-fable-5')?.[0]?.requests, 3)
    assert.equal(register().dependencies.length, before.dependencies.length)
  })

  test('processes add up, and what they had written is there when they are killed', async () => {
    const before = evidenceFor('anthropic/claude-fable-5')?.[0]?.requests ?? 0
    gateway = await startGateway(folder, world, {}, { processes: 2 })
    const asked = Array.from({ length: 10 }, () => ask(cleared, 'claude-fable-5'))
    assert.deepEqual([...new Set(await Promise.all(asked))], [200])
    const seen = () => {
      const { stdout } = holdfast(['usage', 'show', '--format', 'json'], { cwd: folder })
      const { uses } = JSON.parse(stdout) as {
        uses: readonly { model: string; servedModel: string; requests: number }[]
      }
      const own = uses.find(
        (use) => use.model === 'anthropic/claude-fable-5' && use.servedModel === use.model,
      )
      return own?.requests ?? 0
    }
    await until('all have written', () => seen() === before + 10)
    await gateway.kill('SIGKILL')
    assert.equal(seen(), before + 10)
    assert.equal(holdfast(['audit', '.', '--quiet'], { cwd: folder }).status, 0)
    assert.equal(evidenceFor('anthropic/claude-fable-5')?.[0]?.requests, before + 10)
  })

  test('the simulation sees what traffic showed, also where nobody has audited', () => {
    const workflows = (words: readonly string[]) => {
      const ran = holdfast(['simulate', ...words, '--format', 'json'], { cwd: folder })
      assert.equal(ran.status, 0, ran.stderr)
      return ran.stdout
    }
    assert.ok(workflows([]).includes('claude-sonnet-4-5'))
    writeFiles(folder, { 'other/holdfast.yaml': readFileSync(join(folder, 'holdfast.yaml')) })
    writeFiles(folder, { 'other/directives/test-order.yaml': banOnFable(order, 'foreign-person') })
    const without = holdfast(['simulate', '--config', 'other/holdfast.yaml'], { cwd: folder })
    assert.match(without.stderr + without.stdout, /no register/)
    writeFiles(folder, {
      'other/.holdfast/usage.sqlite': readFileSync(join(folder, '.holdfast/usage.sqlite')),
    })
    const alone = workflows(['--config', 'other/holdfast.yaml'])
    assert.ok(alone.includes('claude-sonnet-4-5'))
    assert.ok(alone.includes('no register'))
  })

  test('neither prompts nor persons nor keys are kept', () => {
    for (const file of ['usage.sqlite', 'register.json']) {
      const bytes = readFileSync(join(folder, '.holdfast', file)).toString('latin1')
      for (const word of [secret, cleared, foreign, 'cleared', 'foreign-person-not'])
        assert.ok(!bytes.includes(word), `${word} in ${file}`)
    }
  })

  test('a book that cannot be used is told, and traffic goes on', async () => {
    writeFiles(folder, { '.holdfast/usage.sqlite': 'no database at all'.repeat(100) })
    gateway = await startGateway(folder, world)
    assert.equal(await ask(cleared, 'claude-fable-5'), 200)
    await until('it is told', () =>
      gateway.events.some(({ message }) => /not written down/.test(String(message))),
    )
    assert.equal(await ask(cleared, 'claude-fable-5'), 200)
    const simulated = holdfast(['simulate'], { cwd: folder })
    assert.equal(simulated.status, 0)
    assert.match(simulated.stdout + simulated.stderr, /what traffic showed is missing/)
    assert.equal(holdfast(['audit', '.', '--quiet'], { cwd: folder }).status, 0)
  })
})

function fail(): never {
  throw new Error('there is no evidence')
}
