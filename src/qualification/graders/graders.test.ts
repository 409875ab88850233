import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GraderSettings } from '../../schema/grader-settings.ts'
import type { Task, TaskAnswer } from '../../schema/task-set.ts'
import { answerOfTask } from '../tasks/given-answer.ts'
import { isSameFamily } from './cwe-family.ts'
import { gradeAnswer, graderProblems } from './grade-answer.ts'
import { graderAccuracy } from './grader-accuracy.ts'
import type { GraderTools } from './grader.ts'
import { graders } from './graders.ts'
import { readFindings } from './read-findings.ts'

function taskOf(
  settings: GraderSettings,
  expected?: Task['expected'],
  more: Partial<Task> = {},
): Task {
  return {
    id: 'one',
    request: { messages: [{ role: 'user', content: 'a question' }] },
    graders: [settings],
    ...(expected === undefined ? {} : { expected }),
    ...more,
  }
}

async function outcome(task: Task, answer: TaskAnswer, tools: GraderTools = {}): Promise<string> {
  const { outcome: found, score } = await gradeAnswer(task, answerOfTask(answer), tools)
  return found === 'unscored' ? found : `${found} ${score}`
}

test('every grader stands under its own id and says in one line what it does', () => {
  for (const [id, grader] of Object.entries(graders)) {
    assert.equal(grader.id, id)
    assert.ok(grader.title.length > 10 && !grader.title.includes('\n'))
  }
})

test('exact compares texts without regard to white space, and with regard to all else unless told', async () => {
  const task = taskOf({ grader: 'exact' }, ['New York', 'NYC'])
  assert.equal(await outcome(task, ' New \n York '), 'pass 1')
  assert.equal(await outcome(task, 'NYC'), 'pass 1')
  assert.equal(await outcome(task, 'nyc'), 'fail 0')
  const loose = taskOf({ grader: 'exact', ignoreCase: true, ignorePunctuation: true }, 'Yes')
  assert.equal(await outcome(loose, '“yes.”'), 'pass 1')
  assert.equal(
    await outcome(taskOf({ grader: 'exact', ignoreSpace: false }, 'a b'), 'a  b'),
    'fail 0',
  )
})

test('numeric takes one number, with separators, within either tolerance', async () => {
  const task = taskOf({ grader: 'numeric', absolute: 0.1 }, 1234.5)
  assert.equal(await outcome(task, 'It is 1,234.6 km.'), 'pass 1')
  assert.equal(await outcome(task, '1234.7'), 'fail 0')
  assert.equal(await outcome(task, 'between 1234.5 and 1234.6'), 'fail 0')
  assert.equal(await outcome(taskOf({ grader: 'numeric', take: 'last' }, 4), '2 + 2 = 4'), 'pass 1')
  assert.equal(
    await outcome(taskOf({ grader: 'numeric', relative: 0.01 }, -200), '−201.9'),
    'pass 1',
  )
  assert.equal(await outcome(task, 'none'), 'fail 0')
  assert.equal(await outcome(taskOf({ grader: 'numeric' }, 'many'), '1'), 'unscored')
})

test('regex finds or must not find, and refuses what may take more than linear time', async () => {
  assert.equal(await outcome(taskOf({ grader: 'regex', pattern: '^yes' }), 'yes, it is'), 'pass 1')
  assert.equal(
    await outcome(taskOf({ grader: 'regex', pattern: 'pass', mustMatch: false }), 'pass'),
    'fail 0',
  )
  const slow = taskOf({ grader: 'regex', pattern: '(a+)+b' })
  assert.equal(graderProblems(slow).length, 1)
  assert.equal(await outcome(slow, 'a'.repeat(50)), 'unscored')
})

