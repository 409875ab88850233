import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { Registry } from 'prom-client'
import { openedStore } from '../../src/cli/open-store.ts'
import {
  requalification,
  type Requalification,
} from '../../src/cli/qualify/schedule/requalification.ts'
import { TrialMetrics } from '../../src/cli/qualify/schedule/trial-metrics.ts'
import { TrialScheduler } from '../../src/cli/qualify/schedule/trial-scheduler.ts'
import { HoldfastConfig } from '../../src/schema/holdfast-config.ts'
import type { EntryBody } from '../../src/schema/ledger-entry.ts'
import type { VerdictRecord } from '../../src/schema/verdict.ts'
import type { Store } from '../../src/store/index.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { storeCase, until } from '../support/store-case.ts'

/** When trials run again, with a clock that the test moves and a real store. */

const stores = storeCase(() => 'embedded')
after(() => stores.remove())

const hour = 3_600_000
const week = 7 * 24 * hour

function configWith(schedule: object | null): HoldfastConfig {
  const route = { provider: 'self', protocol: 'openai-chat', credential: 'none' }
  return HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Orchard' },
    routes: [
      { ...route, id: 'apple', baseUrl: 'http://127.0.0.1:1/v1', models: { 'apple/apple-9': 'a' } },
      { ...route, id: 'pear', baseUrl: 'http://127.0.0.1:1/v1', models: { 'pear/pear-2': 'p' } },
    ],
    workflows: [
      {
        id: 'sorting',
        task: 'extraction',
        model: 'apple/apple-9',
        fallbacks: ['pear/pear-2'],
        trial: {
          tasks: 'tasks/sorting',
          margin: 0.05,
          marginReason: 'one crate in twenty',
          ...(schedule === null ? {} : { schedule: { jitter: '0s', ...schedule } }),
        },
      },
    ],
    qualification: { key: 'env:KEY', budget: { amount: 5, currency: 'EUR' } },
  })
}

interface Begun {
  readonly run: Requalification
  readonly signal: AbortSignal
  end(problem?: string): void
}

/** Processes on one store and one clock. */
class World {
  readonly clock = new ManualClock(Date.parse('2026-11-20T12:00:00Z'))
  readonly entries: EntryBody[] = []
  readonly begun: Begun[] = []
  readonly warnings: string[] = []
  readonly registry = new Registry()
  store: Store | null = null
  config: HoldfastConfig = configWith(null)
  readonly #metrics = new TrialMetrics(this.registry)
  readonly #schedulers: TrialScheduler[] = []

  async open(config: HoldfastConfig): Promise<Store> {
    this.config = config
    const settings = {
      ...stores.fresh(),
      clock: { now: () => this.clock.now(), random: randomBytes },
    }
    this.store = await stores.open(settings)
    return this.store
  }

  async start(worker = 'one'): Promise<TrialScheduler> {
    assert.ok(this.store)
    const scheduler = new TrialScheduler({
      clock: this.clock,
      config: () => this.config,
      store: openedStore(this.store),
      run: (run, signal) =>
        new Promise<void>((resolve, reject) => {
          const end = (problem?: string) =>
            problem === undefined ? resolve() : reject(new Error(problem))
          signal.addEventListener('abort', () => end('told to stop'))
          this.begun.push({ run, signal, end })
        }),
      record: async (entry) => void this.entries.push(entry),
      metrics: this.#metrics,
      worker,
      warn: (message) => this.warnings.push(message),
    })
    this.#schedulers.push(scheduler)
    scheduler.changed()
    await scheduler.settled()
    return scheduler
  }

