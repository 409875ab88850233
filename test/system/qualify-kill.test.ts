import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { PlannedCall } from '../../src/qualification/index.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { bodyJson } from '../support/provider/received-request.ts'
import { answersIn, leftBy, replayTrial } from '../support/replayed-trial.ts'
import { qualify, trialWorld } from '../support/trial-world.ts'
import { seededRandom } from '../../bench/audit/seeded-random.ts'
import { startHoldfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * A trial is killed again and again at random moments and always taken up by another process. Nobody may be asked twice,
 * and it must leave byte by byte what the same registration leaves that gets the same answers and that nobody disturbs.
 * Long runs: see tools/test-long.ts.
 */
const runs = Number(process.env['HOLDFAST_TRIAL_KILL_RUNS'] ?? 10)
const seed = Number(process.env['HOLDFAST_TRIAL_KILL_SEED'] ?? 1)
const tasks = 40
/** How long a start takes about, and so long it may ask before it is killed. */
const startingMs = 1_500
const askingMs = 600

const judged = [
  { grader: 'exact' },
  { grader: 'judge', rubric: 'The number is the one that was asked for.', votes: 1 },
]

let provider: Provider
const gateways: GatewayProcess[] = []

before(async () => {
  setGatewayKeys()
  process.umask(0o077)
  provider = await startProvider({ keepRequests: 10_000_000 })
  provider.script({
    model: 'judge-5',
    answer: { say: '{"reason": "fits", "verdict": "PASS"}', paceMs: 4 },
  })
})

after(async () => {
  for (const one of gateways) await one.stop()
  await provider.close()
})

/** The same for all folders: the registration holds its digests. */
function world(): ReturnType<typeof trialWorld> {
  return trialWorld({
    upstream: provider.baseUrl,
    tasks,
    paceMs: 25,
    graders: judged,
    workflow: { fallbacks: ['birch/birch-2'] },
    qualification: { judge: { model: 'judge/judge-5', route: 'yard', workflow: 'judging' } },
  })
}

async function startWorld(folder: string): Promise<GatewayProcess> {
  const { config, files } = world()
  const gateway = await startGateway(folder, config, files)
  gateways.push(gateway)
  return gateway
}

/** Model and task of each request since then. */
function askedSince(mark: number): readonly string[] {
  return provider.requests.slice(mark).map((request) => {
    const [, item = ''] = /\[\[case: (\w+)\]\]/.exec(JSON.stringify(bodyJson(request))) ?? []
    return `${request.model} ${item}`
  })
}

const names: Readonly<Record<string, string>> = { candidate: 'birch-2', incumbent: 'oak-9' }

function askedOf({ arm, item }: PlannedCall): string {
  return `${names[arm] ?? 'judge-5'} ${item}`
}

/** A world whose trial is registered, before its first call. */
async function registered(): Promise<string> {
  const folder = temporaryFolder()
  const gateway = await startWorld(folder)
  const begun = await qualify(folder, ['run', '--budget', '0', '--seed', '7'])
  assert.equal(begun.status, 3, begun.stderr)
  assert.match(begun.stderr, /the budget does not allow another call \(0 are answered\)/)
  await gateway.stop()
  return folder
}

/** The same registration, with nothing asked yet. */
function copyOf(registration: string): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, '.holdfast'))
  for (const name of readdirSync(join(registration, '.holdfast')))
    if (name.startsWith('store.sqlite') || name === 'ledger')
      cpSync(join(registration, '.holdfast', name), join(folder, '.holdfast', name), {
        recursive: true,
      })
  return folder
}

/** Starts it, and kills it where that is wanted before it has ended. */
async function runOf(folder: string, moment: () => Promise<unknown>): Promise<'killed' | 'ended'> {
  const child = startHoldfast(['qualify', 'run'], folder)
  let told = ''
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const ended = once(child, 'close')
  await Promise.race([ended, moment()])
  if (child.exitCode === null) child.kill('SIGKILL')
  await ended
  if (child.exitCode === null) return 'killed'
  assert.equal(child.exitCode, 0, told)
  return 'ended'
}

/** Now and then while it starts, else some time after its first call. */
async function randomMoment(random: () => number): Promise<void> {
  if (random() < 0.2) return await wait(random() * startingMs, undefined, { ref: false })
  const before = provider.received()
  while (provider.received() === before) await wait(5, undefined, { ref: false })
  await wait(random() * askingMs, undefined, { ref: false })
}

const never = (): Promise<never> => new Promise(() => undefined)

test(`a trial that was killed ${runs} times leaves byte by byte what nobody disturbed, and no call is repeated`, async (context) => {
  const registration = await registered()
  const random = seededRandom(seed).next
  let kills = 0
  let trials = 0
  let calls = 0
  while (kills < runs) {
    const mark = provider.requests.length
    const folder = copyOf(registration)
    const gateway = await startWorld(folder)
    let end: 'killed' | 'ended' = 'killed'
    while (end === 'killed' && kills < runs) {
      end = await runOf(folder, () => randomMoment(random))
      if (end === 'killed') kills += 1
    }
    if (end === 'killed') assert.equal(await runOf(folder, never), 'ended')
    await gateway.stop()
    trials += 1
    const calm = copyOf(registration)
    const { config, files } = world()
    writeFiles(calm, { 'holdfast.yaml': stringify(config), ...files })
    const answers = answersIn(folder)
    const replayed = await replayTrial(calm, answers)
    calls = answers.size
    assert.ok(calls > 4 * tasks, `${calls} answers`)
    // Each call was made once, and all of them were.
    assert.deepEqual(
      askedSince(mark).toSorted(),
      replayed.map(askedOf).toSorted(),
      `seed ${seed}, kill ${kills}`,
    )
    const [disturbed, undisturbed] = [await leftBy(folder), await leftBy(calm)]
    assert.match(disturbed['verdict'] ?? '', /QUALIFIED/)
    for (const [what, text] of Object.entries(undisturbed))
      assert.equal(disturbed[what], text, `${what}: seed ${seed}, kill ${kills}`)
  }
  context.diagnostic(`${kills} kills over ${trials} trials of ${calls} calls, seed ${seed}`)
})
