import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type AdminAnswer, type AdminRoleUnderTest, askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokensOfEveryRole,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { openaiUsagePage } from '../support/usage-samples.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder } from './holdfast.ts'

/** Every operation that the admin API describes, asked for by every role, with what is right and with what is not. */

setGatewayKeys()
const folder = temporaryFolder()
const order = 'test-order'
const model = 'anthropic/claude-fable-5'
const ledger = {
  signingKey: 'file:keys/ledger-signing.pem',
  idKey: 'file:keys/ledger-ids.key',
  digestKey: 'file:keys/ledger-contents.key',
  counselKey: 'file:keys/counsel-public.pem',
}
/** Not on the model whose circuits open here: as whoever probes, nobody may be asked for. */
const orderOnOther = banOnFable(order, 'foreign-person').replace(
  'claude-fable-5',
  'claude-sonnet-4-5',
)
const roles = ['viewer', 'operator', 'counsel', 'admin'] as const
const admin = {
  ...adminTokensOfEveryRole,
  snapshotKey: 'file:keys/ledger-signing.pem',
  backups: 'backups',
  checkpoints: [{ id: 'evidence', to: 'file:evidence' }],
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly schema: JsonSchema
}
interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
  readonly $ref?: string
}
interface Described {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly 'x-holdfast-roles'?: readonly AdminRoleUnderTest[]
  readonly 'x-holdfast-changes'?: boolean
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}
interface Operation extends Described {
  readonly method: string
  readonly path: string
}

