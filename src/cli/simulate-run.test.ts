import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { createResolver, regionCountries } from '../catalogue/index.ts'
import { Directive } from '../schema/directive.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Outcome, Simulation } from '../schema/simulation.ts'
import { buildPortfolio } from '../simulation/index.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { dataPath } from './installation.ts'
import { parseDirective } from './load-directives.ts'
import type { SimulationInputs } from './simulate-inputs.ts'
import { runSimulation } from './simulate-run.ts'

const catalogue = await loadCatalogue({})
const resolver = createResolver(catalogue)
const countryOf = regionCountries(catalogue)
const now = '2026-11-24T00:00:00.000Z'

interface World {
  readonly config: object
  readonly directives?: readonly Directive[]
  readonly enforced?: readonly Directive[]
  readonly policies?: string
  readonly at?: string
}

function inputsOf({
  config,
  directives = [],
  enforced = [],
  policies,
  at = now,
}: World): SimulationInputs {
  const parsed = HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Fruit Ltd' },
    ...config,
  })
  const { portfolio, notices } = buildPortfolio({
    config: parsed,
    register: null,
    catalogue,
    resolver,
    verdicts: [],
    regionJurisdiction: countryOf,
    at,
  })
  return {
    organisation: 'Fruit Ltd',
    at,
    configPath: 'holdfast.yaml',
    folder: '.',
    config: parsed,
    register: null,
    catalogue,
    resolver,
    countryOf,
    loaded: {
      directives: [...directives, ...enforced].map((directive) => ({
        directive,
        path: `${directive.id}.yaml`,
        origin: 'local',
        amendment: null,
      })),
      problems: [],
    },
    enforced: { directives: enforced, invalid: [], warnings: [] },
    ownPolicies: policies === undefined ? [] : [{ name: 'policies/own.cedar', text: policies }],
    portfolio,
    notices,
    digests: { config: null, register: null },
  }
}

const quiet = {
  without: [],
  directives: [],
  isEach: false,
  isAll: false,
  depth: 1,
  isAtGiven: false,
  classes: [],
} as const

function wordsOf(
  rows: Simulation['preContingency']['outcomes'],
  workflow: string,
): readonly Outcome[] {
  return rows.filter((one) => one.workflow === workflow).map(({ outcome }) => outcome)
}

const sonnet = 'anthropic/claude-sonnet-4-5'
const mistral = 'mistral/mistral-large-2411'

function route(id: string, provider: string, model: string, more: object = {}) {
  return {
    id,
    provider,
    protocol: 'openai-chat',
    baseUrl: `https://${id}.example`,
    credential: 'none',
    models: { [model]: 'x' },
    ...more,
  }
}

const routes = [
  route('direct', 'anthropic', sonnet, { region: 'us' }),
  route('cloud', 'aws-bedrock', sonnet, { region: 'eu-central-1' }),
  route('stall', 'mistral', mistral, { region: 'fr' }),
]
const workflows = [{ id: 'pressing', task: 'chat', model: sonnet, fallbacks: [mistral] }]

function directive(parts: object): Directive {
  return Directive.parse({
    id: 'frost-1',
    title: 'Frost',
    instrument: 'regulation',
    issuer: 'weather',
    publication: 'published',
    source: { title: 'Gazette', retrieved: '2026-01-01' },
    effect: 'forbid',
    scope: { models: [sonnet] },
    status: [{ at: '2026-05-01T00:00:00Z', is: 'effective' }],
    ...parts,
  })
}

