import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Task } from '../../schema/task-set.ts'
import { calibrationFigures, calibrationQuestions, knownAnswersDigest } from './calibrate-judge.ts'

const plan = { rubric: 'It is blue.', votes: 3 }
const task: Task = {
  id: 'colour',
  request: { messages: [{ role: 'user', content: 'Which colour?' }] },
  knownGood: ['blue', 'navy'],
  knownBad: ['red', { text: 'green' }, 'grey'],
}

/** A judge as a function of what it is shown. */
function figures(tasks: readonly Task[], judge: (user: string, attempt: number) => string | null) {
  const asked = new Map(
    calibrationQuestions(tasks, plan).map((one) => [`${one.item} ${one.attempt}`, one.question]),
  )
  return calibrationFigures(tasks, plan, ({ item, attempt }) => {
    const question = asked.get(`${item} ${attempt}`)
    return question === undefined ? null : judge(question.user, attempt)
  })
}

function verdict(word: string): string {
  return JSON.stringify({ reason: word, verdict: word })
}

function answer(user: string, name: string): string {
  return new RegExp(`<${name}>\\n(?<text>[^<]*)\\n</${name}>`).exec(user)?.groups?.['text'] ?? ''
}

const blues = new Set(['blue', 'navy'])

test('each known answer is asked about as often as there are votes, and each bad one beside a good one in both orders', () => {
  const questions = calibrationQuestions([task], plan)
  assert.equal(questions.length, 5 * 3 + 3 * 2)
  assert.deepEqual(
    questions.map(({ attempt }) => attempt),
    Array.from({ length: 21 }, (_, index) => index + 1),
  )
  const pairs = questions
    .filter(({ question }) => question.user.includes('<answer-a>'))
    .map(({ question: { user } }) => `${answer(user, 'answer-a')} ${answer(user, 'answer-b')}`)
  assert.deepEqual(pairs, [
    'blue red',
    'red blue',
    'navy green',
    'green navy',
    'blue grey',
    'grey blue',
  ])
})

test('a judge that knows is right about all, and its intervals are those of so few answers', () => {
  const { rubric, pairs, disagreements } = figures([task], (user) => {
    if (!user.includes('<answer-a>'))
      return verdict(blues.has(answer(user, 'answer')) ? 'PASS' : 'FAIL')
    return verdict(blues.has(answer(user, 'answer-a')) ? 'A' : 'B')
  })
  assert.deepEqual(
    [rubric.good.right, rubric.good.of, rubric.bad.right, rubric.bad.of],
    [2, 2, 3, 3],
  )
  assert.ok(Math.abs(rubric.good.low - 0.025 ** (1 / 2)) < 1e-12)
  assert.deepEqual([pairs.right.count, pairs.flips.count, pairs.wrong.count], [3, 0, 0])
  assert.equal(disagreements.count, 0)
})

test('one that goes by places flips, one that likes red is wrong, one that ties is neither', () => {
  const pairsOf = (judge: (user: string) => string) =>
    figures([task], (user) =>
      user.includes('<answer-a>') ? verdict(judge(user)) : verdict('PASS'),
    ).pairs
  const counts = (judge: (user: string) => string) => {
    const { right, flips, wrong, unscored } = pairsOf(judge)
    return [right.count, flips.count, wrong.count, unscored]
  }
  assert.deepEqual(
    counts(() => 'A'),
    [0, 3, 0, 0],
  )
  assert.deepEqual(
    counts((user) => (blues.has(answer(user, 'answer-a')) ? 'B' : 'A')),
    [0, 0, 3, 0],
  )
  assert.deepEqual(
    counts(() => 'TIE'),
    [0, 0, 0, 0],
  )
  assert.deepEqual(
    counts(() => 'PASS'),
    [0, 0, 0, 3],
  )
})

test('votes that differ, replies that are none and replies that are missing are no verdict', () => {
  const { rubric, disagreements } = figures([task], (user, attempt) => {
    const text = answer(user, 'answer')
    if (text === 'blue') return verdict(attempt === 1 ? 'PASS' : 'FAIL')
    if (text === 'navy') return 'It passes.'
    return text === 'red' ? null : verdict('PASS')
  })
  assert.deepEqual([rubric.good.of, rubric.bad.right, rubric.bad.of, rubric.unscored], [0, 0, 2, 3])
  assert.deepEqual([disagreements.count, disagreements.of], [1, 3])
  assert.deepEqual(
    rubric.wrong.map(({ label, index }) => [label, index]),
    [
      ['bad', 1],
      ['bad', 2],
    ],
  )
})

test('a rubric of the task itself wins, and known answers have a digest of their own', () => {
  const own: Task = { ...task, graders: [{ grader: 'judge', rubric: 'It is cold.', votes: 1 }] }
  const questions = calibrationQuestions([own], plan)
  assert.equal(questions.length, 5 + 6)
  assert.match(questions[0]?.question.user ?? '', /It is cold\./)
  assert.notEqual(knownAnswersDigest([task]), knownAnswersDigest([{ ...task, knownBad: ['red'] }]))
  assert.equal(knownAnswersDigest([task, own]), knownAnswersDigest([own, task]))
})
