import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Task, TaskSetHeader } from '../../schema/task-set.ts'
import { checkTasks } from './check-tasks.ts'
import { readTasks, taskSetDigests } from './task-set.ts'

const header: TaskSetHeader = {
  schemaVersion: 1,
  id: 'set',
  title: 'A set',
  task: 'other',
  licence: 'Apache-2.0',
  provenance: { kind: 'synthetic' },
  graders: [{ grader: 'exact' }],
}

const long =
  'The warehouse of the north holds red and blue boxes, and every morning the clerk counts them twice before the lorry for the harbour leaves at seven'

function task(id: string, content: string, more: Partial<Task> = {}): Task {
  return {
    id,
    request: { messages: [{ role: 'user', content }] },
    expected: 'x',
    knownGood: ['x'],
    knownBad: ['y'],
    graders: [{ grader: 'exact' }],
    ...more,
  }
}

function kinds(
  tasks: readonly Task[],
  head = header,
  tasksNeeded: number | null = null,
): readonly string[] {
  return checkTasks({ header: head, tasks }, { tasksNeeded }).map(({ kind }) => kind)
}

test('a sound set has nothing to say', () => {
  assert.deepEqual(
    kinds([task('a', 'How many boxes are there?'), task('b', 'Who counts them?')]),
    [],
  )
})

test('duplicates, near duplicates and leaks are found', () => {
  assert.deepEqual(kinds([task('a', long), task('b', long)]), ['duplicate'])
  assert.deepEqual(kinds([task('a', long), task('b', `${long} sharp.`)]), ['near-duplicate'])
  assert.deepEqual(
    kinds([
      task('a', long, { cluster: 'c' }),
      task('b', `${long} sharp.`, { cluster: 'c' }),
      ...others(30),
    ]),
    [],
  )
  assert.deepEqual(
    kinds([task('a', long, { expected: 'Every morning the clerk counts them twice.' })]),
    ['leaked-answer'],
  )
})

function others(count: number): readonly Task[] {
  return Array.from({ length: count }, (_, index) =>
    task(`o${index}`, `Question ${index}: ${'abcdefgh'[index % 8]}`, { cluster: `k${index}` }),
  )
}

test('clusters must be many, and none may decide alone', () => {
  const few = Array.from({ length: 8 }, (_, index) =>
    task(`t${index}`, `Question ${index}?`, { cluster: `c${index % 4}` }),
  )
  assert.deepEqual(kinds(few), ['few-clusters'])
  const large = [
    ...others(31),
    ...Array.from({ length: 20 }, (_, index) =>
      task(`t${index}`, `Number ${index}?`, { cluster: 'big' }),
    ),
  ]
  assert.deepEqual(kinds(large), ['unbalanced-clusters'])
})

test('too few tasks for the trial, missing papers and graders are told', () => {
  assert.deepEqual(kinds([task('a', 'One?')], header, 274), ['few-tasks'])
  const { licence: _, provenance: __, ...bare } = header
  assert.deepEqual(kinds([task('a', 'One?')], bare), [
    'no-licence',
    'no-provenance',
    'not-redacted',
  ])
  const { graders: ___, ...ungraded } = task('a', 'One?')
  assert.deepEqual(kinds([ungraded]), ['no-graders'])
  assert.deepEqual(kinds([task('a', 'One?', { graders: [{ grader: 'numeric' }] })]), [
    'grader-settings',
  ])
  assert.deepEqual(kinds([task('a', 'One?', { knownBad: [] })]), ['no-known-answers'])
})

async function* linesOf(...lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

test('a bad line costs itself, and is told with its number', async () => {
  const { set, problems } = await readTasks(
    { ...header, system: 'Be short.' },
    linesOf(
      '{"id": "a", "request": {"messages": []}}',
      'nonsense',
      '',
      '{"id": "a", "request": {"messages": []}}',
      '{"id": "b"}',
    ),
  )
  assert.deepEqual(
    set.tasks.map(({ id, request, graders }) => [id, request.system, graders?.length]),
    [['a', 'Be short.', 1]],
  )
  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 4, 5],
  )
})

test('digests do not hang on order, and change with what is asked and how it is judged', () => {
  const [a, b] = [task('a', 'One?'), task('b', 'Two?')]
  const digests = taskSetDigests({ header, tasks: [a, b] })
  assert.deepEqual(taskSetDigests({ header, tasks: [b, a] }), digests)
  const other = taskSetDigests({
    header,
    tasks: [a, { ...b, graders: [{ grader: 'exact', ignoreCase: true }] }],
  })
  assert.equal(other.prompts, digests.prompts)
  assert.notEqual(other.graders, digests.graders)
  assert.notEqual(other.corpus, digests.corpus)
  // Known answers measure the graders and are no part of what is asked.
  assert.equal(
    taskSetDigests({ header, tasks: [a, { ...b, knownGood: [] }] }).corpus,
    digests.corpus,
  )
})