suite('directives as contingencies', () => {
  test('a directive that forbids over one route leaves the other', async () => {
    const frost = directive({ scope: { models: [sonnet], providers: ['anthropic'] } })
    const inputs = inputsOf({ config: { routes, workflows }, directives: [frost] })
    const { postContingency } = await runSimulation(inputs, { ...quiet, directives: ['frost-1'] })
    assert.deepEqual(
      wordsOf(postContingency[0]?.outcomes ?? [], 'pressing'),
      Array(4).fill('fails-over'),
    )
    assert.equal(postContingency[0]?.at, '2026-05-01T00:00:00.000Z')
  })

  test('a request forbids nothing, whatever it says', async () => {
    const inputs = inputsOf({
      config: { routes, workflows },
      directives: [directive({ instrument: 'request' })],
    })
    const { postContingency } = await runSimulation(inputs, { ...quiet, directives: ['frost-1'] })
    assert.equal(postContingency[0]?.status, 'no-impact')
  })

  test('a model withdrawn over one provider is lost there alone', async () => {
    const withdrawn = directive({
      instrument: 'vendor-decision',
      vendorActions: [
        {
          at: '2026-05-01T00:00:00Z',
          models: [sonnet],
          effect: 'withdrawn-for-all',
          providers: ['anthropic'],
          source: 'notice',
        },
      ],
    })
    const inputs = inputsOf({ config: { routes, workflows }, directives: [withdrawn] })
    const simulation = await runSimulation(inputs, { ...quiet, directives: ['frost-1'] })
    const [impact] = simulation.postContingency
    assert.deepEqual(impact?.withdrawn, [`${sonnet} over anthropic`])
    assert.deepEqual(wordsOf(impact?.outcomes ?? [], 'pressing'), Array(4).fill('fails-over'))
    assert.deepEqual(impact?.outcomes[0]?.servedBy, [`${sonnet}@cloud`])
    assert.equal(impact?.outcomes[0]?.ruleAlone, 'unaffected')
    assert.ok(
      simulation.cutSets.every(({ elements }) => !elements.some((one) => one.includes(' over '))),
    )
  })

  test('elements and a directive are lost together', async () => {
    const frost = directive({ scope: { models: [sonnet] } })
    const inputs = inputsOf({ config: { routes, workflows }, directives: [frost] })
    const { postContingency } = await runSimulation(inputs, {
      ...quiet,
      without: ['vendor:mistral'],
      directives: ['frost-1'],
    })
    assert.deepEqual(postContingency[0]?.contingency, ['vendor:mistral', 'directive:frost-1'])
    assert.deepEqual(
      wordsOf(postContingency[0]?.outcomes ?? [], 'pressing'),
      Array(4).fill('stops'),
    )
  })

  test('a common cause may bring a directive with it', async () => {
    const commonCause = [{ id: 'winter', elements: ['directive:frost-1', 'vendor:mistral'] }]
    const inputs = inputsOf({
      config: { routes, workflows, commonCause },
      directives: [directive({})],
    })
    const { postContingency } = await runSimulation(inputs, {
      ...quiet,
      without: ['common-cause:winter'],
    })
    assert.deepEqual(postContingency[0]?.contingency, ['common-cause:winter'])
    assert.deepEqual(
      wordsOf(postContingency[0]?.outcomes ?? [], 'pressing'),
      Array(4).fill('stops'),
    )
  })

  test('an enforced directive holds before, unless it is the one that is asked about', async () => {
    const frost = directive({})
    const world = { config: { routes, workflows }, enforced: [frost] }
    const held = await runSimulation(inputsOf(world), { ...quiet, without: ['vendor:mistral'] })
    assert.deepEqual(wordsOf(held.preContingency.outcomes, 'pressing'), Array(4).fill('at-risk'))
    assert.deepEqual(
      wordsOf(held.postContingency[0]?.outcomes ?? [], 'pressing'),
      Array(4).fill('stops'),
    )
    const asked = await runSimulation(inputsOf(world), { ...quiet, directives: ['frost-1'] })
    assert.deepEqual(
      wordsOf(asked.preContingency.outcomes, 'pressing'),
      Array(4).fill('unaffected'),
    )
    assert.deepEqual(
      wordsOf(asked.postContingency[0]?.outcomes ?? [], 'pressing'),
      Array(4).fill('at-risk'),
    )
  })

  test('authorisations help those who hold one, under a directive that lets them', async () => {
    const frost = directive({
      effect: 'require-authorisation',
      scope: { models: [sonnet], persons: 'foreign-person', definition: 'us-ear-772.1' },
    })
    const authorisations = [{ id: 'pass', directive: 'frost-1', models: [sonnet] }]
    const config = { routes, workflows: [{ ...workflows[0], fallbacks: [] }] }
    const words = async (more: object) => {
      const inputs = inputsOf({ config: { ...config, ...more }, directives: [frost] })
      const { postContingency } = await runSimulation(inputs, { ...quiet, directives: ['frost-1'] })
      return wordsOf(postContingency[0]?.outcomes ?? [], 'pressing')
    }
    assert.deepEqual(await words({}), ['unaffected', 'stops', 'stops', 'stops'])
    assert.deepEqual(await words({ authorisations }), [
      'unaffected',
      'unaffected',
      'stops',
      'stops',
    ])
  })

  test('what an organisation forbids itself holds in simulation as well', async () => {
    const policies =
      '@id("no-clouds") forbid (principal, action, resource) when { context.route.provider == "aws-bedrock" };'
    const inputs = inputsOf({ config: { routes, workflows }, policies })
    const { postContingency } = await runSimulation(inputs, {
      ...quiet,
      without: ['provider:anthropic'],
    })
    const [row] = postContingency[0]?.outcomes ?? []
    assert.deepEqual([row?.outcome, row?.servedBy], ['at-risk', [`${mistral}@stall`]])
    assert.ok(row?.reasons.some(({ decision }) => decision?.code === 'organisation-policy'))
  })
})

