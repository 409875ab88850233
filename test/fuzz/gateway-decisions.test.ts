import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { decide, type PolicySnapshot, type Principal } from '../../src/policy/index.ts'
import { anyDirective, anyDirectives, anyPrincipal, anyWorld } from '../policy/arbitrary-policy.ts'
import { referenceVerdict } from '../policy/reference-decision.ts'
import { noon, snapshotOf } from '../policy/sample-world.ts'
import type { GatewayState } from '../../src/gateway/index.ts'
import { inboundPaths, promptBody } from '../support/gateway-answer.ts'
import {
  type GatewayInProcess,
  startGatewayInProcess,
  stateOf,
} from '../support/gateway-in-process.ts'
import { routePaths } from '../support/gateway-sdk-gateway.ts'
import { errorReply } from '../support/provider/faults/error-reply.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { fuzzRuns, fuzzSeed } from './fuzz-settings.ts'

/**
 * Random people, orders, work and times: a request reaches the provider over those hops alone that policy permits at
 * that moment, in the order of holdfast.yaml, and is served by the first of them that is healthy and still permitted.
 */

const modelIds = ['fruit/apple', 'fruit/pear', 'nut/almond', 'herb/basil'] as const
const routes = [
  { id: 'direct', protocol: 'anthropic-messages' },
  { id: 'cloud', protocol: 'openai-chat' },
  { id: 'own', protocol: 'openai-responses' },
  { id: 'dark', protocol: 'gemini' },
] as const
const inbounds = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const
const tasks = { picking: 'code-review', pressing: 'chat' } as const
const expiresAt = '2026-06-20T14:00:00.000Z'

interface Hop {
  readonly model: string
  readonly route: string
}

/** A time and a policy, in force from the arrival of an attempt at the provider until the next one arrives. */
interface Moment {
  readonly at: string
  readonly isLater: boolean
}

interface Asked {
  readonly caller: number
  readonly inbound: (typeof inbounds)[number]
  readonly isStream: boolean
  readonly model: string
  readonly workflow: 'picking' | 'pressing' | null
  /** Routes on which everything fails. */
  readonly broken: readonly string[]
  /** The first one until the first attempt arrives. */
  readonly moments: readonly Moment[]
}

interface Case {
  readonly principals: readonly Principal[]
  readonly chains: { readonly picking: readonly string[]; readonly pressing: readonly string[] }
  readonly asked: readonly Asked[]
}

const anyMoment: fc.Arbitrary<Moment> = fc.record({
  at: fc.constantFrom(noon, noon, '2026-06-20T13:59:59.999Z', expiresAt),
  isLater: fc.boolean(),
})
const anyChain = fc.uniqueArray(fc.constantFrom(...modelIds), { minLength: 1, maxLength: 3 })

