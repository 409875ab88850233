import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startGateway } from '../support/gateway-process.ts'
import { gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { startTraceReceiver } from '../support/trace-receiver.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** What a command does not use it does not load: the start of a command is mostly finding and reading modules. */

setGatewayKeys()
const folder = temporaryFolder()
writeFiles(folder, {
  'watch.mjs': `import { registerHooks } from 'node:module'
registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\\/(@opentelemetry\\/[^/]+)/.exec(url) ?? []
    if (name !== undefined) process.stderr.write(JSON.stringify({ event: 'loaded', message: name }) + '\\n')
    return next(url, context)
  },
})
`,
  'tree/app.py': 'import openai\n',
})
const former = process.env['NODE_OPTIONS'] ?? ''
process.env['NODE_OPTIONS'] = `${former} --import=${pathToFileURL(`${folder}/watch.mjs`).href}`
after(() => {
  process.env['NODE_OPTIONS'] = former
})
const receiver = await startTraceReceiver()

/** Part of what counts metrics, and small. */
const usual = '@opentelemetry/api'

suite('the libraries of OpenTelemetry', () => {
  const loadedIn = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.includes('"loaded"'))
      .filter((line) => !line.includes(`"${usual}"`))

  test('commands load none of them', () => {
    for (const words of [['--help'], ['audit', 'tree'], ['serve', '--help']]) {
      const { stderr, status } = holdfast(words, { cwd: folder })
      assert.equal(status, 0, stderr)
      assert.deepEqual(loadedIn(stderr), [], words.join(' '))
    }
  })

  test('the gateway loads them where something is traced, and only then', async () => {
    const world = (gateway: Readonly<Record<string, unknown>>) =>
      gatewayWorld({ upstream: 'http://127.0.0.1:1', gateway })
    const gateway = await startGateway(folder, world({}))
    const loaded = () =>
      gateway.events
        .filter(({ event, message }) => event === 'loaded' && message !== usual)
        .map(({ message }) => message)
    assert.deepEqual(loaded(), [])
    await gateway.configure(world({ traces: { endpoint: receiver.endpoint } }))
    assert.ok(loaded().includes('@opentelemetry/sdk-trace'))
    await gateway.stop()
  })
})