test('json-schema reads the whole text or one fenced block, and nothing around it', async () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }
  const task = taskOf({ grader: 'json-schema', schema })
  assert.equal(await outcome(task, '{"a": 1}'), 'pass 1')
  assert.equal(await outcome(task, 'Here:\n```json\n{"a": 1}\n```\nDone.'), 'pass 1')
  assert.equal(await outcome(task, 'Here: {"a": 1}'), 'fail 0')
  assert.equal(await outcome(task, '```\n{"a": 1}\n```\n```\n{"a": 2}\n```'), 'fail 0')
  assert.equal(await outcome(task, '{"a": "1"}'), 'fail 0')
  assert.equal(await outcome(task, '{"a": 1'), 'fail 0')
  assert.equal(
    await outcome(taskOf({ grader: 'json-schema', schema: { type: 'nonsense' } }), '1'),
    'unscored',
  )
})

test('json-similarity counts what is missing and what is too much alike', async () => {
  const expected = { a: 1, b: { c: 'x', d: [1, 2] } }
  const task = taskOf({ grader: 'json-similarity' }, expected)
  assert.equal(await outcome(task, JSON.stringify(expected)), 'pass 1')
  assert.equal(await outcome(task, '{"a": 1, "b": {"c": "x", "d": [1, 3]}}'), 'fail 0.75')
  assert.equal(await outcome(task, '{"a": 1, "b": {"c": "x", "d": [1, 2]}, "e": 1}'), 'fail 0.8')
  assert.equal(await outcome(task, '{"a": 1}'), 'fail 0.25')
  assert.equal(await outcome(task, '7'), 'fail 0')
  const set = taskOf(
    { grader: 'json-similarity', ignoreOrder: true, ignore: ['/list/*/note'] },
    { list: [{ id: 1, note: 'a' }, { id: 2 }] },
  )
  assert.equal(await outcome(set, '{"list": [{"id": 2, "note": "z"}, {"id": 1}]}'), 'pass 1')
  const near = taskOf(
    { grader: 'json-similarity', absolute: 0.01, passScore: 0.5 },
    { a: 0.3, b: 'x' },
  )
  assert.equal(await outcome(near, '{"a": 0.305, "b": "y"}'), 'pass 0.5')
})

test('findings match by line window, span and family of weaknesses, each once', async () => {
  const task = taskOf({ grader: 'findings' }, [
    { line: 10, cwe: 'CWE-89' },
    { line: 30, endLine: 34, cwe: 'CWE-121' },
  ])
  const told = (...findings: readonly object[]) => JSON.stringify({ findings })
  assert.equal(
    await outcome(task, told({ line: 12, cwe: 'CWE-943' }, { line: 36, cwe: 'CWE-787' })),
    'pass 1',
  )
  assert.equal(await outcome(task, told({ line: 10, cwe: 'CWE-89' })), `fail ${2 / 3}`)
  assert.equal(
    await outcome(task, told({ line: 14, cwe: 'CWE-89' }, { line: 30, cwe: 'CWE-121' })),
    'fail 0.5',
  )
  assert.equal(
    await outcome(task, told({ line: 10, cwe: 'CWE-89' }, { line: 10, cwe: 'CWE-89' })),
    'fail 0.5',
  )
  assert.equal(
    await outcome(
      task,
      told({ line: 1, endLine: 400, cwe: 'CWE-89' }, { line: 30, cwe: 'CWE-121' }),
    ),
    'fail 0.5',
  )
  assert.equal(await outcome(task, 'I found SQL injection in line 10.'), 'fail 0')
  const clean = taskOf({ grader: 'findings' }, [])
  assert.equal(await outcome(clean, '[]'), 'pass 1')
  assert.equal(await outcome(clean, told({ line: 1, cwe: 'CWE-20' })), 'fail 0')
})

test('a label takes another finding where its nearest is needed by another label', async () => {
  const task = taskOf({ grader: 'findings', lineWindow: 3 }, [
    { line: 10, cwe: 'CWE-89' },
    { line: 13, cwe: 'CWE-89' },
  ])
  const findings = [
    { line: 12, cwe: 'CWE-89' },
    { line: 8, cwe: 'CWE-89' },
  ]
  assert.equal(await outcome(task, JSON.stringify(findings)), 'pass 1')
})

