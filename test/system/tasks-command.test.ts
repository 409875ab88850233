import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

const rows = [
  {
    prompt: 'Mail maria.ortiz@acme-corp.com her key sk-ant-api03-abcdefghijklmnopqrstuv',
    expected: 'sent to maria.ortiz@acme-corp.com',
  },
  { prompt: 'What is 6 times 7?', expected: 42 },
  { wrong: true },
]

function folderWithRows(): string {
  const folder = temporaryFolder()
  writeFiles(folder, { 'rows.jsonl': rows.map((one) => JSON.stringify(one)).join('\n') })
  return folder
}

test('rows become a task set; bad ones are told and counted', () => {
  const cwd = folderWithRows()
  const ran = holdfast(
    ['tasks', 'import', 'rows.jsonl', '--output', 'tasks/mine', '--licence', 'proprietary'],
    { cwd },
  )
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /rows\.jsonl:3: none of messages, input/)
  assert.match(ran.stdout, /2 tasks in tasks\/mine; 1 row could not be read/)
  const shown = JSON.parse(
    holdfast(['tasks', 'show', 'tasks/mine', '--format', 'json'], { cwd }).stdout,
  )
  assert.deepEqual(shown.tasks, ['row-1', 'row-2'])
  assert.match(shown.digests.corpus, /^sha256:[0-9a-f]{64}$/)
  assert.match(holdfast(['tasks', 'list'], { cwd }).stdout, /tasks\/mine +2 tasks/)
  assert.equal(
    holdfast(['tasks', 'import', 'rows.jsonl', '--output', 'tasks/mine'], { cwd }).status,
    2,
  )
})

test('redaction takes secrets and persons out before anything is written, alike under one key', () => {
  const cwd = folderWithRows()
  const environment = { REDACT_KEY: 'a-secret-of-our-own-1' }
  for (const output of ['one', 'two']) {
    const ran = holdfast(
      [
        'tasks',
        'import',
        'rows.jsonl',
        '--output',
        output,
        '--redact',
        '--redact-key',
        'env:REDACT_KEY',
      ],
      { cwd, environment },
    )
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout, /taken out: .*2 × email/)
  }
  const [one, two] = ['one', 'two'].map((name) =>
    readFileSync(join(cwd, name, 'tasks.jsonl'), 'utf8'),
  )
  assert.equal(one, two)
  assert.ok(!/maria|sk-ant/.test(one ?? ''))
  const [mail] = /person-[0-9a-f]{12}@redacted\.invalid/.exec(one ?? '') ?? []
  assert.equal((one ?? '').split(mail ?? 'nothing').length, 3)
  assert.equal(
    JSON.parse(readFileSync(join(cwd, 'one/task-set.json'), 'utf8')).redaction.state,
    'redacted',
  )
})

test('a configuration names files below its own folder alone', () => {
  const cwd = temporaryFolder()
  writeFiles(cwd, {
    'secret.txt': 'secret of another folder',
    'evals/promptfooconfig.yaml':
      'prompts: [file://in.txt, file://../secret.txt]\nproviders: []\ntests: [{ vars: { a: x } }]\n',
    'evals/in.txt': 'Say {{a}}',
  })
  const ran = holdfast(
    ['tasks', 'import', 'evals/promptfooconfig.yaml', '--output', 'set', '--format', 'json'],
    { cwd },
  )
  assert.equal(ran.status, 0, ran.stderr)
  const outcome = JSON.parse(ran.stdout)
  assert.deepEqual([outcome.tasks, outcome.badRows], [1, 1])
  assert.ok(!readFileSync(join(cwd, 'set/tasks.jsonl'), 'utf8').includes('secret'))
})

test('recorded answers of traffic are kept beside the tasks', () => {
  const cwd = temporaryFolder()
  const row = {
    id: 'o1',
    trace_id: 't',
    type: 'GENERATION',
    input: 'Hi',
    output: 'Hello',
    provided_model_name: 'm',
  }
  writeFiles(cwd, { 'observations.jsonl': JSON.stringify(row) })
  assert.equal(
    holdfast(['tasks', 'import', 'observations.jsonl', '--output', 'set'], { cwd }).status,
    0,
  )
  assert.deepEqual(JSON.parse(readFileSync(join(cwd, 'set/recorded-answers.jsonl'), 'utf8')), {
    task: 'o1',
    model: 'm',
    answer: 'Hello',
  })
})

