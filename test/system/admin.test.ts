import assert from 'node:assert/strict'
import { chmodSync, readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type AdminRoleUnderTest, askAdmin } from '../support/admin-api.ts'
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
import { holdfast, root, temporaryFolder, writeFiles } from './holdfast.ts'

/** The admin port of the real binary: who may ask for what, and what they get. */

setGatewayKeys()
const folder = temporaryFolder()
const order = 'test-order'
const model = 'anthropic/claude-fable-5'

interface Operation {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly 'x-holdfast-roles'?: readonly string[]
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

suite('the admin port', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const admin = { ...adminTokens, hosts: ['admin.acme.example'] }
    const upstream = provider.baseUrl
    world = gatewayWorld({ upstream, load: [order], ledger: keys.ledger, admin })
    gateway = await startGateway(folder, world, {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    })
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const get = (path: string, as?: AdminRoleUnderTest) =>
    askAdmin(gateway.admin, path, as === undefined ? {} : { as })
  const send = async (key: string, isStream = false): Promise<void> => {
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 99,
        stream: isStream,
        messages: [{ role: 'user', content: '[[words: 3]] hello' }],
      }),
    })
    assert.equal(response.status, 200)
    await response.text()
  }
  const describe = async (): Promise<Description> =>
    (await get('/api/v1/openapi.json', 'viewer')).json<Description>()

  test('stands on loopback and is told with the ready line; health needs no token', async () => {
    assert.match(gateway.admin, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.deepEqual((await get('/healthz')).json(), { status: 'ok' })
    const ready = await get('/readyz')
    assert.equal(ready.status, 200)
    assert.deepEqual(ready.json(), { status: 'ready' })
  })

  test('every other path asks for a token before it says whether it exists', async () => {
    const { paths } = await describe()
    const wanted = ['/metrics', '/api/v1/nothing', '/', ...Object.keys(paths)]
    for (const path of wanted.filter((one) => !/healthz|readyz/.test(one)))
      for (const headers of [
        {},
        { authorization: 'Bearer wrong' },
        { authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_VIEWER}x` },
        { authorization: gatewayKeys.HOLDFAST_TEST_VIEWER },
        { 'x-api-key': gatewayKeys.HOLDFAST_TEST_VIEWER },
      ]) {
        const answer = await askAdmin(gateway.admin, path, { headers })
        assert.equal(answer.status, 401, path)
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
        assert.equal(answer.headers.get('access-control-allow-origin'), null)
      }
    assert.equal((await get('/api/v1/nothing', 'viewer')).status, 404)
    const query = await get(`/api/v1/status?token=${gatewayKeys.HOLDFAST_TEST_VIEWER}`)
    assert.equal(query.status, 401)
  })

  test('each operation is for the roles that its description names, and for no others', async () => {
    const { paths } = await describe()
    let refused = 0
    for (const [template, operations] of Object.entries(paths))
      for (const [method, { 'x-holdfast-roles': roles }] of Object.entries(operations)) {
        if (roles === undefined) continue
        const path = template.replace('{id}', 'nobody-knows-this')
        for (const as of ['viewer', 'operator', 'counsel'] as const) {
          const answer = await askAdmin(gateway.admin, path, {
            as,
            method: method.toUpperCase(),
            ...(method === 'post' ? { body: {} } : {}),
          })
          const isRefused = answer.status === 403
          assert.equal(isRefused, !roles.includes(as), `${as} ${method} ${path}: ${answer.text}`)
          refused += isRefused ? 1 : 0
        }
      }
    assert.ok(refused > 10)
  })

  test('the description is valid OpenAPI 3.1, and its schemas describe what is answered', async () => {
    const described = await describe()
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    addFormats.default(ajv)
    const schema: object = JSON.parse(
      readFileSync(join(root, 'test/schemas/openapi-schema-3.1.json'), 'utf8'),
    )
    assert.ok(ajv.validate(schema, described), ajv.errorsText())
    const operations = Object.values(described.paths).flatMap((one) => Object.values(one))
    const ids = operations.map(({ operationId }) => operationId)
    assert.equal(new Set(ids).size, ids.length)
    await send(gatewayKeys.HOLDFAST_TEST_CLEARED)
    const answers = {
      GetStatusAnswer: '/api/v1/status',
      ListCircuitsAnswer: '/api/v1/circuits',
      ListRoutesAnswer: '/api/v1/routes',
      ListDirectivesAnswer: '/api/v1/directives',
      ListPrincipalsAnswer: '/api/v1/principals',
      ListModelsOfPrincipalAnswer: '/api/v1/principals/foreign/models?workflow=review',
      SearchDecisionsAnswer: '/api/v1/decisions',
    }
    for (const [name, path] of Object.entries(answers)) {
      const answer = await get(path, 'counsel')
      assert.equal(answer.status, 200, answer.text)
      const own = described.components.schemas[name]
      assert.ok(own !== undefined, name)
      assert.ok(ajv.validate(own, answer.json()), `${name}: ${ajv.errorsText()}`)
    }
    const refusal = (await get('/api/v1/nothing', 'viewer')).json()
    assert.ok(ajv.validate(described.components.schemas['Problem'] ?? false, refusal))
  })

  test('a name that was made to point here, and a page of another origin, are refused', async () => {
    const { port } = new URL(gateway.admin)
    const asHost = (host: string) =>
      rawStatus(port, [
        'GET /api/v1/status HTTP/1.1',
        `host: ${host}`,
        `authorization: Bearer ${gatewayKeys.HOLDFAST_TEST_VIEWER}`,
        'connection: close',
      ])
    assert.equal(await asHost('evil.example'), 403)
    assert.equal(await asHost(`evil.example:${port}`), 403)
    assert.equal(await asHost('127.0.0.1.evil.example'), 403)
    assert.equal(await asHost(`localhost:${port}`), 200)
    assert.equal(await asHost('admin.acme.example'), 200)
    const page = await askAdmin(gateway.admin, '/api/v1/status', {
      as: 'viewer',
      headers: { origin: 'https://evil.example' },
    })
    assert.equal(page.status, 403)
    const asked = await askAdmin(gateway.admin, '/api/v1/status', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    })
    assert.equal(asked.status, 403)
    assert.equal(asked.headers.get('access-control-allow-origin'), null)
    for (const lines of [
      ['GET /healthz HTTP/1.1'],
      ['GET /healthz HTTP/1.1', 'host: a', 'host: b'],
    ])
      assert.ok((await rawStatus(port, [...lines, 'connection: close'])) >= 400)
  })

  test('header lines, bodies and queries have limits, and nothing but JSON is read', async () => {
    const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      askAdmin(gateway.admin, '/api/v1/reload', { as: 'operator', method: 'POST', body, headers })
    assert.equal((await post(JSON.stringify({ by: 'x'.repeat(70_000) }))).status, 413)
    assert.equal((await post('{"by":')).status, 400)
    assert.equal((await post({ by: '' })).status, 400)
    assert.equal((await post({ nobody: 1 })).status, 400)
    assert.equal((await post('by=x', { 'content-type': 'text/plain' })).status, 415)
    assert.equal((await post('{}', { 'content-encoding': 'gzip' })).status, 415)
    const long = await askAdmin(gateway.admin, '/healthz', { headers: { a: 'x'.repeat(20_000) } })
    assert.equal(long.status, 431)
    assert.equal((await get(`/api/v1/status?${'x'.repeat(5_000)}`, 'viewer')).status, 414)
    for (const query of ['limit=0', 'limit=5000', 'limit=1&limit=2', 'nothing=1', 'from=monday'])
      assert.equal((await get(`/api/v1/decisions?${query}`, 'viewer')).status, 400, query)
    assert.equal((await get('/api/v1/routes/%ff/x', 'viewer')).status, 404)
    assert.equal((await get('/healthz')).status, 200, 'and it lives on')
  })

  test('figures name routes, models and directives; no caller, class or text of anybody', async () => {
    await send(gatewayKeys.HOLDFAST_TEST_CLEARED)
    await send(gatewayKeys.HOLDFAST_TEST_FOREIGN, true)
    const answer = await get('/metrics', 'viewer')
    assert.equal(answer.status, 200)
    assert.match(String(answer.headers.get('content-type')), /^text\/plain/)
    const line = (name: string, labels: Readonly<Record<string, string>>): string | undefined =>
      answer.text
        .split('\n')
        .find(
          (one) =>
            one.startsWith(`${name}{`) &&
            Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)),
        )
    const generate = { endpoint: 'generate' }
    assert.ok(
      line('holdfast_requests_total', { ...generate, outcome: 'direct', model, directive: 'none' }),
    )
    assert.ok(
      line('holdfast_requests_total', {
        ...generate,
        outcome: 'failover',
        route: 'mistral',
        directive: order,
      }),
      answer.text,
    )
    for (const [name, labels] of [
      ['holdfast_request_duration_seconds_count', { ...generate, outcome: 'direct' }],
      ['holdfast_time_to_first_token_seconds_count', { ...generate, route: 'mistral' }],
      ['holdfast_upstream_attempts_total', { route: 'anthropic', model, result: 'served' }],
      ['holdfast_tokens_total', { route: 'anthropic', kind: 'output' }],
    ] as const)
      assert.match(String(line(name, labels)), / [1-9]\d*$/, `${name}\n${answer.text}`)
    assert.match(answer.text, /^holdfast_requests_in_flight 0$/m)
    assert.match(answer.text, /^holdfast_ledger_problem 0$/m)
    assert.match(answer.text, /^holdfast_snapshot_version [1-9]/m)
    assert.match(answer.text, /^holdfast_snapshot_expiry_timestamp_seconds 1\d{9}/m)
    for (const secret of ['cleared', 'foreign-person', 'hello', 'hmac:', 'upstream-key'])
      assert.ok(!answer.text.includes(secret), secret)
  })

  test('the status tells snapshot, evidence and store; a reload is on record with who asked', async () => {
    const before = (await get('/api/v1/status', 'viewer')).json<{
      snapshot: { version: number; restricted: readonly string[] }
      ledger: { isKept: boolean; problem: string | null }
      store: { kind: string }
      isReady: boolean
    }>()
    assert.equal(before.isReady, true)
    assert.deepEqual(before.snapshot.restricted, [model])
    assert.deepEqual([before.ledger.isKept, before.ledger.problem], [true, null])
    assert.equal(before.store.kind, 'embedded')
    const reload = () =>
      askAdmin(gateway.admin, '/api/v1/reload', {
        as: 'operator',
        method: 'POST',
        body: { by: 'Ada' },
      })
    const reloaded = (await reload()).json<{ snapshot: number }>()
    assert.ok(reloaded.snapshot > before.snapshot.version)
    writeFiles(folder, { 'holdfast.yaml': 'version: 1\norganisation: {' })
    const failed = await reload()
    assert.equal(failed.status, 422)
    assert.equal(failed.json<{ error: { code: string } }>().error.code, 'HF_CONFIG_INVALID')
    const status = (await get('/api/v1/status', 'viewer')).json<{ lastLoad: { problem: string } }>()
    assert.match(status.lastLoad.problem, /holdfast\.yaml:2/)
    assert.match((await get('/metrics', 'viewer')).text, /^holdfast_load_problem 1$/m)
    await gateway.configure(world)
    const found = holdfast(
      ['ledger', 'search', '--kind', 'configuration', '--config', join(folder, 'holdfast.yaml')],
      { cwd: folder },
    )
    assert.match(found.stdout, /gateway loaded anew, snapshot \d+/)
  })

  test('few people of a class are counted for counsel only, and nobody else reads a class', async () => {
    interface Shown {
      readonly principals: readonly { readonly id: string; readonly class?: string }[]
      readonly people: Readonly<Record<string, unknown>>
    }
    for (const as of ['viewer', 'operator'] as const) {
      const { principals, people } = (await get('/api/v1/principals', as)).json<Shown>()
      assert.deepEqual(
        principals.map(({ id, class: stated }) => [id, stated]),
        [
          ['cleared', undefined],
          ['foreign', undefined],
        ],
      )
      assert.ok(Object.values(people).every((count) => count === '<5'))
      assert.equal((await get('/api/v1/principals/foreign/models', as)).status, 403)
      assert.equal((await get('/api/v1/decisions?principal=foreign', as)).status, 403)
    }
    const counsel = (await get('/api/v1/principals', 'counsel')).json<Shown>()
    assert.equal(counsel.people['not-foreign-person'], 1)
    assert.equal(counsel.principals[1]?.class, 'foreign-person-not-authorised')
    const models = (await get('/api/v1/principals/foreign/models', 'counsel')).json<{
      models: readonly { model: string; verdict: string; reasons: { directive: string | null }[] }[]
    }>().models
    const restricted = models.find((one) => one.model === model)
    assert.equal(restricted?.verdict, 'deny')
    assert.equal(restricted?.reasons[0]?.directive, order)
    assert.equal((await get('/api/v1/principals/nobody/models', 'counsel')).status, 404)
  })

  test('decisions are found in the ledger, without class or content', async () => {
    interface Found {
      readonly decisions: readonly Readonly<Record<string, unknown>>[]
      readonly isCut: boolean
    }
    await send(gatewayKeys.HOLDFAST_TEST_FOREIGN)
    const find = async (query: string, as: AdminRoleUnderTest): Promise<Found> => {
      const answer = await get(`/api/v1/decisions?${query}`, as)
      assert.equal(answer.status, 200, answer.text)
      return answer.json<Found>()
    }
    await until('it is on the disk', async () => {
      const { decisions } = await find(`directive=${order}`, 'viewer')
      return decisions.length > 0
    })
    const { decisions } = await find(`directive=${order}`, 'viewer')
    for (const one of decisions) {
      assert.deepEqual([one['verdict'], one['model'], one['outcome']], ['deny', model, 'denied'])
      assert.deepEqual(['class' in one, 'content' in one], [false, false])
    }
    const pseudonym = String(decisions[0]?.['principal'])
    const own = await find(`principal=${encodeURIComponent(pseudonym)}`, 'viewer')
    const named = await find('principal=foreign', 'counsel')
    assert.ok(own.decisions.length >= decisions.length)
    assert.deepEqual(
      named.decisions.map(({ request }) => request),
      own.decisions.map(({ request }) => request),
    )
    assert.deepEqual((await find('limit=1', 'viewer')).isCut, true)
    assert.deepEqual((await find('to=2020-01-01T00:00:00Z', 'viewer')).decisions, [])
  })

  test('tokens are taken up and taken back while it runs', async () => {
    const [viewer, ...others] = adminTokens.tokens
    await gateway.configure({ ...world, admin: { tokens: others } })
    assert.equal((await get('/api/v1/status', 'viewer')).status, 401)
    await gateway.configure({ ...world, admin: { tokens: [viewer] } })
    assert.equal((await get('/api/v1/status', 'viewer')).status, 200)
    assert.equal((await get('/api/v1/status', 'operator')).status, 401)
    await gateway.configure({ ...world, admin: {} })
    const closed = await get('/api/v1/status', 'viewer')
    assert.equal(closed.status, 403)
    assert.match(closed.text, /answers for health only/)
    assert.equal((await get('/metrics', 'viewer')).status, 403)
    assert.equal((await get('/healthz')).status, 200)
    await gateway.configure(world)
  })

  test('nothing that it has told holds a token, a key or a credential', async () => {
    const told = JSON.stringify(gateway.events)
    for (const secret of Object.values(gatewayKeys)) assert.ok(!told.includes(secret))
    const kept = readFileSync(join(folder, '.holdfast/serve.json'), 'utf8')
    for (const secret of Object.values(gatewayKeys)) assert.ok(!kept.includes(secret))
  })
})

/** The status of the answer to lines that no client library would send. */
function rawStatus(port: string, lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(Number(port), '127.0.0.1', () =>
      socket.write(`${lines.join('\r\n')}\r\n\r\n`),
    )
    let text = ''
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')))
    socket.once('close', () => resolve(Number(/^HTTP\/1\.1 (?<status>\d{3})/.exec(text)?.[1])))
    socket.once('error', reject)
  })
}