test('weaknesses are of one family up to two steps apart, pillars and CWE-20 are of none', () => {
  for (const [a, b] of [
    ['CWE-78', 'CWE-77'],
    ['cwe_089', '89'],
    ['CWE-121', 'CWE-119'],
    ['CWE-415', 'CWE-672'],
  ] as const)
    assert.ok(isSameFamily(a, b), `${a} ${b}`)
  for (const [a, b] of [
    ['CWE-89', 'CWE-79'],
    ['CWE-190', 'CWE-682'],
    ['CWE-78', 'CWE-707'],
    ['CWE-190', 'CWE-20'],
    ['SQL', 'CWE-89'],
  ] as const)
    assert.ok(!isSameFamily(a, b), `${a} ${b}`)
})

test('a static analyser answers in SARIF', () => {
  const sarif = {
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'x',
            rules: [{ id: 'js/sql', properties: { tags: ['security', 'external/cwe/cwe-089'] } }],
          },
        },
        results: [
          {
            ruleId: 'js/sql',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'src/a.js' },
                  region: { startLine: 7, endLine: 9 },
                },
              },
            ],
          },
        ],
      },
    ],
  }
  assert.deepEqual(readFindings(JSON.stringify(sarif)), [
    { file: 'src/a.js', line: 7, endLine: 9, cwe: 'CWE-89' },
  ])
  assert.equal(readFindings('{"findings": [{"cwe": "CWE-89"}]}'), null)
})

test('tests: the runner decides, and where there is none nothing is known', async () => {
  const settings = {
    grader: 'tests',
    program: 'node',
    answerFile: 'a.mjs',
    testFile: 't.mjs',
    files: { 't.mjs': '' },
  } as const
  const answer = 'Fixed:\n```js\nexport const a = 1\n```\n'
  assert.equal(await outcome(taskOf(settings), answer), 'unscored')
  const seen: unknown[] = []
  const runTests = async (job: { readonly files: object }) => {
    seen.push(job.files)
    return { ended: 'passed' as const, output: '' }
  }
  assert.equal(await outcome(taskOf(settings), answer, { runTests }), 'pass 1')
  assert.deepEqual(seen, [{ 't.mjs': '', 'a.mjs': 'export const a = 1\n' }])
  for (const [ended, wanted] of [
    ['failed', 'fail 0'],
    ['out-of-time', 'fail 0'],
    ['out-of-memory', 'fail 0'],
    ['broken', 'unscored'],
  ] as const)
    assert.equal(
      await outcome(taskOf(settings), answer, { runTests: async () => ({ ended, output: '' }) }),
      wanted,
    )
  assert.equal(graderProblems(taskOf({ ...settings, answerFile: '../a.mjs' })).length, 1)
})

test('tool-calls match as a multiset, or in order, and arguments by value', async () => {
  const call = (name: string, args: Record<string, string | number>) => ({ name, arguments: args })
  const expected = [call('a', { x: 1 }), call('b', { y: 'Z' })]
  const task = taskOf({ grader: 'tool-calls' }, expected)
  assert.equal(await outcome(task, { toolCalls: expected.toReversed() }), 'pass 1')
  assert.equal(await outcome(task, { toolCalls: [call('a', { x: 1 })] }), 'fail 0')
  assert.equal(await outcome(task, { toolCalls: [...expected, call('c', {})] }), 'fail 0')
  assert.equal(
    await outcome(taskOf({ grader: 'tool-calls', extra: 'allowed' }, expected), {
      toolCalls: [...expected, call('c', {})],
    }),
    'pass 1',
  )
  assert.equal(
    await outcome(taskOf({ grader: 'tool-calls', order: 'strict' }, expected), {
      toolCalls: expected.toReversed(),
    }),
    'fail 0',
  )
  assert.equal(
    await outcome(taskOf({ grader: 'tool-calls', ignore: ['y'] }, expected), {
      toolCalls: [call('a', { x: 1 }), call('b', { y: 'other' })],
    }),
    'pass 1',
  )
  assert.equal(await outcome(task, 'Done.'), 'fail 0')
})

