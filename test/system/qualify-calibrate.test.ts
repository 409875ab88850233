import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { canonicalJson } from '../../src/base/canonical-json.ts'
import { digest } from '../../src/base/digest.ts'
import { JudgeCalibration } from '../../src/schema/judge-calibration.ts'
import { TrialParameters } from '../../src/schema/trial-parameters.ts'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { entriesOfKind } from '../support/kept-ledger.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { trialWorld } from '../support/trial-world.ts'
import { startHoldfast, temporaryFolder } from './holdfast.ts'

process.umask(0o077)
setGatewayKeys()

const folder = temporaryFolder()
let provider: Provider
let gateway: GatewayProcess

/** Ten tasks with a good and a bad answer each; the good one to `t9` looks bad to a hasty judge. */
const tasks = Array.from({ length: 10 }, (_, index) => ({
  id: `t${index}`,
  request: { messages: [{ role: 'user', content: `What is the colour of box ${index}?` }] },
  knownGood: [index === 9 ? 'wrong-looking good' : 'right'],
  knownBad: ['wrong'],
}))

function world(judge: string) {
  const { config, files } = trialWorld({
    upstream: provider.baseUrl,
    trial: { tasks: 'tasks/boxes' },
    qualification: { judge: { model: judge, route: 'yard', workflow: 'judging' } },
  })
  return {
    config,
    files: {
      ...files,
      'tasks/boxes/task-set.json': JSON.stringify({
        schemaVersion: 1,
        id: 'boxes',
        title: 'Boxes',
        task: 'other',
        provenance: { kind: 'synthetic' },
        graders: [{ grader: 'judge', rubric: 'It says the colour.', votes: 3 }],
      }),
      'tasks/boxes/tasks.jsonl': tasks.map((task) => `${JSON.stringify(task)}\n`).join(''),
    },
  }
}

before(async () => {
  provider = await startProvider()
  const { config, files } = world('judge/judge-5')
  gateway = await startGateway(folder, config, files)
})

after(async () => {
  await gateway?.stop()
  await provider?.close()
})

const run = (...words: readonly string[]) => qualify('calibrate', 'tasks/boxes', ...words)

async function qualify(...words: readonly string[]) {
  const child = startHoldfast(['qualify', ...words], folder)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  await once(child, 'close')
  return { stdout, stderr, status: child.exitCode }
}

/** Passes what does not say `wrong`; of two it prefers the first one, unless the second alone is free of `wrong`. */
function scriptHastyJudge(): void {
  const say = (verdict: string) => ({ say: JSON.stringify({ reason: 'as it looks', verdict }) })
  const answer = (body: Buffer, name: string): string =>
    new RegExp(`<${name}>(?<text>.*?)</${name}>`, 's').exec(
      body.toString('utf8').replaceAll('\\n', '\n'),
    )?.groups?.['text'] ?? ''
  provider.script({ model: 'judge-5', answer: say('PASS') })
  provider.script({
    model: 'judge-5',
    when: ({ body }) => answer(body, 'answer').includes('wrong'),
    answer: say('FAIL'),
  })
  provider.script({
    model: 'judge-5',
    when: ({ body }) => body.includes('<answer-a>'),
    answer: say('A'),
  })
  provider.script({
    model: 'judge-5',
    when: ({ body }) =>
      answer(body, 'answer-a').includes('wrong') && answer(body, 'answer-b').includes('right'),
    answer: say('B'),
  })
}

test('a judge is measured on known answers by rubric and in pairs, also when the command was killed', async () => {
  scriptHastyJudge()
  const planned = 10 * 2 * 3 + 10 * 2
  const child = startHoldfast(['qualify', 'calibrate', 'tasks/boxes'], folder)
  await until('some are judged', () => provider.received() > 15)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const ran = await run('--format', 'json')
  assert.equal(ran.status, 0, ran.stderr)
  assert.equal(provider.requests.filter(({ model }) => model === 'judge-5').length, planned)
  const found = JudgeCalibration.parse(JSON.parse(ran.stdout))
  const { rubric, pairs, disagreements, calls, state } = found
  assert.deepEqual([state, calls], ['finished', { planned, answered: planned, lost: 0 }])
  assert.deepEqual([rubric.good.right, rubric.good.of], [9, 10])
  assert.deepEqual([rubric.bad.right, rubric.bad.of, rubric.unscored], [10, 10, 0])
  // Clopper–Pearson for 9 of 10.
  assert.ok(Math.abs(rubric.good.low - 0.5549839) < 1e-6)
  assert.deepEqual(rubric.wrong, [{ task: 't9', label: 'good', index: 0, reason: 'as it looks' }])
  // Of the two that look wrong it takes whichever stands first.
  assert.deepEqual([pairs.right.count, pairs.flips.count, pairs.wrong.count], [9, 1, 0])
  assert.equal(disagreements.count, 0)
  const entries = (await entriesOfKind(folder, 'trial')).filter(
    ({ trial }) => trial === found.measurement,
  )
  assert.deepEqual(
    entries.map(({ change, report }) => [change, report ?? null]),
    [
      ['registered', null],
      ['measured', digest(canonicalJson(found))],
    ],
  )
})

test('a trial that is registered afterwards names the calibration, and its report has the figures', async () => {
  for (const model of ['oak-9', 'birch-2']) provider.script({ model, answer: { say: 'right' } })
  // Of the tasks of the trial, without naming them: the same ones, so that nothing is new about them.
  const again = await qualify('calibrate', '--format', 'json')
  const calibration = JudgeCalibration.parse(JSON.parse(again.stdout))
  const ran = await qualify('run', '--candidate', 'birch/birch-2')
  assert.equal(ran.status, 0, ran.stderr)
  const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(ran.stdout) ?? []
  const shown = await qualify('show', id, '--format', 'json')
  const { judge, registration } = TrialReport.parse(JSON.parse(shown.stdout))
  const named = { measurement: calibration.measurement, report: digest(canonicalJson(calibration)) }
  assert.deepEqual(judge?.calibratedBy, named)
  assert.deepEqual(TrialParameters.parse(registration.parameters).calibration, named)
  assert.deepEqual(judge?.calibration, calibration.rubric)
  assert.ok((judge?.asked ?? 0) > 20)
})

test('replies that are no verdict are no figure', async () => {
  provider.reset()
  provider.script({ model: 'judge-5', answer: { say: 'I think it passes.' } })
  const ran = await run()
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /sensitivity +– +\(0\.0% to 100\.0%\) {2}0 of 0/)
  assert.match(ran.stdout, /without a verdict: 20 answers, 10 pairs/)
})

test('a judge of the family of one of those that it would judge is refused before a call', async () => {
  const asked = provider.received()
  const partial = await run('--candidate', 'judge/judge-5')
  assert.equal(partial.status, 2)
  assert.match(partial.stderr, /HF_TRIAL_UNREADY.*of the family of `judge\/judge-5`/)
  const none = await qualify('calibrate', 'tasks/count')
  assert.match(none.stderr, /`count` has no known answers/)
  assert.equal(provider.received(), asked)
})
