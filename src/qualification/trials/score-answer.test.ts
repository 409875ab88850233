import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import { Task } from '../../schema/task-set.ts'
import { scoreAnswer } from './score-answer.ts'

const plain = Task.parse({
  id: 'sum',
  request: { messages: [{ role: 'user', content: '2 + 2?' }] },
  expected: '4',
  graders: [{ grader: 'exact' }],
})
const schema = { type: 'object', required: ['sum'], properties: { sum: { type: 'number' } } }

function answer(change: Partial<ModelAnswer> = {}): ModelAnswer {
  return {
    outcome: 'answered',
    text: '4',
    toolCalls: [],
    stop: 'stop',
    category: null,
    servedModel: 'a/one',
    providerModel: 'one-0601',
    route: 'rack',
    request: 'r1',
    usage: { input: 12, output: 3, cacheRead: null, cacheWrite: null, reasoning: null },
    at: '2026-11-25T10:00:00.000Z',
    ms: 40,
    tries: 1,
    isAskedAgain: false,
    problem: null,
    ...change,
  }
}

async function outcome(task: Task, given: ModelAnswer | null, tools = {}) {
  const parts = { unit: 'u1', measure: 'pass-fail' as const, tools, cost: 0.5 }
  return (await scoreAnswer(task, given, parts)).outcome
}

test('a graded answer has its score, and what was measured', async () => {
  assert.deepEqual(await outcome(plain, answer()), {
    task: 'u1',
    kind: 'answered',
    score: 1,
    servedModel: 'a/one',
    formatValid: null,
    toolCallsValid: null,
    contextTokens: 12,
    latencyMs: 40,
    cost: 0.5,
    inputTokens: 12,
    outputTokens: 3,
  })
  assert.equal((await outcome(plain, answer({ text: '5' }))).score, 0)
})

test('what is no answer counts as what it is', async () => {
  const kinds = {
    'refused-by-api': 'refusal',
    truncated: 'truncation',
    'timed-out': 'timeout',
    'context-overflow': 'context-overflow',
    rerouted: 'reroute',
    rejected: 'provider-error',
    failed: 'provider-error',
  } as const
  for (const [given, kind] of Object.entries(kinds)) {
    // A right text does not help: it came from somebody else, or is not whole.
    const found = await outcome(plain, answer({ outcome: given as keyof typeof kinds }))
    assert.deepEqual([found.kind, found.score], [kind, null], given)
  }
})

test('a call that was lost says nothing of who was asked', async () => {
  const lost = await outcome(plain, null)
  assert.deepEqual([lost.kind, lost.score, lost.cost], ['runner-error', null, null])
})

test('a refusal in words is one where it failed, and none where refusing is right', async () => {
  const words = answer({ text: "I'm sorry, but I can't help with that." })
  assert.equal((await outcome(plain, words)).kind, 'refusal')
  const wanted = Task.parse({ ...plain, graders: [{ grader: 'refusal', expect: 'refusal' }] })
  assert.deepEqual((await outcome(wanted, words)).score, 1)
  const byApi = answer({ outcome: 'refused-by-api', text: '' })
  assert.deepEqual((await outcome(wanted, byApi)).score, 1)
  assert.deepEqual((await outcome(wanted, answer())).score, 0)
})

test('a form that was asked for is held against the answer, whatever graders say', async () => {
  const json = Task.parse({
    ...plain,
    request: { ...plain.request, output: { kind: 'json-schema', name: 'sum', schema } },
    graders: [{ grader: 'regex', pattern: '4' }],
  })
  const good = await outcome(json, answer({ text: '{"sum": 4}' }))
  assert.deepEqual([good.kind, good.formatValid, good.score], ['answered', true, 1])
  for (const text of ['The sum is {"sum": 4}', '{"sum": "4"}']) {
    const bad = await outcome(json, answer({ text }))
    assert.deepEqual([bad.kind, bad.formatValid], ['invalid-format', false], text)
  }
})

test('calls of tools are valid when the tool is there and takes them', async () => {
  const tools = [{ name: 'add', parameters: { type: 'object', required: ['a'] } }]
  const calling = Task.parse({
    ...plain,
    request: { ...plain.request, tools },
    graders: [{ grader: 'regex', pattern: '.*' }],
  })
  const valid = async (name: string, written: string) =>
    (await outcome(calling, answer({ text: '', toolCalls: [{ name, arguments: written }] })))
      .toolCallsValid
  assert.equal(await valid('add', '{"a": 1}'), true)
  assert.equal(await valid('add', '{}'), false)
  assert.equal(await valid('add', '{"a": '), false)
  assert.equal(await valid('subtract', '{"a": 1}'), false)
  assert.equal((await outcome(calling, answer())).toolCallsValid, true)
  const forced = { ...calling, request: { ...calling.request, toolChoice: 'required' as const } }
  assert.equal((await outcome(forced, answer())).toolCallsValid, false)
})

test('a judge that breaks is a judge error, a program that breaks one of the runner', async () => {
  const judged = Task.parse({ ...plain, graders: [{ grader: 'judge', rubric: 'right' }] })
  assert.equal((await outcome(judged, answer())).kind, 'judge-error')
  const ask = () => Promise.reject(new Error('no room'))
  assert.equal(
    (await outcome(judged, answer(), { judge: { family: 'j', ask } })).kind,
    'judge-error',
  )
  const tested = Task.parse({
    ...plain,
    graders: [
      {
        grader: 'tests',
        program: 'node',
        answerFile: 'a.js',
        testFile: 't.js',
        files: { 't.js': '' },
      },
    ],
  })
  assert.equal((await outcome(tested, answer())).kind, 'runner-error')
})

test('a graded measure keeps what is between, a plain one asks whether it passed', async () => {
  const task = Task.parse({
    ...plain,
    expected: { a: 1, b: 2 },
    graders: [{ grader: 'json-similarity', passScore: 0.5 }],
  })
  const given = answer({ text: '{"a": 1, "b": 3}' })
  assert.equal((await outcome(task, given)).score, 1)
  const parts = { unit: 'u', measure: 'graded' as const, tools: {}, cost: null }
  assert.equal((await scoreAnswer(task, given, parts)).outcome.score, 0.5)
})
