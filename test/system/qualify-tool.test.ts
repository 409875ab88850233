import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { readTaskSet } from '../../src/cli/tasks/read-task-set.ts'
import type { Task } from '../../src/schema/task-set.ts'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { smallAnalyser } from '../support/small-analyser.ts'
import { incumbent, trialWorld } from '../support/trial-world.ts'
import { startHoldfast, temporaryFolder } from './holdfast.ts'

process.umask(0o077)
setGatewayKeys()

const folder = temporaryFolder()
const tool = {
  tool: 'small-analyser',
  run: {
    command: [process.execPath, '{config}/analyser.mjs'],
    version: [process.execPath, '-p', '"1.4.0"'],
    exitCodes: [0, 1],
  },
}
const trial = { marginReason: 'one review in ten may be worse for a while', margin: 0.1 }

let provider: Provider
let gateway: GatewayProcess

/** Files with a query, half of them with a weakness that the analyser has a rule for. */
const own = Array.from({ length: 60 }, (_, index) => {
  const isSound = index % 2 === 0
  const code = isSound
    ? `db.execute("SELECT ${index}", (name,))\n`
    : `db.execute(f"SELECT ${index} WHERE name = '{name}'")\n`
  return {
    id: `query-${index}`,
    request: {
      messages: [
        {
          role: 'user',
          content: `Review this.\n\nFile: q${index}.py\n\n1  ${code}[[case: q${index}]]`,
        },
      ],
    },
    files: { [`q${index}.py`]: code },
    expected: isSound ? [] : [{ line: 1, cwe: 'CWE-89' }],
  }
})

function firstText(answers: Task['knownGood']): string {
  const [first = ''] = answers ?? []
  return typeof first === 'string' ? first : (first.text ?? '')
}

before(async () => {
  provider = await startProvider()
  const review = {
    id: 'review',
    task: 'code-review',
    model: incumbent,
    audience: ['staff'],
    fallbacks: [tool],
  }
  const { config, files } = trialWorld({
    upstream: provider.baseUrl,
    workflow: { ...review, trial: { ...trial, tasks: 'shipped:code-review-security' } },
  })
  const [first, ...others] = config['workflows'] as readonly object[]
  const queries = { ...review, id: 'queries', trial: { ...trial, tasks: 'tasks/queries' } }
  gateway = await startGateway(
    folder,
    { ...config, workflows: [first, queries, ...others] },
    {
      ...files,
      'analyser.mjs': smallAnalyser,
      'tasks/queries/task-set.json': JSON.stringify({
        schemaVersion: 1,
        id: 'queries',
        title: 'Queries',
        task: 'code-review',
        provenance: { kind: 'synthetic' },
        graders: [{ grader: 'findings' }],
      }),
      'tasks/queries/tasks.jsonl': own.map((task) => `${JSON.stringify(task)}\n`).join(''),
    },
  )
  const { tasks } = await readTaskSet('code-review-security')
  const answers = [
    ...tasks.map(
      ({ files: of, knownGood }) => [Object.keys(of ?? {})[0], firstText(knownGood)] as const,
    ),
    ...own.map(
      ({ files: of, expected }) =>
        [Object.keys(of)[0], JSON.stringify({ findings: expected })] as const,
    ),
  ]
  for (const [path = '', say] of answers)
    provider.script({
      model: 'oak-9',
      when: ({ body }) => body.includes(`File: ${path}`),
      answer: { say },
    })
})

after(async () => {
  await gateway?.stop()
  await provider?.close()
})

async function qualify(...words: readonly string[]) {
  const child = startHoldfast(['qualify', ...words], folder)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  await once(child, 'close')
  return { stdout, stderr, status: child.exitCode }
}

test('a static analyser that does the work is qualified, with its version, and no model is asked for it', async () => {
  const ran = await qualify('run', '--workflow', 'queries')
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /tool:small-analyser.*: QUALIFIED/)
  assert.deepEqual([...new Set(provider.requests.map(({ model }) => model))], ['oak-9'])
  const [, id = ''] = /(?<id>[0-9a-f-]{36})/.exec(ran.stdout) ?? []
  const shown = await qualify('show', id, '--format', 'json')
  assert.equal(shown.status, 0, shown.stderr)
  const report = TrialReport.parse(JSON.parse(shown.stdout))
  assert.equal(report.registration.candidate.model, 'tool:small-analyser')
  const arm = report.arms.find(({ arm: name }) => name === 'candidate')
  assert.match(arm?.served[0]?.model ?? '', /^small-analyser 1\.4\.0 \([0-9a-f]{12}\)$/)
  assert.deepEqual(arm?.outcomes, { answered: 60 })
  const status = await qualify('status', '--fail-on', 'unqualified', '--workflow', 'queries')
  assert.equal(status.status, 0, `${status.stdout}${status.stderr}`)
})

test('one that finds little of what a reviewer finds is not', async () => {
  const ran = await qualify('run', '--workflow', 'review', '--candidate', 'tool:small-analyser')
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /tool:small-analyser.*: NOT_QUALIFIED/)
})

test('another call of the tool ends its verdict', async () => {
  const changed = { ...tool, run: { ...tool.run, command: [...tool.run.command, '--all'] } }
  const { config } = trialWorld({ upstream: provider.baseUrl })
  const review = { id: 'queries', task: 'code-review', model: incumbent, audience: ['staff'] }
  const workflows = [
    { ...review, fallbacks: [changed], trial: { ...trial, tasks: 'tasks/queries' } },
  ]
  const { ledger: _ledger, ...rest } = config
  await gateway.configure({ ...rest, workflows })
  const status = await qualify('status', '--fail-on', 'unqualified,expired')
  assert.equal(status.status, 1, `${status.stdout}${status.stderr}`)
  assert.match(status.stdout, /queries +tool:small-analyser@command +EXPIRED \(route-changed\)/)
})

test('a tool without a command, or one that is not there, is told before anything is asked', async () => {
  const asked = provider.received()
  const none = await qualify('run', '--workflow', 'queries', '--candidate', 'tool:other')
  assert.equal(none.status, 2)
  assert.match(none.stderr, /has no tool `tool:other` that can be run/)
  assert.equal(provider.received(), asked)
})