const anyCase: fc.Arbitrary<Case> = fc.record({
  principals: fc.array(anyPrincipal, { minLength: 3, maxLength: 3 }),
  chains: fc.record({ picking: anyChain, pressing: anyChain }),
  asked: fc.array(
    fc.record({
      caller: fc.nat(2),
      inbound: fc.constantFrom(...inbounds),
      isStream: fc.boolean(),
      model: fc.constantFrom(...modelIds),
      workflow: fc.constantFrom('picking' as const, 'pressing' as const, null),
      broken: fc.subarray(routes.map(({ id }) => id)),
      moments: fc.array(anyMoment, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 20, maxLength: 20 },
  ),
})

let provider: Provider
before(async () => {
  provider = await startProvider({ seed: 0 })
})
after(() => provider.close())

test('the gateway decides as policy does, hop by hop, for anybody at any time', async () => {
  const seen = { denied: 0, served: 0, failed: 0, cut: 0, failedOver: 0 }
  await fc.assert(
    fc.asyncProperty(
      anyWorld,
      anyDirectives,
      anyDirective('order-d'),
      anyCase,
      async (world, orders, further, one) => {
        const more = [...orders, further]
        const first = snapshotOf({ world, orders, expiresAt })
        const later = snapshotOf({ world, orders: more, expiresAt, previous: first })
        const running = await Running.start(one, [first, later])
        try {
          for (const asked of one.asked) {
            const permits = policyOf(one, asked, [first, later])
            const plan = hopsOf(one, asked)
            for (const hop of plan)
              for (const [isLater, inForce] of [orders, more].entries())
                assert.equal(
                  permits(hop, { at: noon, isLater: isLater === 1 }),
                  referenceVerdict(world, inForce, questionOf(one, asked, hop, noon)) === 'allow',
                )
            const expected = expectedCourse(plan, asked, permits)
            assert.deepEqual(await running.ask(asked), expected.course)
            seen[kindOf(expected.course)] += 1
            if (expected.course.attempts.length > 1) seen.failedOver += 1
            if (expected.isCut) seen.cut += 1
          }
          assert.deepEqual(running.warnings, [])
        } finally {
          await running.close()
        }
      },
    ),
    { seed: fuzzSeed, numRuns: fuzzRuns(8), includeErrorInReport: true },
  )
  assert.ok(
    Object.values(seen).every((count) => count > 0),
    JSON.stringify(seen),
  )
})

/** What a request comes to. */
interface Course {
  /** Names on the wire of what was asked, in order; one that stands there twice was asked again. */
  readonly attempts: readonly string[]
  readonly isDenied: boolean
  readonly served: string | null
}

function kindOf({ isDenied, served }: Course): 'denied' | 'served' | 'failed' {
  if (isDenied) return 'denied'
  return served === null ? 'failed' : 'served'
}

function wireName({ model, route }: Hop): string {
  return `${model.replace('/', '-')}--${route}`
}

// --- what must happen

function hopsOf({ chains }: Case, { model, workflow }: Asked): readonly Hop[] {
  const chain = workflow === null ? [] : chains[workflow]
  const models = chain[0] === model ? chain : [model]
  return models.flatMap((each) => routes.map(({ id }) => ({ model: each, route: id })))
}

function questionOf({ principals }: Case, { caller, workflow }: Asked, hop: Hop, at: string) {
  const principal = principals[caller]
  if (principal === undefined) throw new Error('no such caller')
  return { ...hop, principal, workflow, purpose: workflow === null ? 'other' : tasks[workflow], at }
}

type Permits = (hop: Hop, moment: Moment) => boolean

function policyOf(
  one: Case,
  asked: Asked,
  [first, later]: readonly [PolicySnapshot, PolicySnapshot],
): Permits {
  return (hop, { at, isLater }) =>
    decide(isLater ? later : first, questionOf(one, asked, hop, at)).verdict === 'allow'
}

function expectedCourse(
  plan: readonly Hop[],
  { broken, moments }: Asked,
  permits: Permits,
): { readonly course: Course; readonly isCut: boolean } {
  const attempts: string[] = []
  let isCut = false
  const isPermitted = (hop: Hop): boolean => permits(hop, momentOf(moments, attempts.length))
  for (const [index, hop] of plan.entries()) {
    for (let attempt = 1; attempt <= 2 && isPermitted(hop); attempt += 1) {
      attempts.push(wireName(hop))
      // The next moment has begun, and the answer has not.
      if (!isPermitted(hop)) {
        isCut = true
        break
      }
      if (!broken.includes(hop.route))
        return { course: { attempts, isDenied: false, served: hop.model }, isCut }
      if (plan.slice(index + 1).some(isPermitted)) break
    }
  }
  return { course: { attempts, isDenied: attempts.length === 0, served: null }, isCut }
}

/** The last moment goes on. */
function momentOf(moments: readonly Moment[], attempts: number): Moment {
  const moment = moments[Math.min(attempts, moments.length - 1)]
  if (moment === undefined) throw new Error('there is no time')
  return moment
}

// --- what happens

class Running {
  readonly #here: GatewayInProcess
  readonly #states: readonly [GatewayState, GatewayState]
  readonly #clock: { now: number }

  private constructor(
    here: GatewayInProcess,
    states: readonly [GatewayState, GatewayState],
    clock: { now: number },
  ) {
    this.#here = here
    this.#states = states
    this.#clock = clock
  }

  static async start(
    one: Case,
    [first, later]: readonly [PolicySnapshot, PolicySnapshot],
  ): Promise<Running> {
    const config = configuration(one)
    const callers = new Map(
      one.principals.map((principal, index) => [keyOf(index), { principal }] as const),
    )
    const states = [
      stateOf({ config, callers, snapshot: first }),
      stateOf({ config, callers, snapshot: later }),
    ] as const
    const clock = { now: Date.parse(noon) }
    const here = await startGatewayInProcess({ state: states[0], now: () => clock.now })
    return new Running(here, states, clock)
  }

  get warnings(): readonly string[] {
    return this.#here.warnings
  }

  close(): Promise<void> {
    return this.#here.close()
  }

  async ask(asked: Asked): Promise<Course> {
    const { circuits } = this.#here.gateway
    for (const model of modelIds) for (const { id } of routes) circuits.succeeded(model, id)
    const attempts: string[] = []
    this.#enter(momentOf(asked.moments, 0))
    provider.reset()
    provider.script({
      reply: (healthy, turn) => {
        const { model } = turn.served.request
        attempts.push(model)
        this.#enter(momentOf(asked.moments, attempts.length))
        const isBroken = asked.broken.some((route) => model.endsWith(`--${route}`))
        return isBroken ? errorReply('unavailable', turn) : healthy
      },
    })
    const response = await this.#send(asked)
    const body = await response.text()
    const isServed = response.status === 200
    const told = JSON.stringify([...response.headers]) + body
    for (const word of classes) assert.ok(!told.includes(word), told)
    if (!isServed) {
      const isDenied = response.status === 403 && attempts.length === 0
      if (isDenied) assert.equal(response.headers.get('holdfast-outcome'), 'denied')
      return { attempts, isDenied, served: null }
    }
    assert.match(response.headers.get('holdfast-outcome') ?? '', /^(?:direct|failover)$/)
    return { attempts, isDenied: false, served: response.headers.get('holdfast-served-model') }
  }

  #enter({ at, isLater }: Moment): void {
    this.#clock.now = Date.parse(at)
    this.#here.gateway.swap(this.#states[isLater ? 1 : 0])
  }

  #send({ caller, inbound, isStream, model, workflow }: Asked): Promise<Response> {
    return fetch(`${this.#here.url}${inboundPaths[inbound]}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': keyOf(caller),
        ...(workflow === null ? {} : { 'holdfast-workflow': workflow }),
      },
      body: JSON.stringify(promptBody(inbound, { model, isStream, prompt: '[[words: 4]] hello' })),
    })
  }
}

const classes = [
  'not-foreign-person',
  'foreign-person-authorised',
  'foreign-person-not-authorised',
] as const

function keyOf(caller: number): string {
  return `key-of-caller-${caller}-9b8e4f31a6d2`
}

function configuration({ chains }: Case): object {
  return {
    version: 1,
    organisation: { name: 'Orchard' },
    routes: routes.map(({ id, protocol }) => ({
      id,
      provider: 'test',
      protocol,
      baseUrl: `${provider.baseUrl}${routePaths[protocol]}`,
      credential: 'env:NOBODY',
      models: Object.fromEntries(modelIds.map((model) => [model, wireName({ model, route: id })])),
    })),
    workflows: (['picking', 'pressing'] as const).map((id) => ({
      id,
      task: tasks[id],
      audience: ['pickers'],
      model: chains[id][0],
      fallbacks: chains[id].slice(1),
    })),
    groups: { pickers: {} },
    principals: [],
  }
}
