import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { parseConfig } from '../load-config.ts'
import { engineEnvironment } from './engine-environment.ts'
import { engineWish } from './engine-wish.ts'
import { withLocalStanding } from './local-route.ts'

const local = { model: 'test/small', weights: 'weights/small.gguf' }
const own = {
  id: 'local',
  provider: 'self',
  protocol: 'openai-chat',
  baseUrl: 'http://127.0.0.1:8080/v1',
  credential: 'none',
  models: { 'test/own': 'own' },
}

function configOf(more: object) {
  const written = { version: 1, organisation: { name: 'Test' }, ...more }
  return parseConfig(stringify(written), 'holdfast.yaml')
}

test('a local model is a route whose weights are held', () => {
  const { routes } = configOf({ local: { ...local, region: 'DE', concurrent: 3 } })
  assert.equal(routes.length, 1)
  const [route] = routes
  assert.equal(route?.id, 'local')
  assert.equal(route?.provider, 'self')
  assert.equal(route?.weightsHeld, true)
  assert.equal(route?.region, 'DE')
  assert.deepEqual(route?.capacity, { concurrent: 3 })
  assert.deepEqual(Object.keys(route?.models ?? {}), ['test/small'])
})

test('its route takes traffic only while its engine is ready', () => {
  const config = configOf({ local })
  const baseUrl = new URL('http://127.0.0.1:4711/v1')
  const ready = withLocalStanding(config, new Map(), { isReady: true, baseUrl })
  assert.equal(ready.disabled.size, 0)
  assert.equal(ready.addresses.get('local'), baseUrl.href)
  const down = withLocalStanding(config, new Map(), { isReady: false, baseUrl })
  assert.match(down.disabled.get('local') ?? '', /not running/)
  assert.match(
    withLocalStanding(config, new Map(), null).disabled.get('local') ?? '',
    /--with-local/,
  )
  const closed = new Map([['local', 'an operator took the route out of traffic']])
  assert.equal(
    withLocalStanding(config, closed, { isReady: false, baseUrl }).disabled.get('local'),
    closed.get('local'),
  )
})

test('a route of somebody else that is called local is left alone', () => {
  const config = configOf({ routes: [own] })
  assert.equal(withLocalStanding(config, new Map(), null).disabled.size, 0)
})

test('weights on the command line win, and files are looked for beside holdfast.yaml', () => {
  const config = configOf({ local: { ...local, engine: 'bin/llama-server' } })
  const wish = engineWish(config, { configPath: '/etc/acme/holdfast.yaml', withLocal: true })
  assert.equal(wish.weights, '/etc/acme/weights/small.gguf')
  assert.equal(wish.program, '/etc/acme/bin/llama-server')
  const named = { configPath: '/etc/acme/holdfast.yaml', withLocal: '/mnt/other.gguf' }
  assert.equal(engineWish(config, named).weights, '/mnt/other.gguf')
  assert.equal(engineWish(configOf({ local }), named).program, 'llama-server')
})

test('the environment of an engine holds no secret of the gateway', () => {
  const seen = engineEnvironment(
    { PATH: '/bin', CUDA_VISIBLE_DEVICES: '1', ANTHROPIC_API_KEY: 's', LLAMA_ARG_HOST: '0.0.0.0' },
    'k',
  )
  assert.equal(seen['PATH'], '/bin')
  assert.equal(seen['CUDA_VISIBLE_DEVICES'], '1')
  assert.equal(seen['ANTHROPIC_API_KEY'], undefined)
  assert.equal(seen['LLAMA_ARG_HOST'], undefined)
  assert.equal(seen['LLAMA_API_KEY'], 'k')
})
