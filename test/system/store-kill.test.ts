import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { DatabaseSync } from 'node:sqlite'
import { storeLimits } from '../../src/store/limits.ts'
import { openStore, type Store, type StoreSettings } from '../../src/store/index.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { systemClock } from '../support/store-case.ts'
import { killed, startWriter } from '../support/killed-writer.ts'
import { seededRandom } from '../../bench/audit/seeded-random.ts'
import { temporaryFolder } from './holdfast.ts'

/** Long runs and repeated ones: see tools/test-long.ts. */
const runs = Number(process.env['HOLDFAST_STORE_KILL_RUNS'] ?? 10)
const seed = Number(process.env['HOLDFAST_STORE_KILL_SEED'] ?? 1)
const writersAtOnce = 2

async function newTrial(store: Store): Promise<string> {
  const trial = await store.trials.register({
    workflow: 'w',
    candidate: 'alibaba/qwen3-32b',
    route: 'local',
    registration: null,
    createdBy: 'ada',
  })
  return trial.id
}

/** Numbers whose answer is there, each as often as it is. */
async function answered(store: Store, trial: string): Promise<readonly number[]> {
  const numbers: number[] = []
  let page = await store.trials.listAnswers(trial, { limit: 5_000 })
  while (page.length > 0) {
    for (const one of page) {
      if (one.state === 'answered') {
        assert.deepEqual(one.answer, { number: Number(one.item) })
        numbers.push(Number(one.item))
      }
    }
    const last = page.at(-1)
    if (last === undefined) break
    page = await store.trials.listAnswers(trial, { limit: 5_000, after: last })
  }
  return numbers
}

interface Disturbance {
  /** Called once in every run, before the writers are killed. */
  readonly before: (run: number) => void
  /** Keys in the change feed of drills. */
  readonly told: (settings: StoreSettings) => Promise<readonly string[]>
}

async function killAgainAndAgain(
  context: TestContext,
  settings: StoreSettings,
  disturbance: Disturbance,
): Promise<void> {
  const first = await openStore(settings)
  const trial = await newTrial(first)
  await first.close()
  const random = seededRandom(seed).next
  const acknowledged = new Set<number>()
  for (let run = 0; run < runs; run += 1) {
    const writers = Array.from({ length: writersAtOnce }, (_, index) =>
      startWriter('store-writer.ts', [
        settings.location,
        settings.folder,
        trial,
        String((run * writersAtOnce + index) * 1_000_000),
      ]),
    )
    await Promise.all(writers.map((one) => one.opened))
    await new Promise((resolve) => setTimeout(resolve, random() * 400))
    disturbance.before(run)
    await new Promise((resolve) => setTimeout(resolve, random() * 50))
    await Promise.all(writers.map(killed))
    for (const writer of writers) for (const number of writer.told) acknowledged.add(number)
    const store = await openStore(settings)
    const there = await answered(store, trial)
    assert.equal(new Set(there).size, there.length, `an answer stands twice, seed ${seed}`)
    const known = new Set(there)
    const lost = [...acknowledged].filter((number) => !known.has(number))
    assert.deepEqual(lost, [], `acknowledged and gone after kill ${run + 1}, seed ${seed}`)
    await store.close()
  }
  const store = await openStore(settings)
  const drills = (await store.drills.list()).map((drill) => drill.id)
  await store.close()
  const kept = new Set(drills)
  for (const number of acknowledged) assert.ok(kept.has(`${trial} ${number}`))
  // Every record was told to the feed once; the oldest lines of a long run are pruned.
  const told = await disturbance.told(settings)
  assert.equal(new Set(told).size, told.length)
  assert.ok(told.every((key) => kept.has(key)))
  if (drills.length < storeLimits.feedLinesKept) assert.equal(told.length, drills.length)
  context.diagnostic(
    `${acknowledged.size} acknowledged writes over ${runs} kills of ${writersAtOnce} writers, none lost, seed ${seed}`,
  )
}

test(`embedded: writers killed ${runs} times lost nothing that was acknowledged, and wrote nothing twice`, async (context) => {
  const settings = { location: 'embedded', folder: temporaryFolder(), clock: systemClock }
  await killAgainAndAgain(context, settings, {
    before: () => undefined,
    told: async () => {
      const database = new DatabaseSync(join(settings.folder, 'store.sqlite'))
      const rows = database.prepare("select key from change where topic = 'drills'").all()
      database.close()
      return rows.map((row) => String(row['key']))
    },
  })
})

const skip = skipWithoutPostgres()

test(
  `PostgreSQL: writers killed ${runs} times, and now and then the server, lost nothing that was acknowledged`,
  { skip },
  async (context) => {
    const server: PostgresServer = startPostgres({ durable: true })
    try {
      const location = server.createDatabase()
      await killAgainAndAgain(
        context,
        { location, folder: temporaryFolder(), clock: systemClock },
        {
          before: (run) => {
            if (run % 4 !== 3) return
            server.stopImmediately()
            server.start()
          },
          told: async () => {
            const client = new pg.Client({ connectionString: location })
            await client.connect()
            const found = await client.query<{ key: string }>(
              "select key from holdfast.change where topic = 'drills'",
            )
            await client.end()
            return found.rows.map((row) => row.key)
          },
        },
      )
    } finally {
      server.remove()
    }
  },
)
