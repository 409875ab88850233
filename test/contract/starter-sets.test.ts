import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as z from 'zod'
import { readTaskSet, shippedTaskSets } from '../../src/cli/tasks/read-task-set.ts'
import {
  answerOfTask,
  checkTasks,
  gradeAnswer,
  graders,
  modelRequest,
} from '../../src/qualification/index.ts'
import { codecs } from '../../src/protocols/codecs.ts'
import { FindingLabel } from '../../src/schema/grader-settings.ts'
import { taskProblemKinds } from '../../src/qualification/tasks/check-tasks.ts'
import type { Task } from '../../src/schema/task-set.ts'

const sets = await Promise.all(shippedTaskSets().map(async (name) => await readTaskSet(name)))

test('six kinds of work ship, each with at least forty tasks, self-written, licensed and labelled synthetic', () => {
  assert.deepEqual(
    sets.map(({ header }) => header.id),
    [
      'code-review-security',
      'incident-triage',
      'secure-fix',
      'structured-extraction',
      'tool-calling',
      'vulnerability-assessment',
    ],
  )
  for (const { header, tasks } of sets) {
    assert.ok(tasks.length >= 40, header.id)
    assert.equal(header.licence, 'Apache-2.0')
    assert.equal(header.provenance?.kind, 'synthetic')
  }
})

test('nothing in them is an error, a duplicate, a near duplicate or a leak', () => {
  const found = sets.flatMap((set) =>
    checkTasks(set, { tasksNeeded: null })
      .filter(({ kind, weight }) => weight === 'error' || /duplicate|leak/.test(kind))
      .map(({ kind, tasks }) => `${set.header.id} ${kind} ${tasks.join()}`),
  )
  assert.deepEqual(found, [])
})

for (const { header, tasks } of sets) {
  // Its tests run in processes: test/system/secure-fix.test.ts.
  if (header.id === 'secure-fix') continue
  test(`${header.id}: every known good answer passes, and every known bad one fails`, async () => {
    const wrong: string[] = []
    for (const task of tasks) {
      assert.ok((task.knownGood ?? []).length > 0 && (task.knownBad ?? []).length > 0, task.id)
      for (const [label, wanted] of [
        ['knownGood', 'pass'],
        ['knownBad', 'fail'],
      ] as const)
        for (const answer of task[label] ?? []) {
          const { outcome, reason } = await gradeAnswer(task, answerOfTask(answer), {})
          if (outcome !== wanted) wrong.push(`${task.id} ${label}: ${outcome}, ${reason}`)
        }
    }
    assert.deepEqual(wrong, [])
  })
}

function labelsOf({ expected }: Task): readonly FindingLabel[] {
  return z.array(FindingLabel).parse(expected)
}

/** The numbered lines that a task shows, by their numbers. */
function shownLines(task: Task): ReadonlyMap<number, string> {
  const [message] = task.request.messages
  assert.ok(typeof message?.content === 'string')
  const [, code = ''] = message.content.split(/\n\nFile: [^\n]+\n\n/)
  return new Map(
    code
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => {
        const parts = /^ *(?<number>\d+)(?: {2}(?<text>.*))?$/.exec(line)?.groups
        assert.ok(parts, `${task.id}: ${line}`)
        return [Number(parts['number']), parts['text'] ?? ''] as const
      }),
  )
}

test('lines are numbered without a gap, and every label names a line of code', () => {
  for (const { header, tasks } of sets) {
    if (!['code-review-security', 'vulnerability-assessment'].includes(header.id)) continue
    for (const task of tasks) {
      const shown = shownLines(task)
      assert.deepEqual(
        [...shown.keys()],
        Array.from(shown, (_, index) => index + 1),
      )
      for (const { line } of labelsOf(task)) {
        const text = shown.get(line)?.trim() ?? ''
        assert.ok(
          /\w/.test(text) && !/^(?:\/\/|#(?!include)|\*|--)/.test(text),
          `${task.id}:${line} ${text}`,
        )
      }
      // A tool gets the same file that a model reads.
      assert.deepEqual(Object.values(task.files ?? {}), [`${[...shown.values()].join('\n')}\n`])
      // The marks of the author are gone.
      assert.ok(![...shown.values()].some((text) => /[«»]|CWE-/.test(text)), task.id)
    }
  }
})

test('both review sets have sound files, and weaknesses of many kinds and languages', () => {
  for (const id of ['code-review-security', 'vulnerability-assessment']) {
    const tasks = sets.find(({ header }) => header.id === id)?.tasks ?? []
    const labels = tasks.map(labelsOf)
    assert.ok(labels.filter((one) => one.length === 0).length >= 8)
    assert.ok(new Set(labels.flat().map(({ cwe }) => cwe)).size >= 25)
    assert.ok(new Set(tasks.map(({ tags }) => tags?.[0])).size >= 7)
  }
})

test('every task can be asked of every protocol', () => {
  for (const { tasks } of sets)
    for (const task of tasks.slice(0, 5)) {
      const request = modelRequest(task.request, 'some-model')
      for (const codec of Object.values(codecs)) {
        const body = codec.writeRequest(request, { model: 'some-model', maxOutputTokens: 1000 })
        assert.ok(JSON.stringify(body).length > 50)
      }
    }
})

test('the guide explains every problem that a check can find, and every grader', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/guide/tasks.md'), 'utf8')
  const missing = [...taskProblemKinds, ...Object.keys(graders)].filter(
    (word) => !page.includes(`\`${word}\``),
  )
  assert.deepEqual(missing, [])
})
