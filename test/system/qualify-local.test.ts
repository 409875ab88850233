import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { VerdictRecord } from '../../src/schema/verdict.ts'
import { createRandomSource } from '../oracle/random-source.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type RunningEngine, startEngine } from '../support/local-engine.ts'
import { localModel } from '../support/local-model.ts'
import {
  badCandidate,
  goodCandidate,
  incumbent,
  qualify,
  trialWorld,
} from '../support/trial-world.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * A trial of real weights in real engines, through the real gateway: which CVE does an advisory name? The incumbent and
 * the good candidate are the same weights, each in an engine of its own; the bad candidate has them too, with positions
 * scaled so that it no longer makes sense of what it reads. Where neither engine nor weights can be had, it is skipped.
 */

setGatewayKeys()
const found = localModel()
const why = typeof found === 'string' ? found : false
const tasks = Number(process.env['HOLDFAST_LOCAL_TRIAL_TASKS'] ?? 20)
const seed = Number(process.env['HOLDFAST_LOCAL_TRIAL_SEED'] ?? 20_261_125)
const folder = temporaryFolder()
const words = (model: string): string => model.split('/')[1] ?? ''

suite('a trial of real weights', { skip: why, timeout: 3_000_000 }, () => {
  const engines: RunningEngine[] = []
  let gateway: GatewayProcess

  before(async () => {
    if (typeof found === 'string') return
    process.umask(0o077)
    const { config, files } = trialWorld({
      upstream: 'http://127.0.0.1:1',
      tasks: 1,
      // Two candidates at once: so few tasks can show no less.
      trial: { margin: 0.2, marginReason: 'a test of twenty tasks' },
    })
    const routes: object[] = []
    for (const [id, model, more] of [
      ['yard', incumbent, []],
      ['north', goodCandidate, []],
      ['south', badCandidate, ['--rope-freq-scale', '0.02']],
    ] as const) {
      const engine = await startEngine(found, words(model), more)
      engines.push(engine)
      routes.push({
        id,
        provider: 'self',
        protocol: 'openai-chat',
        baseUrl: `${engine.url}/v1`,
        credential: 'none',
        region: 'de',
        models: { [model]: words(model) },
        priceOverride: { [model]: { currency: 'EUR', inputPerMillion: 1, outputPerMillion: 4 } },
      })
    }
    const own = { ...config, routes, workflows: (config['workflows'] as object[]).slice(0, 1) }
    gateway = await startGateway(folder, own, { ...files, ...advisoryTasks(tasks) })
  })
  after(async () => {
    await gateway?.stop()
    await Promise.all(engines.map(({ stop }) => stop()))
  })

  test('the same weights elsewhere are qualified, spoilt ones are not', async () => {
    const ran = await qualify(folder, ['run', '--format', 'json'])
    assert.equal(ran.status, 0, ran.stderr)
    const { trials } = JSON.parse(ran.stdout) as { trials: { verdict: unknown }[] }
    const verdicts = trials.map(({ verdict }) => VerdictRecord.parse(verdict))
    assert.deepEqual(
      verdicts.map(({ key, verdict }) => [key.model, verdict, key.servedModel]),
      [
        [badCandidate, 'NOT_QUALIFIED', words(badCandidate)],
        [goodCandidate, 'QUALIFIED', words(goodCandidate)],
      ],
      (await qualify(folder, ['show', verdicts.at(-1)?.trial ?? ''])).stdout,
    )
    const [, good] = verdicts
    const shown = await qualify(folder, ['show', good?.trial ?? '', '--format', 'json'])
    const { result, arms } = TrialReport.parse(JSON.parse(shown.stdout))
    assert.equal(result.counts.scored, tasks)
    assert.ok(result.controls.every(({ state }) => state === 'held'))
    assert.ok(arms.length > 0)
  })
})

/** Advisories that were made up, each with a number of its own. */
function advisoryTasks(count: number): Readonly<Record<string, string>> {
  const random = createRandomSource(seed)
  const products = ['nginx', 'OpenSSL', 'curl', 'sudo', 'Redis', 'Samba', 'Exim', 'Tomcat'] as const
  const lines = Array.from({ length: count }, (_, index) => {
    const cve = `CVE-${random.between(2015, 2026)}-${1_000 + index * 37}`
    const advisory = `Advisory: a flaw in ${random.pick(products)} was reported as ${cve}. It allows a crash.`
    return {
      id: `t${index}`,
      request: {
        messages: [
          {
            role: 'user',
            content: `${advisory}\n\nWhich CVE number does the advisory name? Answer with the CVE number only.`,
          },
        ],
        parameters: { maxOutputTokens: 24, temperature: 0 },
      },
      graders: [{ grader: 'regex', pattern: `${cve}(?:\\D|$)` }],
      ...(index < 5 ? { knownGood: [`It is ${cve}.`], knownBad: ['CVE-2014-0160'] } : {}),
    }
  })
  return {
    'tasks/count/task-set.json': JSON.stringify({
      schemaVersion: 1,
      id: 'count',
      title: 'Which CVE an advisory names',
      task: 'extraction',
      licence: 'Apache-2.0',
      provenance: { kind: 'synthetic' },
    }),
    'tasks/count/tasks.jsonl': lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  }
}
