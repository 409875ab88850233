import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { parseConfig } from '../../src/cli/load-config.ts'
import { LocalEngine } from '../../src/cli/local/local-engine.ts'
import type { WithLocal } from '../../src/cli/local/engine-wish.ts'
import { until } from '../support/store-case.ts'
import { root, temporaryFolder, writeFiles } from './holdfast.ts'

/** What goes wrong with an engine; that everything goes right is shown with a real one in local-model.test.ts. */

const folder = temporaryFolder()
writeFiles(folder, { 'model.gguf': 'GGUF and nothing that a fake would read', 'text.gguf': 'text' })
const configPath = join(folder, 'holdfast.yaml')
process.env['HOLDFAST_TEST_SECRET'] = 'a secret of the gateway'

type Events = Readonly<Record<string, unknown>>[]

interface Started {
  readonly engine: LocalEngine
  readonly events: Events
  readonly warnings: string[]
}

suite('an engine that goes wrong', { concurrency: 4 }, () => {
  const engines: LocalEngine[] = []
  after(() => Promise.all(engines.map((engine) => engine.stop())))

  function configOf(how: string, more: object = {}) {
    const local = {
      model: 'test/small',
      weights: 'model.gguf',
      engine: process.execPath,
      arguments: [join(root, 'test/support/fake-engine.ts'), how],
      ...more,
    }
    const written = { version: 1, organisation: { name: 'Test' }, local }
    return parseConfig(stringify(written), configPath)
  }

  function engineOf(how: string, more: object = {}, withLocal: WithLocal = true): Started {
    const events: Record<string, unknown>[] = []
    const warnings: string[] = []
    const engine = new LocalEngine(configOf(how, more), {
      configPath,
      withLocal,
      onChange: () => undefined,
      tell: (event) => events.push(event),
      warn: (text) => warnings.push(text),
    })
    engines.push(engine)
    return { engine, events, warnings }
  }

  const get = (engine: LocalEngine, path: string) => fetch(new URL(path, engine.baseUrl))

  test('one that ends at once is told with its exit code and its last words', async () => {
    const { engine, warnings } = engineOf('dies')
    const problem = await engine.start()
    assert.equal(problem?.code, 'HF_LOCAL_ENGINE')
    assert.match(
      problem?.message ?? '',
      /ended with exit code 3; its last words: reading the weights \| cannot allocate memory/,
    )
    assert.equal(engine.isReady, false)
    assert.match(warnings[0] ?? '', /other routes are not concerned/)
  })

  for (const how of ['hangs', 'wrong-port'])
    test(`one that is never ready (${how}) is ended when its time is over`, async () => {
      const { engine } = engineOf(how, { startWithin: '1s' })
      const problem = await engine.start()
      assert.match(problem?.message ?? '', /was not ready within `local.startWithin`/)
      assert.equal(engine.isReady, false)
    })

  test('one that is late but in time serves', async () => {
    const { engine, events } = engineOf('late')
    assert.equal(await engine.start(), null)
    assert.equal(engine.isReady, true)
    const ms = Number(events.find(({ event }) => event === 'local')?.['ms'])
    assert.ok(ms >= 700, `${ms} ms`)
  })

  test('one that does not ask for its key is not used', async () => {
    const problem = await engineOf('open').engine.start()
    assert.match(problem?.message ?? '', /does not ask for the key/)
  })

  test('one that serves something else is not used', async () => {
    const problem = await engineOf('other-model').engine.start()
    assert.match(problem?.message ?? '', /does not list `test\/small`.*test\/other/)
  })

  test('one that dies later is started again, with another process', async () => {
    const { engine, events, warnings } = engineOf('works')
    assert.equal(await engine.start(), null)
    await get(engine, '/die').catch(() => undefined)
    await until('it is told', () => warnings.some((text) => /ended with exit code 7/.test(text)))
    assert.equal(engine.isReady, false)
    await until('it is ready again', () => engine.isReady)
    const pids = events.map(({ pid }) => pid)
    assert.equal(pids.length, 2)
    assert.notEqual(pids[0], pids[1])
  })

  test('one that does not end when asked to is killed', async () => {
    const { engine, events } = engineOf('stubborn')
    assert.equal(await engine.start(), null)
    await engine.stop()
    const pid = Number(events[0]?.['pid'])
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  })

  test('it sees nothing of the environment but what a program needs, and its own key', async () => {
    const { engine } = engineOf('works')
    assert.equal(await engine.start(), null)
    const seen = (await (await get(engine, '/environment')).json()) as Record<string, string>
    assert.equal(seen['PATH'], process.env['PATH'])
    assert.equal(seen['HOLDFAST_TEST_SECRET'], undefined)
    assert.equal(seen['LLAMA_API_KEY'], engine.keyOf('local'))
    assert.match(seen['LLAMA_API_KEY'] ?? '', /^[0-9a-f]{64}$/)
    assert.equal(engine.keyOf('another'), null)
  })

  test('another configuration takes the place of the one before', async () => {
    const { engine, events } = engineOf('works')
    assert.equal(await engine.start(), null)
    engine.configure(configOf('works'))
    assert.equal(engine.isReady, true)
    engine.configure(configOf('works', { model: 'test/other' }))
    assert.equal(engine.isReady, false)
    await until('the other is ready', () => engine.isReady)
    assert.deepEqual(
      events.map(({ model }) => model),
      ['test/small', 'test/other'],
    )
    engine.configure({ ...configOf('works'), local: undefined })
    assert.equal(engine.isReady, false)
    assert.equal(engine.keyOf('local'), null)
  })

  test('what is not there, or is no model, is told before anything is started', async () => {
    const missing = await engineOf('works', {}, join(folder, 'nowhere.gguf')).engine.start()
    assert.equal(missing?.code, 'HF_LOCAL_WEIGHTS')
    assert.match(missing?.message ?? '', /nowhere\.gguf.*ENOENT/)
    const text = await engineOf('works', { weights: 'text.gguf' }).engine.start()
    assert.match(text?.message ?? '', /is no GGUF file/)
    const program = await engineOf('works', { engine: './no-such-server' }).engine.start()
    assert.equal(program?.code, 'HF_LOCAL_ENGINE')
    assert.match(program?.message ?? '', /no-such-server` cannot be run: .*ENOENT/)
    assert.throws(() => engineOf('works', { weights: undefined }), { code: 'HF_LOCAL_UNNAMED' })
  })
})