test('the June 2026 event goes by, instant by instant', async () => {
  const path = dataPath('directives/us-bis/us-bis-2026-06-12/directive.yaml')
  const june = parseDirective(readFileSync(path, 'utf8'), path)
  const fable = 'anthropic/claude-fable-5'
  const mythos = 'anthropic/claude-mythos-5'
  const config = {
    routes: [route('f', 'anthropic', fable), route('m', 'anthropic', mythos)],
    workflows: [
      { id: 'on-fable', task: 'chat', model: fable },
      { id: 'on-mythos', task: 'chat', model: mythos },
    ],
    authorisations: [{ id: 'annex-a', directive: june.id, models: [mythos] }],
  }
  const none = 'unaffected unaffected unaffected unaffected'
  const all = 'stops stops stops stops'
  const foreign = 'unaffected stops stops stops'
  for (const [at, onFable, onMythos, fableByRule] of [
    ['2026-06-12T21:20:59.999Z', none, none, none],
    ['2026-06-12T21:21:00.000Z', all, all, foreign],
    // 26 June is over at the last place on Earth.
    ['2026-06-27T11:59:59.999Z', all, all, foreign],
    ['2026-06-27T12:00:00.000Z', all, none, foreign],
    // 30 June.
    ['2026-07-01T11:59:59.999Z', all, none, foreign],
    ['2026-07-01T12:00:00.000Z', all, none, none],
    // 1 July.
    ['2026-07-02T11:59:59.999Z', all, none, none],
    ['2026-07-02T12:00:00.000Z', none, none, none],
  ] as const) {
    const { postContingency } = await runSimulation(inputsOf({ config, directives: [june], at }), {
      ...quiet,
      directives: [june.id],
      isAtGiven: true,
    })
    const rows = postContingency[0]?.outcomes ?? []
    assert.equal(wordsOf(rows, 'on-fable').join(' '), onFable, at)
    assert.equal(wordsOf(rows, 'on-mythos').join(' '), onMythos, at)
    const rule = rows
      .filter(({ workflow }) => workflow === 'on-fable')
      .map(({ ruleAlone }) => ruleAlone)
    assert.equal(rule.join(' '), fableByRule, at)
  }
})

suite('what a reader must know beside the words', () => {
  test('work whose data may not reach its own model says so, although a fallback serves it', async () => {
    const data = { allowedJurisdictions: ['FR'] }
    const config = { routes, workflows: workflows.map((one) => ({ ...one, data })) }
    const { notices, preContingency } = await runSimulation(inputsOf({ config }), quiet)
    assert.deepEqual(wordsOf(preContingency.outcomes, 'pressing'), Array(4).fill('unaffected'))
    assert.ok(
      notices.some((one) => one.startsWith(`pressing: the limits of its data exclude ${sonnet}`)),
    )
    const free = await runSimulation(inputsOf({ config: { routes, workflows } }), quiet)
    assert.equal(
      free.notices.some((one) => one.includes('exclude')),
      false,
    )
  })

  test('losing every class in turn uses classes, and says that nobody vouches for them', async () => {
    const inputs = inputsOf({ config: { routes, workflows } })
    const told = async (isAll: boolean) =>
      (await runSimulation(inputs, { ...quiet, isAll })).notices.some((one) =>
        one.includes('eligibility.reviewedBy'),
      )
    assert.equal(await told(true), true)
    assert.equal(await told(false), false)
  })
})