suite('operations of the admin API', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let operations: readonly Operation[]
  let ajv: Ajv2020
  let callers = 0
  let upstream = ''
  const world = (at: string): object => ({
    ...gatewayWorld({ upstream: at, load: [order], ledger, admin }),
    audit: { roots: ['tree'] },
  })

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const made = holdfast(['ledger', 'keys', 'init', '--directory', 'keys'], { cwd: folder })
    assert.equal(made.status, 0, made.stderr)
    upstream = new URL(provider.baseUrl).origin
    gateway = await startGateway(folder, world(upstream), {
      [`directives/${order}.yaml`]: orderOnOther,
      'tree/ask.py': 'client.messages.create(model="claude-fable-5")\n',
    })
    const described = await askAdmin(gateway.admin, '/api/v1/openapi.json', { as: 'viewer' })
    const { paths, components } = described.json<Description>()
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({ ...one, path, method })),
    )
    ajv = new Ajv2020({ strict: false, allErrors: true })
    addFormats.default(ajv)
    ajv.addSchema({ $id: 'api:', components })
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const ask = (one: Operation, as: AdminRoleUnderTest | undefined, what: Request) =>
    askAdmin(gateway.admin, what.path, {
      ...(as === undefined ? {} : { as }),
      method: one.method.toUpperCase(),
      ...(what.body === undefined ? {} : { body: what.body }),
      ...(what.headers === undefined ? {} : { headers: what.headers }),
    })

  /** Holds an answer against what the description promises for its status. */
  const holdToSchema = (one: Operation, answer: AdminAnswer): void => {
    const promised = one.responses[answer.status] ?? one.responses['default']
    const told = `${one.operationId} ${answer.status}: ${answer.text.slice(0, 300)}`
    assert.ok(promised !== undefined, `not described: ${told}`)
    const [type, content] = Object.entries(promised.content ?? problemContent)[0] ?? []
    assert.ok(answer.headers.get('content-type')?.startsWith(String(type)), told)
    if (type !== 'application/json' || content === undefined) return
    const schema = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/', '"api:#/')) as object
    assert.ok(ajv.validate(schema, answer.json()), `${told}\n${ajv.errorsText()}`)
  }

  const openCircuit = async (): Promise<void> => {
    const withdrawal = provider.script({ model: 'claude-fable-5', fault: 'withdrawn' })
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify({
        model: 'claude-fable-5',
        max_tokens: 9,
        messages: [{ role: 'user', content: '[[words: 3]] hello' }],
      }),
    })
    await response.text()
    withdrawal.remove()
  }
  const post = async (path: string, as: AdminRoleUnderTest, body: object = {}): Promise<string> => {
    const answer = await askAdmin(gateway.admin, path, { as, method: 'POST', body })
    assert.equal(answer.status, 200, answer.text)
    return answer.text
  }
  const caller = async (): Promise<string> => {
    callers += 1
    await post('/api/v1/principals', 'admin', { id: `made-${callers}`, groups: ['staff'] })
    return `made-${callers}`
  }

  /** So many run at the same time, and no more. */
  const noRun = async (): Promise<void> => {
    await until('nothing runs', async () => {
      const answer = await askAdmin(gateway.admin, '/api/v1/runs', { as: 'viewer' })
      const { runs } = answer.json<{ readonly runs: readonly { readonly finishedAt: unknown }[] }>()
      return runs.every(({ finishedAt }) => finishedAt !== null)
    })
  }

  /** What a request of an operation takes to succeed: the id in its path, and the world as it has to be. */
  const worldFor = async ({ path, operationId }: Operation): Promise<string> => {
    if (path.startsWith('/api/v1/circuits/{id}')) {
      await openCircuit()
      if (operationId === 'closeCircuit')
        await post(`/api/v1/circuits/${encodeURIComponent(model)}/probe`, 'admin')
      return model
    }
    if (path.startsWith('/api/v1/routes/{id}')) {
      if (operationId === 'acceptRoute') {
        const { origin } = new URL(provider.baseUrl)
        upstream = upstream === origin ? origin.replace('127.0.0.1', 'localhost') : origin
        await gateway.configure(world(upstream))
        await post('/api/v1/routes/anthropic/accept', 'admin')
      }
      if (operationId === 'enableRoute') await post('/api/v1/routes/mistral/disable', 'admin')
      if (operationId === 'disableRoute') await post('/api/v1/routes/mistral/enable', 'admin')
      return 'mistral'
    }
    if (operationId === 'forgetUsage') {
      const path = '/api/v1/usage/imports'
      const body = files['importUsage']?.('before') ?? ''
      const sent = await askAdmin(gateway.admin, path, { as: 'operator', method: 'POST', body })
      return sent.json<{ files: readonly { digest: string }[] }>().files[0]?.digest ?? ''
    }
    if (starting.has(operationId)) await noRun()
    if (path.startsWith('/api/v1/runs/{id}')) {
      await noRun()
      const begun = await post('/api/v1/audits', 'operator', {})
      if (operationId === 'getRunResult') await noRun()
      return (JSON.parse(begun) as { readonly id: string }).id
    }
    const there = ids[operationId]
    if (there !== undefined) return there
    if (operationId === 'releaseHold') {
      callers += 1
      const name = `hold-${callers}`
      await post('/api/v1/ledger/holds', 'counsel', { name, reference: 'letter of 3 July' })
      return name
    }
    if (operationId === 'liftDirective' || operationId === 'reviewDirective') {
      callers += 1
      await post('/api/v1/directives', 'counsel', { text: banOnFable(`made-${callers}`, 'all') })
      return `made-${callers}`
    }
    if (path.startsWith('/api/v1/principals/{id}')) {
      const id = await caller()
      if (operationId === 'withdrawAttestation')
        await post(`/api/v1/principals/${id}/attest`, 'counsel', bodies['attestPrincipal']?.(id))
      return id
    }
    return 'no-id'
  }

  const requestOf = (one: Operation, id: string, by: string): Request => {
    const own = bodies[one.operationId]?.(`${by}-new`)
    const path = one.path.replace('{id}', encodeURIComponent(id))
    const query = new URLSearchParams(queries[one.operationId])
    if (takesFile(one)) query.set('by', by)
    const asked = query.size === 0 ? path : `${path}?${query.toString()}`
    if (takesFile(one)) return { path: asked, body: files[one.operationId]?.(by) ?? '' }
    if (one.requestBody === undefined) return { path: asked }
    return { path: asked, body: one['x-holdfast-changes'] === true ? { by, ...own } : { ...own } }
  }

  test('each answers the roles that its description names, and refuses all others', async () => {
    const done: string[] = []
    for (const one of operations) {
      const named = one['x-holdfast-roles']
      const isOpen = one.security?.length === 0
      const wantedRoles = named ?? roles
      const nobody = await ask(one, undefined, requestOf(one, 'nobody', 'nobody'))
      assert.equal(nobody.status, isOpen ? 200 : 401, `${one.operationId}: ${nobody.text}`)
      holdToSchema(one, nobody)
      const wrong = await ask(one, undefined, {
        ...requestOf(one, 'nobody', 'nobody'),
        headers: { authorization: 'Bearer 0123456789012345678901234567890123456789' },
      })
      assert.equal(wrong.status, isOpen ? 200 : 401, one.operationId)
      const doer = wantedRoles[operations.indexOf(one) % wantedRoles.length]
      for (const as of roles) {
        const isNamed = wantedRoles.includes(as)
        // One of those who may does the work; of the others it is enough that their role is no reason to refuse.
        const isDoer = as === doer || named === undefined
        const by = `${one.operationId}-${as}`
        const asked = requestOf(one, isDoer ? await worldFor(one) : 'nobody', by)
        const answer = await ask(one, as, isDoer || !isNamed ? asked : unreadable(asked))
        const wanted = isDoer ? (otherwise[one.operationId] ?? 200) : isNamed ? 400 : 403
        assert.equal(answer.status, wanted, `${by}: ${answer.text}`)
        holdToSchema(one, answer)
        if (isDoer && wanted === 200 && one['x-holdfast-changes'] === true) done.push(by)
      }
    }
    assert.ok(done.length >= 15, done.join())
    await assertRecorded(done)
  })

  /** Each change names who made it; what was refused stands nowhere. */
  const assertRecorded = async (done: readonly string[]): Promise<void> => {
    const entries = (): string => {
      const words = ['ledger', 'search', '--limit', '10000', '--format', 'json']
      const found = holdfast(words, { cwd: folder })
      assert.equal(found.status, 0, found.stderr)
      return found.stdout
    }
    await until('the last entry is on the disk', () => entries().includes(String(done.at(-1))))
    const text = entries()
    const tokenOf = { viewer: 'watcher', operator: 'desk', counsel: 'lawyer', admin: 'owner' }
    for (const by of done) {
      const as = by.split('-').at(-1) as AdminRoleUnderTest
      assert.ok(text.includes(`${by} (token ${tokenOf[as]})`), `${by} is not in the ledger`)
    }
    const refused = operations.flatMap(({ operationId, ...one }) =>
      roles
        .filter((as) => one['x-holdfast-roles']?.includes(as) === false)
        .map((as) => `${operationId}-${as}`),
    )
    for (const by of refused) assert.ok(!text.includes(by), `${by} is in the ledger`)
  }

  /** Whether the description has nothing against it, so that the work itself is asked for. */
  const isRight = (one: Operation, { path, body }: Request): boolean => {
    const parameters = one.parameters ?? []
    const query = [...new URLSearchParams(path.split('?')[1])]
    const isQueryRight = query.every(([name, value]) => {
      const schema = parameters.find((parameter) => parameter.name === name)?.schema
      return schema !== undefined && ajv.validate(schema, value)
    })
    const schema = one.requestBody?.content?.['application/json']?.schema
    if (schema === undefined) return isQueryRight && query.length > 0
    const isBodyRight = body === '' || (typeof body === 'object' && ajv.validate(schema, body))
    return isQueryRight && isBodyRight
  }

  test('none fails on bodies, ids and queries that nobody expects', async () => {
    let asked = 0
    for (const one of operations) {
      const as = one['x-holdfast-roles']?.at(-1) ?? 'admin'
      const odd = oddRequests(one)
      const works = odd.filter((what) => isRight(one, what))
      const others = odd.filter((what) => !isRight(one, what))
      const worksMax = starting.has(one.operationId) ? 1 : oddWorksMax
      for (const what of [...spread(works, worksMax), ...spread(others, oddRequestsMax)]) {
        const answer = await ask(one, as, what)
        const told = `${one.operationId} ${JSON.stringify(what).slice(0, 300)}: ${answer.status} ${answer.text.slice(0, 300)}`
        assert.ok(answer.status < 500, told)
        if (answer.status !== 200) assert.ok(ajv.validate({ $ref: problem }, answer.json()), told)
        asked += 1
      }
    }
    assert.ok(asked > 400, String(asked))
    assert.equal((await askAdmin(gateway.admin, '/readyz')).status, 200)
    const failures = gateway.events.filter(({ message }) =>
      String(message).includes('the admin API failed'),
    )
    assert.deepEqual(failures, [])
  })
})

