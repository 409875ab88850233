import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import pg from 'pg'
import { openStore } from '../../src/store/index.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { systemClock, until } from '../support/store-case.ts'
import { root, temporaryFolder } from './holdfast.ts'

/** Three processes that share a store hear of one another, also over a server that was away. */
const trials = Number(process.env['HOLDFAST_STORE_FLEET_TRIALS'] ?? 20)
/** Settles which process makes the first change. */
const seed = Number(process.env['HOLDFAST_STORE_FLEET_SEED'] ?? 0)

interface FleetNode {
  readonly process: ChildProcess
  readonly lines: Readonly<Record<string, unknown>>[]
  say(command: string): void
}

function startNode(location: string, folder: string): FleetNode {
  const script = join(root, 'test/support/store-node.ts')
  const child = spawn(process.execPath, [script, location, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: Record<string, unknown>[] = []
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk.toString()}`.split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) lines.push(JSON.parse(line) as Record<string, unknown>)
  })
  return { process: child, lines, say: (command) => void child.stdin.write(`${command}\n`) }
}

async function startFleet(location: string, folder: string): Promise<readonly FleetNode[]> {
  const nodes = [0, 1, 2].map(() => startNode(location, folder))
  await until('the fleet is open', () =>
    nodes.every((node) => node.lines.some((line) => 'open' in line)),
  )
  return nodes
}

function lineWith(node: FleetNode, wanted: Readonly<Record<string, unknown>>) {
  return node.lines.find((line) =>
    Object.entries(wanted).every(([name, value]) => line[name] === value),
  )
}

/** Milliseconds from acceptance at one process until the last of all held the text. */
async function spread(nodes: readonly FleetNode[], from: number, id: string, title: string) {
  nodes[from]?.say(`accept ${id} ${title}`)
  await until(`${title} is held by all`, () =>
    nodes.every((node) => lineWith(node, { holds: id, title }) !== undefined),
  )
  await until('it was told', () => lineWith(nodes[from]!, { accepted: id, title }) !== undefined)
  const accepted = Number(lineWith(nodes[from]!, { accepted: id, title })?.['at'])
  const held = nodes.map((node) => Number(lineWith(node, { holds: id, title })?.['at']))
  return Math.max(...held) - accepted
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

async function end(nodes: readonly FleetNode[]): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      const closed = new Promise((resolve) => node.process.once('close', resolve))
      node.process.stdin?.end()
      const timer = setTimeout(() => node.process.kill('SIGKILL'), 5_000)
      await closed
      clearTimeout(timer)
    }),
  )
}

test(`three processes on one machine hear of a directive within a second, ${trials} times`, async (context) => {
  const nodes = await startFleet('embedded', temporaryFolder())
  const times: number[] = []
  for (let trial = 0; trial < trials; trial += 1)
    times.push(await spread(nodes, (seed + trial) % 3, 'd', `text-${trial}`))
  await end(nodes)
  context.diagnostic(`median ${percentile(times, 0.5)} ms, longest ${Math.max(...times)} ms`)
  assert.ok(Math.max(...times) < 1000, String(times))
})

const skip = skipWithoutPostgres()

suite('three processes on PostgreSQL', { skip }, () => {
  let server: PostgresServer
  before(() => {
    server = startPostgres({ durable: true })
  })
  after(() => server.remove())

  test(`hear of a directive within a second, ${trials} times`, async (context) => {
    const nodes = await startFleet(server.createDatabase(), temporaryFolder())
    const times: number[] = []
    for (let trial = 0; trial < trials; trial += 1)
      times.push(await spread(nodes, (seed + trial) % 3, 'd', `text-${trial}`))
    await end(nodes)
    context.diagnostic(`median ${percentile(times, 0.5)} ms, longest ${Math.max(...times)} ms`)
    assert.ok(Math.max(...times) < 1000, String(times))
  })

  test('go on with what they hold while the server is away, and hear of everything afterwards', async () => {
    const location = server.createDatabase()
    const nodes = await startFleet(location, temporaryFolder())
    await spread(nodes, 0, 'd', 'before')
    server.stopImmediately()
    await until('all know that it is away', () =>
      nodes.every((node) => lineWith(node, { away: true }) !== undefined),
    )
    for (const node of nodes) node.say('held')
    nodes[0]!.say('accept d lost')
    await until('the change was refused', () => lineWith(nodes[0]!, { refused: 'd' }) !== undefined)
    assert.equal(lineWith(nodes[0]!, { refused: 'd' })?.['code'], 'HF_STORE_UNREACHABLE')
    for (const node of nodes) {
      await until('it answers', () => node.lines.some((line) => 'held' in line))
      assert.deepEqual(node.lines.find((line) => 'held' in line)?.['held'], { d: 'before' })
    }
    server.start()
    await until('all know that it is back', () =>
      nodes.every((node) => lineWith(node, { back: true }) !== undefined),
    )
    for (let trial = 0; trial < 3; trial += 1)
      assert.ok((await spread(nodes, trial, 'd', `after-${trial}`)) < 1000)
    assert.ok(nodes.every((node) => node.process.exitCode === null))
    assert.ok(nodes.every((node) => lineWith(node, { holds: 'd', title: 'lost' }) === undefined))
    await end(nodes)
    const store = await openStore({ location, folder: '', clock: systemClock })
    const titles = (await store.directives.history('d')).map((version) => version.text.title)
    assert.deepEqual(titles, ['before', 'after-0', 'after-1', 'after-2'])
    await store.close()
  })

  test('keep jobs over a server that goes and comes: what ran is done, what waited is taken', async () => {
    const settings = { location: server.createDatabase(), folder: '', clock: systemClock }
    const store = await openStore(settings)
    const jobs = await store.jobs()
    let runs = 0
    const worker = await jobs.work('long', { concurrency: 1, worker: 'w' }, async (job) => {
      runs += 1
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      return { done: job.input }
    })
    const submit = (input: number) =>
      jobs.submit({ kind: 'long', input, by: 'ada', leaseMs: 30_000, idempotenceKey: `k-${input}` })
    const [running, waiting] = [await submit(1), await submit(2)]
    await until('it runs', () => runs === 1)
    server.stopImmediately()
    await assert.rejects(submit(3), { code: 'HF_STORE_UNREACHABLE' })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    server.start()
    await until('both are done', async () => {
      const both = await Promise.all([running, waiting].map((job) => jobs.find(job.id)))
      return both.every((job) => job?.state === 'done')
    })
    assert.equal(runs, 2, 'neither was run twice')
    assert.deepEqual((await jobs.find(running.id))?.result, { done: 1 })
    await worker.close()
    await store.close()
  })

  test('miss nothing while their connection was cut and they stood still', async () => {
    const location = server.createDatabase()
    const nodes = await startFleet(location, temporaryFolder())
    const [writer, , sleeper] = nodes
    assert.ok(writer && sleeper)
    sleeper.process.kill('SIGSTOP')
    const admin = new pg.Client({ connectionString: location })
    await admin.connect()
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await admin.end()
    const changes = 30
    const title = (number: number): string => `text-${number}`
    for (let number = 0; number < changes; number += 1) {
      // A write whose connection was cut is repeated by whoever made it.
      await until('it was accepted', async () => {
        writer.say(`accept d ${title(number)}`)
        await until('there is an answer', () =>
          writer.lines.some((line) => line['title'] === title(number) && !('holds' in line)),
        )
        return lineWith(writer, { accepted: 'd', title: title(number) }) !== undefined
      })
    }
    sleeper.process.kill('SIGCONT')
    const last = { holds: 'd', title: title(changes - 1) }
    await until('the last one is held', () => lineWith(sleeper, last) !== undefined)
    sleeper.say('heard')
    await until('it answers', () => sleeper.lines.some((line) => 'heard' in line))
    const heard = sleeper.lines.find((line) => 'heard' in line)?.['heard']
    const wanted = Array.from({ length: changes }, (_, number) => `d ${number + 1}`)
    assert.deepEqual(heard, wanted)
    await end(nodes)
  })
})

test('processes that start at once on an empty database make it once, 20 times', async () => {
  const locations = [() => 'embedded']
  const server = skip === false ? startPostgres({ durable: false }) : null
  if (server !== null) locations.push(server.createDatabase)
  try {
    for (const location of locations) {
      for (let round = 0; round < 10; round += 1) {
        const settings = { location: location(), folder: temporaryFolder(), clock: systemClock }
        const stores = await Promise.all([0, 1, 2].map(() => openStore(settings)))
        const jobs = await Promise.all(stores.map((store) => store.jobs()))
        const submitted = await Promise.all(
          jobs.map((one) =>
            one.submit({ kind: 'audit', input: null, by: 'ada', idempotenceKey: 'once' }),
          ),
        )
        assert.equal(new Set(submitted.map((job) => job.id)).size, 1)
        await Promise.all(stores.map((store) => store.close()))
      }
    }
    const settings = { location: 'embedded', folder: temporaryFolder() }
    for (const location of locations) {
      const nodes = [0, 1].map(() => startNode(location(), settings.folder))
      await until('both are open', () =>
        nodes.every((node) => node.lines.some((line) => 'open' in line)),
      )
      await end(nodes)
    }
  } finally {
    server?.remove()
  }
})
