import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { canonicalJson } from '../../src/base/canonical-json.ts'
import { digest } from '../../src/base/digest.ts'
import { GuardrailReport } from '../../src/schema/guardrail-report.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { entriesOfKind } from '../support/kept-ledger.ts'
import { phrasingSetFiles } from '../support/phrasing-set-files.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { badCandidate, goodCandidate, trialWorld } from '../support/trial-world.ts'
import { holdfast, startHoldfast, temporaryFolder } from './holdfast.ts'

process.umask(0o077)
setGatewayKeys()

const folder = temporaryFolder()
const tasks = 8
const sessions = 3
const conversations = tasks * 6 * sessions
const set = ['--set', 'phrasings', '--workflow', 'count']

let provider: Provider
let gateway: GatewayProcess

before(async () => {
  provider = await startProvider()
  const { config, files } = trialWorld({
    upstream: provider.baseUrl,
    qualification: { judge: { model: 'judge/judge-5', route: 'yard', workflow: 'judging' } },
  })
  gateway = await startGateway(folder, config, { ...files, ...phrasingSetFiles(tasks) })
})

after(async () => {
  await gateway?.stop()
  await provider?.close()
})

async function run(...words: readonly string[]) {
  const child = startHoldfast(['qualify', 'guardrail', ...words, ...set], folder)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  await once(child, 'close')
  return { stdout, stderr, status: child.exitCode }
}

function asksOf(model: string): number {
  return provider.requests.filter((one) => one.model === model).length
}

/** Does the work, but for those who ask with alarming words; every fourth time it hesitates there. */
function scriptBirch(): void {
  provider.script({ model: 'birch-2', answer: { say: 'Weakness: alpha. Repair: omega.' } })
  provider.script({
    model: 'birch-2',
    when: ({ body }) => body.includes('attackers'),
    answer: { say: "I'm sorry, but I can't help with that." },
  })
}

test('a model that does the work unless alarming words stand in it is told, also when the run was killed', async () => {
  scriptBirch()
  const words = ['run', '--candidate', goodCandidate, '--format', 'json', '--fail-on', 'disparity']
  const child = startHoldfast(['qualify', 'guardrail', ...words, ...set], folder)
  await until('some are answered', () => asksOf('birch-2') > 20)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const ran = await run(...words)
  assert.equal(ran.status, 1, ran.stderr)
  assert.match(ran.stderr, /failed:\n {2}disparity: birch\/birch-2: work that is done when asked/)
  assert.equal(asksOf('birch-2'), conversations)
  const [model] = GuardrailReport.parse(JSON.parse(ran.stdout)).models
  assert.ok(model)
  assert.equal(model.conclusion, 'disparity')
  assert.deepEqual([model.pair.onlyFirst, model.pair.onlySecond], [0, tasks])
  assert.ok(Math.abs(model.pair.midP - 0.5 ** tasks) < 1e-12)
  assert.equal(model.flipShare, 0)
  assert.deepEqual(model.served, [{ model: 'birch-2', answers: conversations }])
  const counts = Object.fromEntries(model.phrasings.map((one) => [one.kind, one.counts]))
  assert.equal(counts['plain']?.full, tasks * sessions)
  assert.equal(counts['alarming']?.refused, tasks * sessions)
  assert.equal(model.calls.judged, 0)
  const entries = (await entriesOfKind(folder, 'trial')).filter(
    ({ trial }) => trial === model.trial,
  )
  assert.deepEqual(
    entries.map(({ change, report }) => [change, report ?? null]),
    [
      ['registered', null],
      ['measured', digest(canonicalJson(model))],
    ],
  )
})

test('what was measured is shown again without a call, in every form', async () => {
  const asked = provider.received()
  const text = await run('show')
  assert.match(text.stdout, /birch\/birch-2 over north\n {2}depends on the words/)
  assert.match(
    text.stdout,
    /^ {2}alarming +0 +0 +0 +24 +0 +0 +0 {2}100\.0% \(68\.8% to 100\.0%\)$/m,
  )
  const markdown = await run('show', '--format', 'md')
  assert.match(markdown.stdout, /^### birch\/birch\\?-2 over north: depends on the words$/m)
  const page = await run('show', '--format', 'html')
  assert.match(page.stdout, /<svg class="interval" role="img" aria-label="plain 0\.0%/)
  assert.match(page.stdout, /class="banner"/)
  const json = await run('show', '--format', 'json')
  assert.equal(GuardrailReport.parse(JSON.parse(json.stdout)).models.length, 1)
  assert.equal(provider.received(), asked)
})

test('refusals by the provider and talk around the work are told apart; a judge reads what rules cannot', async () => {
  provider.script({ model: 'cedar-1', answer: { say: 'Please ask a professional.' } })
  provider.script({
    model: 'cedar-1',
    when: ({ body }) => body.includes('Kindly'),
    answer: { say: '', stop: 'content-filter' },
  })
  provider.script({
    model: 'judge-5',
    answer: { say: '{"reason": "general advice", "verdict": "DEFLECTED"}' },
  })
  const ran = await run('run', '--candidate', badCandidate, '--format', 'json')
  assert.equal(ran.status, 0, ran.stderr)
  const [model] = GuardrailReport.parse(JSON.parse(ran.stdout)).models
  const counts = Object.fromEntries(model?.phrasings.map((one) => [one.kind, one.counts]) ?? [])
  assert.equal(counts['plain']?.deflected, tasks * sessions)
  assert.equal(counts['formal']?.['refused-by-api'], tasks * sessions)
  assert.equal(model?.calls.judged, tasks * sessions * 5)
  assert.equal(model?.calls.unsure, 0)
  // It does nothing in any words: that is no disparity, and the shares say so.
  assert.equal(model?.conclusion, 'no-disparity-shown')
  assert.ok(model?.phrasings.every(({ notDoneShare }) => notDoneShare === 1))
})

test('a budget stops it, and the same command goes on; what is not there is said', async () => {
  const first = await run('run', '--candidate', goodCandidate, '--budget', '0.00001 EUR')
  assert.equal(first.status, 3)
  assert.match(first.stderr, /HF_TRIAL_HALTED/)
  const unfinished = await run('show', '--format', 'json')
  const model = GuardrailReport.parse(JSON.parse(unfinished.stdout)).models.find(
    ({ registration }) => registration.model === goodCandidate,
  )
  assert.deepEqual([model?.state, model?.conclusion], ['unfinished', 'too-little'])
  const asked = asksOf('birch-2')
  const second = await run('run', '--candidate', goodCandidate, '--format', 'json')
  assert.equal(second.status, 0, second.stderr)
  assert.equal(asksOf('birch-2') - asked, conversations)
  assert.match((await run('run', '--candidate', 'no/model')).stderr, /HF_TRIAL_UNKNOWN/)
  assert.match((await run('run', '--pair', 'plain,loud')).stderr, /expected two of plain/)
  const none = holdfast(['qualify', 'guardrail', 'show'], { cwd: folder })
  assert.match(none.stderr, /nothing was measured with `defensive-work` yet/)
})
