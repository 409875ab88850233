import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { VerdictRecord } from '../../src/schema/verdict.ts'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { TrialResult } from '../../src/schema/trial-result.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { qualify, trialWorld, type TrialWorldOptions } from '../support/trial-world.ts'
import { startHoldfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** What keeps a trial from its end, and what ends it before its last task. */

let provider: Provider
const gateways: GatewayProcess[] = []

before(async () => {
  setGatewayKeys()
  process.umask(0o077)
  provider = await startProvider({ keepRequests: 1_000_000 })
  provider.script({ model: 'cedar-1', answer: { say: 'I do not know' } })
})

after(async () => {
  for (const gateway of gateways) await gateway.stop()
  await provider.close()
})

/** A world of its own with one candidate, and the number of requests before its first one. */
async function world(options: Partial<TrialWorldOptions> = {}) {
  const folder = temporaryFolder()
  const parts = trialWorld({
    upstream: provider.baseUrl,
    tasks: 40,
    ...options,
    workflow: { fallbacks: ['birch/birch-2'], ...options.workflow },
  })
  const gateway = await startGateway(folder, parts.config, parts.files)
  gateways.push(gateway)
  const mark = provider.requests.length
  const asked = () =>
    provider.requests.slice(mark).map(({ model, body }) => `${model} ${String(body)}`)
  return { folder, gateway, asked, ...parts }
}

async function decided(folder: string, words: readonly string[] = []) {
  const ran = await qualify(folder, ['run', '--format', 'json', ...words])
  assert.equal(ran.status, 0, ran.stderr)
  const { trials } = JSON.parse(ran.stdout) as {
    trials: { verdict: unknown; result: unknown }[]
  }
  return trials.map(({ verdict, result }) => ({
    verdict: VerdictRecord.parse(verdict),
    result: TrialResult.parse(result),
  }))
}

test('the budget ends it, and more money goes on with it; no call is made twice', async () => {
  const { folder, asked } = await world()
  const poor = await qualify(folder, ['run', '--budget', '0.0015 EUR'])
  assert.equal(poor.status, 3, poor.stderr)
  assert.match(poor.stderr, /the budget does not allow another call \(\d+ are answered\)/)
  const before = asked().length
  assert.ok(before > 5 && before < 100, String(before))
  const status = await qualify(folder, ['status'])
  assert.match(status.stdout, new RegExp(`running +${before}, to 40 comparisons`))
  const [one] = await decided(folder, ['--budget', '1'])
  assert.equal(one?.verdict.verdict, 'QUALIFIED')
  assert.equal(asked().length, 100)
  // The incumbent is asked some questions again, on purpose.
  assert.equal(new Set(asked()).size, 80)
})

test('Ctrl-C lets calls under way end, and the same command goes on', async () => {
  const { folder, asked } = await world({ paceMs: 30 })
  const child = startHoldfast(['qualify', 'run'], folder)
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  const ended = once(child, 'close')
  await until('some calls are made', () => asked().length > 10)
  child.kill('SIGINT')
  await ended
  assert.equal(child.exitCode, 3, await stderr)
  assert.match(
    await stderr,
    /stopping: calls under way are finished[\s\S]*stopped after \d+ answers/,
  )
  assert.equal(await stdout, '')
  const before = asked().length
  const [, told] = /stopped after (\d+) answers/.exec(await stderr) ?? []
  assert.equal(Number(told), before)
  const [one] = await decided(folder)
  assert.equal(one?.verdict.verdict, 'QUALIFIED')
  assert.equal(asked().length, 100)
})

test('a gateway that goes away leaves a trial that goes on with the next one', async () => {
  const { folder, gateway, config, asked } = await world({ paceMs: 30 })
  const running = qualify(folder, ['run'])
  await until('some calls are made', () => asked().length > 10)
  await gateway.kill('SIGKILL')
  const halted = await running
  assert.equal(halted.status, 3, halted.stderr)
  assert.match(halted.stderr, /HF_TRIAL_HALTED[\s\S]*the gateway at .* does not answer/)
  gateways.push(await startGateway(folder, config))
  // What was under way is gone with the gateway: nobody knows whether it was paid for.
  const lost = await qualify(folder, ['run'])
  assert.equal(lost.status, 3, lost.stderr)
  assert.match(lost.stderr, /the answers of \d calls were lost with a process; --ask-again/)
  const [one] = await decided(folder, ['--ask-again'])
  assert.equal(one?.verdict.verdict, 'QUALIFIED')
  assert.ok(asked().length <= 104, String(asked().length))
})

test('a judge that cannot be read leaves too much unscored: the trial is invalid', async () => {
  const script = provider.script({ model: 'judge-5', answer: { say: 'It seems fine to me.' } })
  const { folder } = await world({
    graders: [{ grader: 'judge', rubric: 'The number is right.' }],
    qualification: { judge: { model: 'judge/judge-5', route: 'yard', workflow: 'judging' } },
  })
  const [one] = await decided(folder)
  assert.equal(one?.verdict.verdict, 'INVALID')
  assert.deepEqual(one?.result.reasons[0]?.code, 'too-many-unscored')
  assert.equal(one?.result.counts.byKind['judge-error'], 40)
  script.remove()
})

test('a judge that was calibrated stands in the report with its figures', async () => {
  const script = provider.script({
    model: 'judge-5',
    answer: { say: '{"reason": "fine", "verdict": "PASS"}' },
  })
  const { folder } = await world({
    graders: [{ grader: 'exact' }, { grader: 'judge', rubric: 'The number is right.', votes: 1 }],
    qualification: { judge: { model: 'judge/judge-5', route: 'yard', workflow: 'judging' } },
  })
  const calibrated = await qualify(folder, ['calibrate', '--workflow', 'count', '--votes', '1'])
  assert.equal(calibrated.status, 0, calibrated.stderr)
  const [one] = await decided(folder)
  assert.equal(one?.verdict.verdict, 'QUALIFIED')
  const shown = await qualify(folder, ['show', one?.verdict.trial ?? '', '--format', 'json'])
  const { judge, graders } = TrialReport.parse(JSON.parse(shown.stdout))
  // It passes everything: all good answers rightly, all bad ones wrongly.
  const { good, bad } = judge?.calibration ?? {}
  assert.deepEqual([good?.right, good?.of, bad?.right, bad?.of], [5, 5, 0, 5])
  assert.equal(judge?.errors, 0)
  assert.equal(graders.find(({ grader }) => grader === 'exact')?.accuracy?.good.right, 5)
  script.remove()
})

test('an e-process ends as soon as it can tell, either way, and pays for no more', async () => {
  const { folder, asked } = await world({
    tasks: 120,
    trial: { mode: 'e-process' },
    workflow: { fallbacks: ['birch/birch-2', 'cedar/cedar-1'] },
  })
  const [good, bad] = await decided(folder)
  assert.deepEqual([good?.verdict.verdict, bad?.verdict.verdict], ['QUALIFIED', 'NOT_QUALIFIED'])
  // With two trials the evidence has to be twice as strong: 43 tasks would do for one.
  const [ofGood = 0, ofBad = 0] = ['birch-2', 'cedar-1'].map(
    (model) => asked().filter((one) => one.startsWith(model)).length,
  )
  assert.ok(ofGood >= 43 && ofGood <= 80, String(ofGood))
  assert.ok(ofBad <= 20, String(ofBad))
  assert.equal(good?.result.counts.scored, ofGood)
  // The incumbent is asked once for both, and some of it again to see its noise.
  const ofIncumbent = asked().filter((one) => one.startsWith('oak-9'))
  assert.equal(new Set(ofIncumbent).size, ofGood)
  assert.ok(ofIncumbent.length <= ofGood + 24, String(ofIncumbent.length))
})

test('an answer of another model qualifies nobody', async () => {
  const script = provider.script({ model: 'birch-2', fault: 'lying-model', times: 1 })
  const { folder } = await world({
    workflow: { fallbacks: ['birch/birch-2'], requireQualified: false },
  })
  const [one] = await decided(folder)
  assert.equal(one?.verdict.verdict, 'NOT_QUALIFIED')
  assert.equal(one?.result.reasons[0]?.code, 'served-model')
  assert.equal(one?.result.counts.byKind['reroute'], 1)
  script.remove()
})

test('several answers to a task count as one cluster', async () => {
  const { folder, asked } = await world({ tasks: 30, trial: { attempts: 2 } })
  const [one] = await decided(folder)
  assert.equal(one?.result.counts.planned, 60)
  assert.equal(one?.result.counts.clusters, 30)
  assert.equal(asked().length, 60 + 60 + 20)
})

test('another question is another trial, and one process at a time asks', async () => {
  const { folder, files, asked } = await world()
  await qualify(folder, ['run', '--budget', '0'])
  const changed = { ...files }
  changed['tasks/count/tasks.jsonl'] = (files['tasks/count/tasks.jsonl'] ?? '').replaceAll(
    'Number ',
    'Which number, ',
  )
  writeFiles(folder, changed)
  const refused = await qualify(folder, ['run'])
  assert.equal(refused.status, 2, refused.stderr)
  assert.match(refused.stderr, /is open, and was registered with other digests/)
  assert.equal(asked().length, 0)
  const [first, second] = await Promise.all([
    qualify(folder, ['run', '--anew']),
    qualify(folder, ['run', '--anew']),
  ])
  const conflict = [first, second].find(({ status }) => status === 3)
  assert.match(
    conflict?.stderr ?? '',
    /HF_TRIAL_CONFLICT: (?:process \d+|another process) runs trials/,
  )
  const status = await qualify(folder, ['status'])
  assert.match(status.stdout, /abandoned/)
  assert.match(status.stdout, /QUALIFIED/)
  const again = await qualify(folder, ['run'])
  assert.match(again.stdout, /QUALIFIED by trial [\s\S]*--again tries it again/)
  assert.equal(asked().length, 100)
})

test('wrong words are told, and nothing is asked', async () => {
  const { folder, asked } = await world()
  const wrong = async (words: readonly string[], told: RegExp) => {
    const ran = await qualify(folder, words)
    assert.equal(ran.status, 2, ran.stderr)
    assert.match(ran.stderr, told)
  }
  await wrong(['run', '--workflow', 'cuont'], /no workflow `cuont`[\s\S]*perhaps `count`/)
  await wrong(['run', '--candidate', 'x/y'], /leads to `x\/y`/)
  await wrong(['run', '--budget', 'much'], /--budget `much` is no amount/)
  await wrong(['run', '--budget', '5 USD'], /the budget of `count: birch.*` cannot be kept/)
  await wrong(['run', '--fail-on', 'anything'], /unqualified/)
  await wrong(['plan', '--discordance', '2'], /a share above 0/)
  await wrong(['show', 'no-such-trial'], /there is no trial `no-such-trial`/)
  await wrong(['status', '--fail-on', 'late'], /unqualified, expired/)
  await wrong(['compare', 'x/y', 'z/y'], /no decided trial tried `x\/y`/)
  await wrong(['freeze', 'judging'], /has no `trial`/)
  assert.equal(asked().length, 0)
})