test('what is of no known kind leaves nothing behind', () => {
  const cwd = temporaryFolder()
  writeFiles(cwd, { 'notes.txt': 'a letter', 'log.eval': 'PK\u0003\u0004 cut' })
  const unknown = holdfast(['tasks', 'import', 'notes.txt', '--output', 'set'], { cwd })
  assert.equal(unknown.status, 2)
  assert.match(unknown.stderr, /HF_TASKS_UNKNOWN/)
  assert.equal(holdfast(['tasks', 'import', 'log.eval', '--output', 'set'], { cwd }).status, 3)
  assert.ok(!existsSync(join(cwd, 'set')))
})

test('check tells what is wrong, grades known answers, and fails a gate', () => {
  const cwd = temporaryFolder()
  const header = {
    schemaVersion: 1,
    id: 's',
    title: 'S',
    task: 'other',
    graders: [{ grader: 'plug-in', module: 'short.ts', settings: 3 }],
  }
  const request = { messages: [{ role: 'user', content: 'Be short.' }] }
  writeFiles(cwd, {
    's/task-set.json': JSON.stringify(header),
    's/tasks.jsonl': [
      { id: 'a', request, knownGood: ['abc'], knownBad: ['abcd', 'ab'] },
      { id: 'b', request },
    ]
      .map((one) => JSON.stringify(one))
      .join('\n'),
    's/short.ts':
      'type Input = { answer: { text: string }; settings: number }\nexport const grader = { grade: ({ answer, settings }: Input) => ({ score: answer.text.length <= settings ? 1 : 0, reason: "length" }) }\n',
  })
  const ran = holdfast(
    ['tasks', 'check', 's', '--grade', '--need', '274', '--fail-on', 'error', '--format', 'json'],
    { cwd },
  )
  assert.equal(ran.status, 1, ran.stderr)
  const [checked] = JSON.parse(ran.stdout).sets
  assert.deepEqual(
    checked.problems.map(({ kind }: { kind: string }) => kind),
    ['duplicate', 'few-tasks', 'no-licence', 'no-provenance', 'not-redacted'],
  )
  assert.deepEqual([checked.knownAnswers, checked.misgraded.length], [3, 1])
  // Clopper and Pearson for one of one and one of two.
  assert.deepEqual(
    [checked.accuracy.good, checked.accuracy.bad].map(({ right, of, low, high }) =>
      [right, of, low, high].map((one: number) => one.toFixed(4)),
    ),
    [
      ['1.0000', '1.0000', '0.0250', '1.0000'],
      ['1.0000', '2.0000', '0.0126', '0.9874'],
    ],
  )
  assert.equal(holdfast(['tasks', 'check', 's'], { cwd }).status, 0)
})

test('check plans: what a workflow or flags ask for, and what the set cannot show', () => {
  const cwd = temporaryFolder()
  const trial = { tasks: 's', margin: 0.05, marginReason: 'small' }
  const workflow = { id: 'triage', task: 'incident-triage', criticality: 'critical', trial }
  writeFiles(cwd, {
    'holdfast.yaml': JSON.stringify({
      version: 1,
      organisation: { name: 'Acme' },
      workflows: [workflow],
    }),
  })
  const planned = (words: readonly string[]) => {
    const ran = holdfast(['tasks', 'check', 'secure-fix', '--format', 'json', ...words], { cwd })
    assert.equal(ran.status, 0, ran.stderr)
    const [{ plan, problems }] = JSON.parse(ran.stdout).sets
    return { plan, problems }
  }
  const { plan, problems } = planned(['--need', '--margin', '0.05', '--discordance', '0.1'])
  assert.deepEqual([plan.neededAlone, plan.tasks, plan.netLossesMax], [274, 42, null])
  assert.ok(plan.needed > 274 && plan.needed < plan.neededAtWorst)
  assert.match(JSON.stringify(problems), new RegExp(`a trial .* needs ${plan.needed}`))
  const critical = planned(['--need', '--workflow', 'triage', '--correlation', '0']).plan
  assert.deepEqual([critical.design.alpha, critical.design.margin], [0.025, 0.05])
  assert.ok(critical.needed > 274)
  assert.equal(planned(['--need', '274']).plan, null)
  const unknown = holdfast(['tasks', 'check', 'secure-fix', '--need'], { cwd })
  assert.equal(unknown.status, 2)
  assert.match(unknown.stderr, /the margin is not known/)
})

test('a set with a bad line is refused with its place', () => {
  const cwd = temporaryFolder()
  writeFiles(cwd, {
    's/task-set.json': '{"schemaVersion": 1, "id": "s", "title": "S", "task": "other"}',
    's/tasks.jsonl': '\n{"id": 1}\n',
  })
  const ran = holdfast(['tasks', 'check', 's'], { cwd })
  assert.equal(ran.status, 2)
  assert.match(ran.stderr, /s\/tasks\.jsonl:2/)
})
