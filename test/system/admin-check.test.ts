import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { stringify } from 'yaml'
import {
  adminTokens,
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
  type WorldOptions,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { type Outcome, temporaryFolder, writeFiles } from './holdfast.ts'

/** `holdfast check` as the real binary, against a provider that fails as it is told. */

setGatewayKeys()
const folder = temporaryFolder()
const fable = 'anthropic/claude-fable-5'
const sonnet = 'anthropic/claude-sonnet-4-5'
const mistral = 'mistral/mistral-large-2411'

interface Checked {
  readonly policy: {
    readonly perRequest: readonly { readonly id: string; readonly because: readonly string[] }[]
  } | null
  readonly findings: readonly {
    readonly area: string
    readonly severity: string
    readonly message: string
    readonly place: string | null
    readonly code: string | null
  }[]
  readonly routes: readonly {
    readonly route: string
    readonly model: string
    readonly result: string
    readonly listing: string
    readonly message: string
    readonly notices: readonly string[]
  }[]
  readonly summary: { readonly problems: number; readonly warnings: number }
}

suite('holdfast check', () => {
  let provider: Provider
  let keys: ReturnType<typeof ledgerKeys>

  before(async () => {
    provider = await startProvider({ seed: 0, models: ['claude-fable-5', 'claude-sonnet-4-5'] })
    keys = ledgerKeys()
  })
  beforeEach(() => provider.reset())
  after(() => provider.close())

  const world = (more: Partial<WorldOptions> = {}): object =>
    gatewayWorld({
      upstream: provider.baseUrl,
      ledger: keys.ledger,
      admin: adminTokens,
      ...more,
    })
  const write = (config: object | string, files: Readonly<Record<string, string>> = {}): void => {
    const text = typeof config === 'string' ? config : stringify(config)
    writeFiles(folder, { 'holdfast.yaml': text, ...keys.files, ...files })
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
  }
  const check = (...words: readonly string[]): Promise<Outcome> =>
    runHoldfast(['check', '--config', join(folder, 'holdfast.yaml'), ...words], folder)
  const found = async (
    ...words: readonly string[]
  ): Promise<Checked & { readonly status: number | null }> => {
    const ran = await check('--format', 'json', ...words)
    const { status, stdout, stderr } = ran
    assert.ok(stdout.startsWith('{'), stderr)
    for (const secret of Object.values(gatewayKeys)) assert.ok(!(stdout + stderr).includes(secret))
    return { ...(JSON.parse(stdout) as Checked), status }
  }
  const results = ({ routes }: Checked): Readonly<Record<string, string>> =>
    Object.fromEntries(routes.map(({ model, result }) => [model, result]))

  test('a world in order: every model was asked for one token, and nothing is wrong', async () => {
    write(world())
    const checked = await found()
    assert.equal(checked.status, 0, JSON.stringify(checked.findings))
    assert.deepEqual(results(checked), { [fable]: 'ok', [sonnet]: 'ok', [mistral]: 'ok' })
    assert.equal(checked.summary.problems, 0)
    const asked = provider.requests.filter(({ method }) => method === 'POST')
    assert.equal(asked.length, 3)
    for (const one of asked) assert.match(String(one.body), /"max_(?:completion_)?tokens":1[,}]/)
    const text = await check()
    assert.equal(text.status, 0)
    assert.match(text.stdout, /anthropic +anthropic\/claude-fable-5 +ok +listed/)
  })

  test('every protocol is asked in its own way, and models of vectors for a vector', async () => {
    const routes = [
      ['openai-chat', `${provider.baseUrl}/v1`, 'openai/gpt-5'],
      ['openai-chat', `${provider.baseUrl}/v1`, 'openai/text-embedding-3-small'],
      ['openai-responses', `${provider.baseUrl}/v1`, 'openai/gpt-5'],
      ['anthropic-messages', provider.baseUrl, 'anthropic/claude-fable-5'],
      ['gemini', provider.baseUrl, 'google/gemini-2.5-pro'],
      ['bedrock-converse', provider.baseUrl, 'anthropic/claude-sonnet-4-5'],
    ] as const
    write({
      ...world(),
      workflows: [],
      routes: routes.map(([protocol, baseUrl, model], index) => ({
        id: `${protocol}-${index}`,
        provider: 'self',
        protocol,
        baseUrl,
        credential: `env:HOLDFAST_TEST_UPSTREAM`,
        region: 'us-east-1',
        models: { [model]: model.split('/')[1] },
      })),
    })
    const checked = await found()
    assert.deepEqual(
      checked.routes.map(({ result, message }) => `${result} ${message}`),
      routes.map(() => 'ok served'),
    )
    assert.deepEqual(
      checked.routes.map(({ listing }) => listing === 'none'),
      routes.map(([protocol]) => protocol === 'bedrock-converse'),
    )
    const asked = provider.requests.filter(({ method }) => method === 'POST')
    assert.equal(asked.length, routes.length)
    assert.equal(asked.filter(({ url }) => url.endsWith('/embeddings')).length, 1)
  })

  test('the end of a model is told of the name and the provider that it holds for', async () => {
    const routes = [
      ['openai', 'gpt-4o-2024-05-13'],
      ['openai', 'gpt-4o'],
      ['self', 'gpt-4o-2024-05-13'],
    ] as const
    write({
      ...world(),
      workflows: [],
      routes: routes.map(([by, name], index) => ({
        id: `${by}-${index}`,
        provider: by,
        protocol: 'openai-chat',
        baseUrl: `${provider.baseUrl}/v1`,
        credential: 'env:HOLDFAST_TEST_UPSTREAM',
        models: { 'openai/gpt-4o': name },
      })),
    })
    const checked = await found()
    const told = checked.routes.map(({ notices }) => notices.join())
    assert.match(told[0] ?? '', /^retired since 2026-10-23 /)
    assert.doesNotMatch(told[1] ?? '', /^retired since/)
    assert.equal(told[2], '')
  })

  test('what each model came to is told apart, and a list decides nothing', async () => {
    write(world())
    provider.script({ model: 'claude-fable-5', fault: 'withdrawn' })
    provider.script({ model: 'claude-sonnet-4-5', fault: 'bad-credential' })
    provider.script({ model: 'mistral-large-2411', fault: 'lying-model' })
    const checked = await found()
    assert.equal(checked.status, 1)
    assert.deepEqual(results(checked), {
      [fable]: 'withdrawn',
      [sonnet]: 'auth',
      [mistral]: 'ok',
    })
    const told = checked.findings.map(({ message }) => message).join('\n')
    assert.match(told, /claude-fable-5.* stands in the list of the route all the same/)
    assert.match(
      told,
      /mistral-large-2411.*by the name `provider-other-model-2`, which nobody knows/,
    )
    const lenient = await found('--fail-on', 'never')
    assert.equal(lenient.status, 0)
  })

  test('a base URL with the path of a request in it is named, and no model is taken for withdrawn', async () => {
    const { routes, ...rest } = world() as { routes: readonly { baseUrl: string }[] }
    const wrong = (baseUrl: string) =>
      baseUrl.endsWith('/v1') ? `${baseUrl}/chat/completions` : `${baseUrl}/v1`
    write({
      ...rest,
      routes: routes.map((route) => ({ ...route, baseUrl: wrong(route.baseUrl) })),
    })
    // A provider answers a path that it does not know as it answers a model that it does not have.
    provider.script({ fault: 'withdrawn' })
    const checked = await found()
    assert.equal(checked.status, 1)
    assert.deepEqual(results(checked), {
      [fable]: 'client',
      [sonnet]: 'client',
      [mistral]: 'client',
    })
    const told = checked.findings.map(({ message }) => message).join('\n')
    assert.match(told, /mistral-large-2411.*base URL.*wrong.*`\/chat\/completions`/)
    assert.match(told, /claude-fable-5.*base URL.*wrong.*`\/v1`/)
    assert.doesNotMatch(told, /withdrawn/)
  })

  test('a silent provider costs no more than the time limit', async () => {
    write(world())
    provider.script({ fault: 's06' })
    const startedAt = performance.now()
    const checked = await found('--time-limit', '1s', '--fail-on', 'warning')
    assert.equal(checked.status, 1)
    assert.ok(performance.now() - startedAt < 25_000)
    assert.ok(checked.routes.every(({ result }) => result === 'not-probed'))
  })

  test('what policy denies to the probe, and a route out of traffic, are not asked', async () => {
    write(world({ load: ['test-order'] }), {
      'directives/test-order.yaml': banOnFable('test-order', 'foreign-person'),
    })
    const disabled = await runHoldfast(
      ['route', 'disable', 'mistral', '--config', join(folder, 'holdfast.yaml')],
      folder,
    )
    assert.equal(disabled.status, 0, disabled.stderr)
    const checked = await found()
    assert.deepEqual(results(checked), { [fable]: 'denied', [sonnet]: 'ok', [mistral]: 'disabled' })
    assert.deepEqual(
      provider.requests.filter(({ method }) => method === 'POST').map(({ model }) => model),
      ['claude-sonnet-4-5'],
    )
    await runHoldfast(
      ['route', 'enable', 'mistral', '--config', join(folder, 'holdfast.yaml')],
      folder,
    )
  })

  test('offline asks nobody', async () => {
    write(world())
    const checked = await found('--offline')
    assert.equal(checked.status, 0)
    assert.deepEqual(checked.routes, [])
    assert.equal(provider.requests.length, 0)
  })

  test('all problems of a configuration come at once, each with its place', async () => {
    write(`version: 1
organisation: { name: Test, colour: red }
routes:
  - { id: a, provider: p, protocol: nothing, baseUrl: here, credential: sk-123, models: {} }
admin: { tokens: [{ id: a, token: secret, role: king }] }
`)
    const checked = await found()
    assert.equal(checked.status, 2)
    const places = checked.findings.map(({ place }) => place?.split(':').slice(-2).join(':'))
    assert.ok(checked.findings.length >= 5, JSON.stringify(checked.findings))
    assert.ok(places.every((place) => /^\d+:\d+$/.test(String(place))))
    assert.deepEqual(
      [...new Set(places.map((place) => Number(place?.split(':')[0])))].toSorted((a, b) => a - b),
      [2, 4, 5],
    )
    const text = await check()
    assert.equal(text.status, 2)
    assert.match(
      text.stdout,
      /problem \(configuration\) HF_CONFIG_INVALID: .*holdfast\.yaml:\d+:\d+/,
    )
  })

  test('keys, directives and names that lead nowhere are told without stopping the rest', async () => {
    const made = world({ load: ['new-order'] }) as {
      routes: object[]
      workflows: object[]
      principals: object[]
    }
    write(
      {
        ...made,
        routes: [{ ...made.routes[0], credential: 'env:HOLDFAST_TEST_NOTHING' }, made.routes[1]],
        workflows: [{ ...made.workflows[0], audience: ['staf'] }],
        principals: [...made.principals, { id: 'lost', kind: 'person', key: 'file:keys/none' }],
        admin: { tokens: [{ id: 'none', token: 'env:HOLDFAST_TEST_NOTHING', role: 'viewer' }] },
      },
      {
        'directives/new-order.yaml':
          'id: new-order\nscope: { models: [anthropic/claude-fable-5] }\n',
      },
    )
    const checked = await found()
    const told = checked.findings.map((one) => `${one.severity} ${one.area}: ${one.message}`)
    for (const wanted of [
      /^problem directives: new-order/,
      /^warning configuration: there is no group `staf`/,
      /^problem keys: principal `lost` cannot call/,
      /^problem keys: admin token `none` does not count/,
      /^problem keys: route `anthropic` has no credential/,
    ])
      assert.ok(
        told.some((one) => wanted.test(one)),
        `${String(wanted)}\n${told.join('\n')}`,
      )
    assert.equal(checked.routes.find(({ model }) => model === mistral)?.result, 'ok')
    assert.notEqual(checked.status, 0)
  })

  test('a policy that no table can hold is named', async () => {
    write(world(), {
      'directives/test-order.yaml': '',
      'policies/night.cedar':
        'forbid (principal, action, resource) when { context.at > datetime("2036-01-01") };\n',
    })
    const checked = await found('--offline')
    assert.equal(checked.policy?.perRequest.length, 1, JSON.stringify(checked.findings))
    assert.match(String(checked.policy?.perRequest[0]?.because), /\w/)
    writeFiles(folder, { 'policies/night.cedar': '' })
  })

  test('a schedule of trials that cannot be kept is told', async () => {
    const trial = {
      tasks: 'tasks/none',
      margin: 0.1,
      marginReason: 'one in ten',
      schedule: { cron: '0 25 * * *' },
    }
    write(world({ workflow: { trial } }))
    const checked = await found('--offline')
    assert.equal(checked.status, 1)
    const ofTrials = checked.findings.filter(({ area }) => area === 'trials')
    assert.deepEqual(
      ofTrials.map(({ severity, code }) => [severity, code]),
      [
        ['problem', 'HF_CONFIG_INVALID'],
        ['problem', 'HF_CONFIG_INVALID'],
        ['problem', 'HF_TASKS_INVALID'],
      ],
      JSON.stringify(ofTrials),
    )
  })

  test('a folder without a configuration, and a wrong flag, are told as such', async () => {
    const missing = await runHoldfast(['check', '--config', join(folder, 'none.yaml')], folder)
    assert.equal(missing.status, 2)
    assert.match(missing.stdout, /HF_CONFIG_MISSING/)
    assert.equal((await check('--time-limit', 'soon')).status, 2)
  })
})
