import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { adminTokens, gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { badCandidate, goodCandidate, trialWorld } from '../support/trial-world.ts'
import { startHoldfast, temporaryFolder } from './holdfast.ts'

/**
 * A real gateway with a schedule: a verdict that no longer holds is ended, tried again by itself, and stands again. When
 * times come and are missed: test/contract/trial-scheduler.test.ts.
 */

const folder = temporaryFolder()
const good = `${goodCandidate}@north`
let provider: Provider
let gateway: GatewayProcess

before(async () => {
  setGatewayKeys()
  // Keys of a ledger that others may read are refused.
  process.umask(0o077)
  provider = await startProvider()
  provider.script({ model: badCandidate.split('/')[1] ?? '', answer: { say: 'I do not know' } })
  const { config, files } = trialWorld({
    upstream: provider.baseUrl,
    trial: { schedule: { before: '14d', jitter: '0s' } },
    qualification: { budget: { amount: 5, currency: 'EUR' } },
    more: { admin: adminTokens },
  })
  gateway = await startGateway(folder, config, files)
})

after(async () => {
  await gateway.stop()
  await provider.close()
})

/** The provider is in this process, which must go on meanwhile. */
async function holdfast(...words: readonly string[]): Promise<string> {
  const child = startHoldfast(words, folder)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  await once(child, 'close')
  assert.equal(child.exitCode, 0, stderr)
  return stdout
}

async function entries(kind: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found = await holdfast('ledger', 'search', '--kind', kind, '--format', 'json')
  return found
    .trim()
    .split('\n')
    .map(
      (line) => (JSON.parse(line) as { content: { entry: Record<string, unknown> } }).content.entry,
    )
}

async function figures(): Promise<string> {
  const answer = await fetch(`${gateway.admin}/metrics`, {
    headers: { authorization: `Bearer ${gatewayKeys.HOLDFAST_TEST_VIEWER}` },
  })
  return await answer.text()
}

test('a verdict that no longer holds ends, is tried again by itself, and stands again', async () => {
  assert.match(await holdfast('qualify', 'run', '--candidate', good), /birch.*QUALIFIED/)
  const asked = provider.requests.length

  const place = join(folder, 'tasks/count/task-set.json')
  const set = JSON.parse(readFileSync(place, 'utf8')) as object
  writeFileSync(place, JSON.stringify({ ...set, system: 'Say the number alone.' }))

  await until(
    'it was tried again',
    async () => /holdfast_trial_runs_total\{result="done"\} 1/.test(await figures()),
    180_000,
  )
  const trials = await entries('trial')
  const invalidated = trials.filter(({ change }) => change === 'invalidated')
  assert.deepEqual(
    invalidated.map(({ verdict }) => (verdict as { invalidatedBy: string }).invalidatedBy),
    ['prompt-changed'],
  )
  const events = (await entries('requalification')).map(({ event, workflow, candidate, cause }) => [
    event,
    workflow,
    candidate,
    cause,
  ])
  assert.deepEqual(
    events.toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
    [
      ['ended', 'count', good, 'invalidated'],
      ['started', 'count', good, 'invalidated'],
    ],
  )
  assert.ok(provider.requests.length > asked)
  assert.equal(trials.filter(({ change }) => change === 'verdict').length, 2)
  const schedule = await holdfast('qualify', 'schedule')
  assert.match(
    schedule,
    /^count: 14d before a verdict ends; a run of all \d+ calls, about 0\.\d+ EUR, at most 5 EUR a trial$/m,
  )
  assert.match(
    schedule,
    /WHEN.*\n\d{4}-.*Z {2}count {5}birch\/birch-2@north {2}expiry {2,}coming\n/,
  )
  const told = await figures()
  assert.match(told, /holdfast_trial_verdicts_invalidated_total\{reason="prompt-changed"\} 1/)
  assert.match(told, /holdfast_trial_running 0/)
})

test('a schedule that cannot be kept leaves the last good state in force, and says why', async () => {
  const place = join(folder, 'holdfast.yaml')
  const text = readFileSync(place, 'utf8')
  writeFileSync(place, text.replace('before: 14d', 'cron: "*/5 * * * *"'))
  await until('it is told', () =>
    gateway.events.some(({ message }) => /more than once an hour/.test(String(message))),
  )
  writeFileSync(place, text)
})