interface Request {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const problem = 'api:#/components/schemas/Problem'
const problemContent = { 'application/json': { schema: { $ref: problem } } }

/** What is there in this world for an operation to be asked about. */
const ids: Readonly<Record<string, string>> = {
  listModelsOfPrincipal: 'foreign',
  showDirective: order,
  showCatalogue: 'claude-fable-5',
  showTaskSet: 'incident-triage',
  showTask: 'incident-triage',
}

/** Operations that this world refuses, whoever asks: another test has them done. */
const otherwise: Readonly<Record<string, number>> = {
  // What a gateway has sealed in its period has to be kept.
  destroyPeriod: 422,
  // No snapshot was signed by the key of this request.
  verifySnapshot: 422,
  // Nothing was tried and nothing measured here.
  getQualification: 404,
  showTrial: 404,
  compareTrials: 404,
  planTrials: 404,
  showGuardrail: 404,
}

/** Operations that start a process. */
const starting: ReadonlySet<string> = new Set([
  'startAudit',
  'startTrials',
  'freezeAnswers',
  'calibrateJudge',
  'measureGuardrail',
])

const queries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  showPolicy: { directive: order },
  showTask: { task: 'checkout-down' },
}

/** Files that operations take, another one for each who sends it. */
const files: Readonly<Record<string, (by: string) => string>> = {
  importUsage: (by) => JSON.stringify({ ...openaiUsagePage, next_page: by }),
}

function takesFile(one: { readonly requestBody?: Content }): boolean {
  return one.requestBody?.content?.['application/octet-stream'] !== undefined
}

