import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { type AdminAnswer, type AdminRoleUnderTest, askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  allAdminTokens,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { entriesOf } from '../support/kept-ledger.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder, writeFiles } from './holdfast.ts'

/** Every operation that the served description names, asked by everybody, and with what nobody should send. */

setGatewayKeys()
const folder = temporaryFolder()
const model = 'anthropic/claude-fable-5'
const order = 'test-order'
/** A caller that the store keeps. */
const kept = 'kept@acme.example'
const roles = ['viewer', 'operator', 'counsel', 'admin'] as const
const fuzzSeed = 20_261_125
const fuzzedAnswersEach = 40

type Schema = Readonly<Record<string, unknown>>
interface Operation {
  readonly operationId: string
  readonly 'x-holdfast-roles'?: readonly AdminRoleUnderTest[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: 'path' | 'query'
    readonly required: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: Schema } }
  }
}
interface Described {
  readonly method: string
  readonly path: string
  readonly operation: Operation
  readonly roles: readonly AdminRoleUnderTest[]
}

/** What stands in a path, by what stands before it. */
const named: Readonly<Record<string, string>> = {
  circuits: model,
  routes: 'anthropic',
  principals: kept,
}

suite('every operation of the admin API', { timeout: 120_000 }, () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  let provider: Provider
  let gateway: GatewayProcess
  let schemas: Readonly<Record<string, object>>
  let operations: readonly Described[]

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    const counsel = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' })
    writeFiles(folder, { ...keys.files, 'keys/counsel.pem': counsel.toString() })
    const ledger = { ...keys.ledger, counselKey: 'file:keys/counsel.pem' }
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const upstream = provider.baseUrl
    gateway = await startGateway(
      folder,
      gatewayWorld({
        upstream,
        load: [order],
        ledger,
        admin: allAdminTokens,
        gateway: { probes: { principal: 'cleared' } },
      }),
      { [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person') },
    )
    const description = (
      await askAdmin(gateway.admin, '/api/v1/openapi.json', { as: 'viewer' })
    ).json<{
      paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
      components: { schemas: Readonly<Record<string, object>> }
    }>()
    schemas = description.components.schemas
    operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const may = operation['x-holdfast-roles']
        return may === undefined
          ? []
          : [{ method: method.toUpperCase(), path, operation, roles: may }]
      }),
    )
    assert.ok(operations.length >= 10)
    await withdraw()
    const added = await askAdmin(gateway.admin, '/api/v1/principals', {
      as: 'admin',
      method: 'POST',
      body: { id: kept, groups: ['staff'] },
    })
    assert.equal(added.status, 200, added.text)
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  /** A circuit that can be probed and closed: its model is gone once, and back afterwards. */
  async function withdraw(): Promise<void> {
    const gone = provider.script({ model: 'claude-fable-5', fault: 'withdrawn' })
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 9,
        messages: [{ role: 'user', content: '[[words: 2]] hello' }],
      }),
    })
    assert.equal(response.status, 200)
    await response.text()
    gone.remove()
  }

  /** As its description says; `as` undefined: without a token. */
  async function ask(
    { method, path, operation }: Described,
    as: AdminRoleUnderTest | undefined,
  ): Promise<AdminAnswer> {
    const query = new URLSearchParams(
      (operation.parameters ?? []).flatMap<[string, string]>(
        ({ in: place, name, schema, required }) =>
          place === 'query' && required ? [[name, String(sample(schema))]] : [],
      ),
    ).toString()
    const body = operation.requestBody?.content['application/json'].schema
    return await askAdmin(
      gateway.admin,
      `${filled(path, (before) => named[before] ?? 'one')}${query === '' ? '' : `?${query}`}`,
      {
        method,
        ...(as === undefined ? {} : { as }),
        ...(body === undefined ? {} : { body: sample(body) }),
      },
    )
  }

  function confirmAnswer({ operation }: Described, answer: AdminAnswer): void {
    const { operationId } = operation
    const name =
      answer.status === 200
        ? `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Answer`
        : 'Problem'
    const schema = schemas[name]
    assert.ok(schema !== undefined, name)
    assert.ok(
      ajv.validate(schema, answer.json()),
      `${operationId} answered ${answer.text}: ${ajv.errorsText()}`,
    )
  }

  /** All that an operation can change. */
  async function standing(): Promise<string> {
    const parts = []
    for (const path of ['routes', 'circuits', 'principals'])
      parts.push((await askAdmin(gateway.admin, `/api/v1/${path}`, { as: 'counsel' })).text)
    return parts.join('\n')
  }

  test('is answered to the roles that its description names, refused to the others, and every change is in the ledger', async () => {
    let changes = 0
    const done = new Set<string>()
    for (const one of operations)
      for (const as of [undefined, ...roles]) {
        const told = `${as ?? 'nobody'}: ${one.operation.operationId}`
        const before = one.method === 'GET' ? '' : await standing()
        const known = one.method === 'GET' ? 0 : await changesBy(as)
        const answer = await ask(one, as)
        confirmAnswer(one, answer)
        if (as === undefined) assert.equal(answer.status, 401, told)
        else if (!one.roles.includes(as)) {
          assert.equal(answer.status, 403, told)
          assert.match(answer.text, /role_not_permitted/, told)
        } else {
          const isTold = [200, 404, 409, 422].includes(answer.status)
          assert.ok(isTold, `${told}: ${answer.status} ${answer.text}`)
          if (answer.status === 200) done.add(one.operation.operationId)
        }
        if (one.method === 'GET') continue
        const isChange = (await standing()) !== before
        if (answer.status !== 200) assert.ok(!isChange, told)
        if (!isChange) continue
        changes += 1
        await until(`${told} is in the ledger`, async () => (await changesBy(as)) > known)
      }
    assert.ok(changes >= 8, `${changes} operations changed something`)
    const undone = operations.filter(({ operation }) => !done.has(operation.operationId))
    assert.deepEqual(
      undone.map(({ operation }) => operation.operationId),
      [],
    )
  })

  async function changesBy(as: AdminRoleUnderTest | undefined): Promise<number> {
    const index = roles.findIndex((role) => role === as)
    const id = allAdminTokens.tokens[index]?.id
    const entries = await entriesOf(folder)
    return entries.filter(({ entry }) => 'by' in entry && String(entry.by).includes(`token ${id}`))
      .length
  }

  test('answers whatever is sent with words, and never with a fault of its own', async () => {
    const values = fc.jsonValue({ maxDepth: 3 })
    const names = fc.oneof(
      fc.constantFrom(
        '..',
        '%00',
        '__proto__',
        'constructor',
        'x'.repeat(3_000),
        '\u202e',
        'a/b/c',
      ),
      fc.string({ minLength: 1, maxLength: 40 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    )
    let asked = 0
    for (const one of operations) {
      const [as] = one.roles
      assert.ok(as !== undefined)
      const body = one.operation.requestBody?.content['application/json'].schema ?? {}
      const members = Object.keys(body['properties'] ?? {})
      const query = (one.operation.parameters ?? []).map(({ name }) => name)
      const cases = fc.sample(
        fc.record({
          name: names,
          body: fc.oneof(
            values,
            fc.dictionary(fc.constantFrom('by', ...members), values),
            fc.dictionary(fc.constantFrom('by', ...members), fc.string()),
          ),
          query: fc.dictionary(fc.constantFrom('x', ...query), fc.string({ maxLength: 60 })),
        }),
        { seed: fuzzSeed, numRuns: fuzzedAnswersEach },
      )
      for (const made of cases) {
        const words = new URLSearchParams(made.query).toString()
        const path = filled(one.path, () => made.name)
        const send = () =>
          askAdmin(gateway.admin, words === '' ? path : `${path}?${words}`, {
            as,
            method: one.method,
            ...(one.operation.requestBody === undefined ? {} : { body: JSON.stringify(made.body) }),
          })
        // A refusal may come before the body was read, and the connection ends with it: then ours was perhaps half used.
        const answer = await send().catch(send)
        asked += 1
        assert.ok(answer.status < 500, `${one.operation.operationId} ${path}: ${answer.text}`)
        confirmAnswer(one, answer)
      }
    }
    assert.ok(asked >= operations.length * fuzzedAnswersEach)
    assert.equal((await fetch(`${gateway.admin}/healthz`)).status, 200)
    const told = gateway.events.filter(({ message }) => /admin API failed/.test(String(message)))
    assert.deepEqual(told, [])
  })
})

function filled(template: string, nameAfter: (before: string) => string): string {
  return template.replaceAll(
    /(?<before>[a-z]+)\/\{[a-z]+\}/g,
    (_all, before: string) => `${before}/${encodeURIComponent(nameAfter(before))}`,
  )
}

/** Something that fits a schema, as little as it takes. */
function sample(schema: Schema): unknown {
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown
  if ('const' in schema) return schema['const']
  switch (schema['type']) {
    case 'object': {
      const required = (schema['required'] ?? []) as readonly string[]
      const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
      return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]))
    }
    case 'array':
      return []
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1
    case 'boolean':
      return true
    default:
      return 'sample'
  }
}
