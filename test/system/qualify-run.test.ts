import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { VerdictRecord } from '../../src/schema/verdict.ts'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import {
  askCount,
  badCandidate,
  goodCandidate,
  incumbent,
  qualify,
  suspension,
  trialWorld,
} from '../support/trial-world.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * What qualification is for: a workflow whose model is suspended gets, from answers that were frozen before, verdicts on
 * two candidates, and the gateway lets the qualified one take over.
 */

let provider: Provider
let gateway: GatewayProcess
const folder = temporaryFolder()
const tasks = 60

before(async () => {
  setGatewayKeys()
  // Keys that others may read are refused.
  process.umask(0o077)
  provider = await startProvider()
  provider.script({ model: 'cedar-1', answer: { say: 'I do not know' } })
})

after(async () => {
  await gateway?.stop()
  await provider.close()
})

test('before the day: the incumbent’s answers are frozen, each asked for once', async () => {
  const { config, files } = trialWorld({ upstream: provider.baseUrl, tasks })
  gateway = await startGateway(folder, config, files)
  const frozen = await qualify(folder, ['freeze', 'count'])
  assert.equal(frozen.status, 0, frozen.stderr)
  assert.match(frozen.stdout, /80 answers of oak\/oak-9 for `count` are frozen/)
  assert.equal(provider.mentioning('oak-9').length, tasks + 20)
  const again = await qualify(folder, ['freeze', 'count', '--format', 'json'])
  assert.equal((JSON.parse(again.stdout) as { count: number }).count, 80)
  assert.equal(provider.received(), tasks + 20)
})

test('on the day: nobody is qualified, so the work stops', async () => {
  const { config, files } = trialWorld({ upstream: provider.baseUrl, tasks, load: ['xx-oak'] })
  await gateway.change({ ...files, 'directives/xx-oak.yaml': suspension('xx-oak', incumbent) })
  await gateway.configure(config)
  const refused = await askCount(gateway.url, 'oak/oak-9')
  assert.equal(refused.status, 403)
  const status = await qualify(folder, ['status', '--fail-on', 'unqualified'])
  assert.equal(status.status, 1, status.stderr)
  assert.match(status.stdout, /birch\/birch-2@north +never tried/)
})

test('a plan says what it takes and what the tasks can show, and asks nobody', async () => {
  const asked = provider.received()
  const plan = await qualify(folder, ['plan'])
  assert.equal(plan.status, 0, plan.stderr)
  assert.match(plan.stdout, /calls +60: candidate 60, incumbent 0, asked again 0/)
  assert.match(plan.stdout, /Holm over 2 trials/)
  assert.match(plan.stdout, /81 would be needed for 0\.8/)
  assert.match(plan.stdout, /the incumbent is not asked: its answers of/)
  assert.equal(provider.received(), asked)
})

test('two candidates are tried, without a call to the incumbent, and the gateway uses what was found', async () => {
  const asked = provider.mentioning('oak-9').length
  const ran = await qualify(folder, ['run', '--format', 'json', '--fail-on', 'unqualified'])
  assert.equal(ran.status, 1, ran.stderr)
  const { trials } = JSON.parse(ran.stdout) as { trials: { verdict: unknown }[] }
  const verdicts = trials.map(({ verdict }) => VerdictRecord.parse(verdict))
  assert.deepEqual(
    verdicts.map(({ key, verdict }) => [key.model, verdict, key.servedModel]),
    [
      [badCandidate, 'NOT_QUALIFIED', 'cedar-1'],
      [goodCandidate, 'QUALIFIED', 'birch-2'],
    ],
  )
  assert.equal(provider.mentioning('oak-9').length, asked)
  await until(
    'the gateway serves by the qualified one',
    async () => {
      const answer = await askCount(gateway.url, 'oak/oak-9')
      return answer.status === 200 && answer.served === goodCandidate
    },
    2_000,
  )
  const status = await qualify(folder, ['status'])
  assert.match(status.stdout, /birch\/birch-2@north +QUALIFIED/)
  assert.match(status.stdout, /cedar\/cedar-1@south +NOT_QUALIFIED/)
})

test('reports say what a statistician asks, in every format; trials on the same tasks stand beside each other', async () => {
  const status = await qualify(folder, ['status', '--format', 'json'])
  const { fallbacks } = JSON.parse(status.stdout) as {
    fallbacks: { model: string; trial: string }[]
  }
  const trial = fallbacks.find(({ model }) => model === goodCandidate)?.trial ?? ''
  const json = await qualify(folder, ['show', trial, '--format', 'json'])
  const report = TrialReport.parse(JSON.parse(json.stdout))
  assert.equal(report.result.verdict, 'QUALIFIED')
  assert.deepEqual(
    report.result.controls.map(({ control, state }) => [control, state]),
    [
      ['negative', 'held'],
      ['incumbent-floor', 'held'],
      ['repeat', 'held'],
    ],
  )
  const arms = report.arms.map(({ arm, source, answers }) => [arm, source.kind, answers])
  assert.deepEqual(arms, [
    ['incumbent', 'frozen', 60],
    ['candidate', 'asked', 60],
    ['negative', 'rearranged', 60],
    ['repeat', 'frozen', 20],
  ])
  assert.equal(report.plan?.trials, 2)
  assert.equal(report.calls.answered, 60)
  for (const format of ['text', 'md', 'html']) {
    const shown = await qualify(folder, ['show', trial.slice(0, 18), '--format', format])
    assert.equal(shown.status, 0, shown.stderr)
    assert.match(shown.stdout, /QUALIFIED/)
  }
  const compared = await qualify(folder, ['compare', goodCandidate, badCandidate])
  assert.equal(compared.status, 0, compared.stderr)
  assert.match(compared.stdout, /NOT_QUALIFIED +cedar/)
  assert.match(compared.stdout, /\nQUALIFIED +birch/)
  const header = join(folder, 'tasks/count/task-set.json')
  const set = JSON.parse(readFileSync(header, 'utf8')) as object
  writeFileSync(header, JSON.stringify({ ...set, system: 'Only the number.' }))
  const later = await qualify(folder, ['compare', goodCandidate, badCandidate])
  assert.equal(later.status, 0, later.stderr)
  assert.match(later.stdout, /\nEXPIRED +birch/)
  assert.match(
    later.stdout,
    /It was QUALIFIED and counts as EXPIRED now, as of .*:\s+prompt changed/,
  )
})