/** Bodies that do what an operation is for; others take `by` alone. */
const bodies: Readonly<Record<string, (id: string) => object>> = {
  takeCheckpoints: () => ({ to: 'evidence' }),
  placeHold: (id) => ({ name: id, reference: 'letter of 3 July' }),
  releaseHold: () => ({ reference: 'settled' }),
  pruneLedger: () => ({ before: '2020-01-01', confirm: 'remove before 2020-01-01' }),
  destroyPeriod: () => ({ reason: 'the directive was lifted', confirm: 'destroy no-id' }),
  checkDirective: () => ({ text: banOnFable('checked', 'all') }),
  testDirective: () => ({ id: 'us-bis-2026-06-12' }),
  addDirective: (id) => ({ text: banOnFable(id.toLowerCase(), 'all') }),
  liftDirective: () => ({ at: '2026-06-30', source: 'https://authority.example/notice' }),
  reviewDirective: () => ({ at: '2026-06-30' }),
  decidePolicy: () => ({ model, route: 'anthropic', class: 'foreign-person-not-authorised' }),
  signSnapshot: () => ({ validFor: '1d' }),
  verifySnapshot: () => ({ snapshot: '{}', key: 'none' }),
  checkAll: () => ({ offline: true }),
  layOverlay: (id) => ({ name: id, text: '{"version":1}', dryRun: true }),
  checkTaskSets: () => ({ sets: ['incident-triage'] }),
  compareTrials: () => ({ trials: ['mistral/mistral-large-2411'] }),
  freezeAnswers: () => ({ workflow: 'review' }),
  backUpStore: (id) => ({ name: id }),
  simulate: () => ({ without: ['vendor:anthropic'] }),
  addPrincipal: (id) => ({ id, groups: ['staff'], expires: '30d' }),
  attestPrincipal: () => ({
    class: 'not-foreign-person',
    basis: 'self-attestation',
    attester: 'People team',
  }),
}

/** The same with a query that no operation knows: refused once the role is found to be right. */
function unreadable({ path, ...what }: Request): Request {
  return { ...what, path: `${path}${path.includes('?') ? '&' : '?'}nobody=1` }
}

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  'x'.repeat(5_000),
  'a\u0000b\u001b[31m\r\nset-cookie: x',
  '\ud800',
  '../../etc/passwd',
  '${jndi:ldap://x}',
  "' or 1=1 --",
  '1970-01-01T00:00:00Z',
  '-1d',
  '9'.repeat(400) + 'd',
  [],
  [[]],
  {},
  { constructor: 1 },
]

const oddIds: readonly string[] = [
  '%00',
  '%ff',
  '%',
  '..%2f..%2f',
  '%2e%2e',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(3_000),
  '%F0%9F%92%A9',
  'a/b/c/close',
  '%0d%0aset-cookie:x',
]

/** Each property wrong by itself, whole bodies that are none, ids and queries out of the ordinary. */
function oddRequests(one: Operation): readonly Request[] {
  const path = one.path.replace('{id}', 'nobody')
  const schema = one.requestBody?.content?.['application/json']?.schema
  const right = { ...bodies[one.operationId]?.('odd') }
  const wholes = ['', 'null', '[]', '1', '"x"', '{', '{"by":"a","by":1}', '['.repeat(20_000)]
  const ids = one.path.includes('{id}') ? oddIds : []
  const query = (one.parameters ?? []).filter((parameter) => parameter.in === 'query')
  return [
    ...(schema === undefined
      ? []
      : [
          ...wholes.map((body) => ({ path, body })),
          { path, body: '{"__proto__":{"by":"x"},"constructor":{"prototype":1}}' },
          { path, body: { ...right, unknown: 1 } },
          { path, body: '{}', headers: { 'content-type': 'application/xml' } },
          ...Object.keys(schema.properties ?? {}).flatMap((name) =>
            oddValues.map((value) => ({ path, body: { ...right, [name]: value } })),
          ),
        ]),
    ...ids.map((id) => ({ path: one.path.replace('{id}', id), body: right })),
    ...query.flatMap(({ name }) =>
      oddValues
        .map((value) => JSON.stringify(value).slice(0, 1_000))
        .map((value) => ({ path: `${path}?${name}=${wellFormed(value)}` })),
    ),
    { path: `${path}?nobody=1` },
    { path: `${path}?${'a=1&'.repeat(500)}` },
    { path: `${path}?%ff=%ff&&&==` },
  ].map((what) => (one.method === 'get' ? { ...what, body: undefined } : what))
}

const oddRequestsMax = 40
/** Of those that are as the description wants them, and that are done, therefore. */
const oddWorksMax = 3

/** So many of them at most, evenly from all of them: each may start a thread. */
function spread<T>(all: readonly T[], max: number): readonly T[] {
  const step = Math.max(1, all.length / max)
  return all.filter((_one, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}

function wellFormed(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