  async pass(ms: number): Promise<void> {
    this.clock.pass(ms)
    for (const scheduler of this.#schedulers) await scheduler.settled()
  }

  /** As after a change of configuration. The clock stands: a run under way would lose its lease. */
  async look(): Promise<void> {
    for (const scheduler of this.#schedulers) scheduler.changed()
    await this.pass(0)
  }

  async untilBegun(count: number): Promise<Begun> {
    await until(`${count} runs have begun`, () => this.begun.length >= count)
    const last = this.begun[count - 1]
    assert.ok(last)
    return last
  }

  async stop(): Promise<void> {
    for (const scheduler of this.#schedulers.splice(0)) await scheduler.stop()
  }

  async jobStates(): Promise<readonly string[]> {
    const jobs = await this.store?.jobs()
    const all = (await jobs?.list({ kind: requalification })) ?? []
    return all.map(({ state }) => state).toReversed()
  }

  events(): readonly string[] {
    return this.entries.map((entry) =>
      entry.kind === 'requalification' ? entry.event : entry.kind,
    )
  }
}

function verdict(change: Partial<VerdictRecord> = {}): VerdictRecord {
  const digest = `sha256:${'0'.repeat(64)}`
  return {
    schemaVersion: 1,
    trial: 'trial-1',
    key: {
      workflow: 'sorting',
      model: 'pear/pear-2',
      route: 'pear',
      servedModel: 'p',
      promptDigest: digest,
      toolsDigest: digest,
      gradersDigest: digest,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-11-01T00:00:00.000Z',
    validUntil: '2026-12-31T00:00:00.000Z',
    invalidatedBy: null,
    ...change,
  }
}

suite('trials that run again by themselves', { concurrency: 1 }, () => {
  test('without a schedule nothing is announced, and no store is made', async () => {
    const world = new World()
    world.config = configWith(null)
    const asked: string[] = []
    const store = { open: async () => void asked.push('open') }
    const scheduler = new TrialScheduler({
      clock: world.clock,
      config: () => world.config,
      store: store as never,
      run: () => Promise.reject(new Error('nothing runs')),
      record: () => Promise.reject(new Error('nothing is recorded')),
      metrics: new TrialMetrics(new Registry()),
      worker: 'one',
      warn: (message) => assert.fail(message),
    })
    scheduler.changed()
    await scheduler.settled()
    world.clock.pass(week)
    await scheduler.settled()
    assert.deepEqual(asked, [])
    await scheduler.stop()
  })

  test('a run begins when its time comes, is recorded and counted, and not again before the next time', async () => {
    const world = new World()
    await world.open(configWith({ cron: '0 3 * * 0' }))
    await world.start()
    assert.match(await world.registry.metrics(), /next_run_timestamp_seconds 1795316400\b/)
    await world.pass(39 * hour + 1)
    const first = await world.untilBegun(1)
    assert.deepEqual(
      [first.run.workflow, first.run.candidate, first.run.dueAt],
      ['sorting', null, '2026-11-22T03:00:00.000Z'],
    )
    assert.match(await world.registry.metrics(), /holdfast_trial_running 1\b/)
    first.end()
    await until('it is recorded', () => world.events().includes('ended'))
    assert.deepEqual(world.events(), ['started', 'ended'])
    await until('it is done', async () => (await world.jobStates())[0] === 'done')
    await world.pass(6 * 24 * hour)
    assert.equal(world.begun.length, 1)
    const figures = await world.registry.metrics()
    assert.match(figures, /holdfast_trial_runs_total\{result="done"\} 1/)
    assert.match(figures, /holdfast_trial_running 0\b/)
    await world.pass(24 * hour)
    assert.equal((await world.untilBegun(2)).run.dueAt, '2026-11-29T03:00:00.000Z')
    await world.stop()
  })

  test('times that were missed while nothing ran are caught up once', async () => {
    const world = new World()
    await world.open(configWith({ cron: '0 3 * * 0' }))
    const before = await world.start()
    await before.stop()
    world.clock.pass(3 * week)
    await world.start('two')
    const late = await world.untilBegun(1)
    assert.equal(late.run.dueAt, '2026-12-06T03:00:00.000Z')
    late.end()
    await until('it is done', async () => (await world.jobStates())[0] === 'done')
    await world.pass(hour)
    assert.deepEqual(await world.jobStates(), ['done'])
    await world.stop()
  })

  test('a changed schedule counts from when it was first seen', async () => {
    const world = new World()
    await world.open(configWith({ cron: '0 3 * * 0' }))
    const scheduler = await world.start()
    await scheduler.stop()
    world.clock.pass(3 * week)
    world.config = configWith({ cron: '0 4 * * 1' })
    await world.start('two')
    assert.deepEqual(await world.jobStates(), [])
    await world.stop()
  })

  test('two processes announce a run once, and never run two at a time', async () => {
    const world = new World()
    const store = await world.open(configWith({ before: '14d' }))
    await world.start('one')
    await world.start('two')
    await store.verdicts.add(verdict({ validUntil: '2026-11-21T00:00:00.000Z' }))
    const ended = verdict({ trial: 'trial-2', decidedAt: '2026-11-02T00:00:00.000Z' })
    await world.pass(hour + 1)
    const first = await world.untilBegun(1)
    // Another one is due while the first runs.
    await store.verdicts.add(ended)
    await store.verdicts.invalidate('trial-2', 'prompt-changed')
    await world.look()
    await until('the other one made room', async () => {
      const states = await world.jobStates()
      return states.toSorted().join() === 'done,running,waiting'
    })
    assert.equal(world.begun.length, 1)
    first.end()
    await until('the first is done', () => world.events().includes('ended'))
    await world.pass(10 * 60_000)
    const second = await world.untilBegun(2)
    assert.deepEqual([second.run.cause, second.run.candidate], ['invalidated', 'pear/pear-2@pear'])
    second.end()
    await until('all are done', async () =>
      (await world.jobStates()).every((state) => state === 'done'),
    )
    assert.equal(world.begun.length, 2)
    await world.stop()
  })

  test('a run that fails is tried again later, three times in all, and each end is on record', async () => {
    const world = new World()
    const store = await world.open(configWith({ before: '14d' }))
    await store.verdicts.add(verdict({ invalidatedBy: 'graders-changed' }))
    await world.start()
    for (const count of [1, 2, 3]) {
      const begun = await world.untilBegun(count)
      begun.end('the gateway does not answer')
      await until('its end is kept', async () => (await world.jobStates())[0] !== 'running')
      await world.pass(hour)
    }
    assert.deepEqual(await world.jobStates(), ['failed'])
    assert.deepEqual(world.events(), [
      'started',
      'failed',
      'started',
      'failed',
      'started',
      'failed',
    ])
    assert.match(world.warnings[0] ?? '', /sorting.*failed: the gateway does not answer/)
    await world.stop()
  })

  test('a process that ends gives its run back, and the next one goes on with it', async () => {
    const world = new World()
    const store = await world.open(configWith({ before: '14d' }))
    await store.verdicts.add(verdict({ invalidatedBy: 'graders-changed' }))
    await world.start('one')
    const begun = await world.untilBegun(1)
    await world.stop()
    assert.equal(begun.signal.aborted, true)
    assert.deepEqual(world.events(), ['started', 'stopped'])
    assert.deepEqual(await world.jobStates(), ['waiting'])
    await world.start('two')
    const again = await world.untilBegun(2)
    assert.deepEqual(again.run, begun.run)
    again.end()
    await until('it is done', async () => (await world.jobStates())[0] === 'done')
    await world.stop()
  })

  test('what is switched off after it was announced does not run', async () => {
    const world = new World()
    const store = await world.open(configWith({ before: '14d', jitter: '1h' }))
    await store.verdicts.add(verdict({ invalidatedBy: 'graders-changed' }))
    await world.start()
    assert.deepEqual(await world.jobStates(), ['waiting'])
    world.config = configWith(null)
    await world.pass(2 * hour)
    await world.stop()
    assert.equal(world.begun.length, 0)
  })
})