test('tool-calls that the tools of the task refuse fail, whatever was expected', async () => {
  const tools = [
    {
      name: 'a',
      parameters: {
        type: 'object',
        properties: { x: { type: 'integer' } },
        additionalProperties: false,
      },
    },
  ]
  const task = taskOf(
    { grader: 'tool-calls', extra: 'allowed' },
    [{ name: 'a', arguments: { x: 1 } }],
    {
      request: { messages: [], tools },
    },
  )
  assert.equal(await outcome(task, { toolCalls: [{ name: 'a', arguments: { x: 1 } }] }), 'pass 1')
  assert.equal(
    await outcome(task, {
      toolCalls: [
        { name: 'a', arguments: { x: 1 } },
        { name: 'a', arguments: { x: 'many' } },
      ],
    }),
    'fail 0',
  )
  assert.equal(
    await outcome(task, {
      toolCalls: [
        { name: 'a', arguments: { x: 1 } },
        { name: 'unknown', arguments: {} },
      ],
    }),
    'fail 0',
  )
})

test('a plug-in scores from 0 to 1; one that breaks or says nonsense scores nothing', async () => {
  const task = taskOf({ grader: 'plug-in', module: 'length.ts', settings: { max: 3 } })
  const plugIn = async () => ({
    grade: ({ answer, settings }: { answer: { text: string }; settings: unknown }) => ({
      score: answer.text.length <= (settings as { max: number }).max ? 1 : 0,
    }),
  })
  assert.equal(await outcome(task, 'abc', { plugIn }), 'pass 1')
  assert.equal(await outcome(task, 'abcd', { plugIn }), 'fail 0')
  assert.equal(
    await outcome(task, 'abc', { plugIn: async () => ({ grade: () => ({ score: 7 }) }) }),
    'unscored',
  )
  assert.equal(
    await outcome(task, 'abc', {
      plugIn: async () => {
        throw new Error('no file')
      },
    }),
    'unscored',
  )
  assert.equal(await outcome(task, 'abc'), 'unscored')
})

test('of several graders one that fails decides, else one without a verdict', async () => {
  const both = {
    ...taskOf({ grader: 'regex', pattern: 'a' }),
    graders: [
      { grader: 'judge', rubric: 'good' },
      { grader: 'regex', pattern: 'a' },
    ] as GraderSettings[],
  }
  assert.equal(await outcome(both, 'a'), 'unscored')
  assert.equal(await outcome(both, 'b'), 'fail 0')
  assert.equal(await outcome({ id: 'x', request: { messages: [] } }, 'a'), 'unscored')
})

test('the accuracy of graders is counted on known answers, each kind by itself', async () => {
  const tasks = [
    taskOf({ grader: 'exact' }, 'yes', { knownGood: ['yes', 'Yes'], knownBad: ['no'] }),
    taskOf({ grader: 'judge', rubric: 'x' }, 'yes', { knownGood: ['yes'] }),
  ]
  const found = await graderAccuracy(tasks, {})
  const { right, of, low, high } = found.good
  assert.deepEqual([right, of], [1, 2])
  // Clopper and Pearson for one of two: 1 − .975^(1/2) and .975^(1/2).
  assert.ok(Math.abs(low - 0.012579) < 1e-6 && Math.abs(high - 0.987421) < 1e-6)
  assert.ok(Math.abs(found.bad.low - 0.025) < 1e-9 && found.bad.high === 1)
  assert.equal(found.unscored.length, 1)
  assert.deepEqual(
    found.wrong.map(({ label, index }) => [label, index]),
    [['good', 1]],
  )
})
