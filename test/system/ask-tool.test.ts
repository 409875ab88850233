import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  askTool,
  type AskedTool,
  toolIdentity,
  toolProblem,
} from '../../src/cli/qualify/ask-tool.ts'
import { readTaskSet } from '../../src/cli/tasks/read-task-set.ts'
import { answerOfTask, gradeAnswer, UnreachableError } from '../../src/qualification/index.ts'
import { ConfigToolRun } from '../../src/schema/holdfast-config.ts'
import type { Task } from '../../src/schema/task-set.ts'
import { smallAnalyser } from '../support/small-analyser.ts'
import { temporaryFolder, writeFiles } from './holdfast.ts'

function tool(command: readonly string[], more: object = {}): AskedTool {
  return {
    model: 'tool:small-analyser',
    run: ConfigToolRun.parse({ command, ...more }),
    folder: temporaryFolder(),
  }
}

function script(code: string, more: object = {}): AskedTool {
  const asked = tool([process.execPath, '{config}/tool.mjs'], more)
  writeFiles(asked.folder, { 'tool.mjs': code })
  return asked
}

const task: Task = {
  id: 'one',
  request: { messages: [{ role: 'user', content: 'Which team?' }] },
  files: { 'src/a.js': 'eval(input)\n' },
}

test('a static analyser answers the review set as a model does, and is graded by its findings', async () => {
  const { tasks } = await readTaskSet('code-review-security')
  const asked = script(smallAnalyser, { exitCodes: [0, 1] })
  assert.equal(toolProblem(asked, tasks), null)
  const identity = await toolIdentity(asked)
  const found: string[] = []
  for (const one of tasks) {
    const answer = await askTool(asked, identity, one)
    assert.deepEqual([answer.outcome, answer.servedModel], ['answered', 'tool:small-analyser'])
    assert.ok(!answer.text.includes(tmpdir()), answer.text)
    const grade = await gradeAnswer(one, answerOfTask(answer.text), {})
    assert.notEqual(grade.outcome, 'unscored', grade.reason)
    if (grade.outcome === 'pass') found.push(one.id)
  }
  // What its four rules are for, and sound files that it leaves in peace; it is no reviewer of everything.
  for (const id of ['sql-in-search', 'express-xss']) assert.ok(found.includes(id), id)
  assert.ok(found.some((id) => id.endsWith('-clean')))
  assert.ok(found.length < tasks.length / 2)
})

test('a tool that crashes, hangs, eats memory or writes nothing has failed the task', async () => {
  const outcome = async (code: string, more: object = {}) =>
    (await askTool(script(code, more), 'x', task)).outcome
  assert.equal(await outcome('throw new Error("broken")'), 'crashed')
  assert.equal(await outcome('process.abort()'), 'crashed')
  assert.equal(await outcome('for (;;) {}', { timeout: '1s' }), 'timed-out')
  assert.equal(
    await outcome('const all = []; for (;;) all.push(new Array(1e6).fill(all.length))', {
      memoryMiB: 900,
      timeout: '20s',
    }),
    'crashed',
  )
  assert.equal(await outcome('process.exitCode = 1'), 'crashed')
  assert.equal(await outcome('process.exitCode = 1', { exitCodes: [0, 1] }), 'answered')
  const silent = tool([process.execPath, '-e', '0', '{answer}'])
  assert.equal((await askTool(silent, 'x', task)).outcome, 'crashed')
  const long = await askTool(script("process.stdout.write('x'.repeat(9 << 20))"), 'x', task)
  assert.equal(long.outcome, 'truncated')
})

test('it gets files and what is asked, none of our environment, and may answer in a file', async () => {
  process.env['HOLDFAST_TEST_SECRET'] = 'seen'
  const asked = script(`
import { readFileSync, writeFileSync } from 'node:fs'
const [request, answer] = process.argv.slice(2)
const { id, messages } = JSON.parse(readFileSync(request, 'utf8'))
writeFileSync(answer, [id, messages[0].content, readFileSync('src/a.js', 'utf8').trim(), process.env.HOLDFAST_TEST_SECRET ?? 'no secret', process.cwd() + '/src/a.js'].join('|'))
`)
  const answer = await askTool(
    { ...asked, run: { ...asked.run, command: [...asked.run.command, '{request}', '{answer}'] } },
    'x',
    task,
  )
  assert.equal(answer.problem, null)
  assert.equal(answer.text, 'one|Which team?|eval(input)|no secret|src/a.js')
})

test('a tool that is not there stops the trial, and one without files to read is told before', async () => {
  await assert.rejects(
    askTool(tool(['no-such-analyser-anywhere']), 'x', task),
    (error) => error instanceof UnreachableError && /no-such-analyser/.test(error.message),
  )
  const { files: _files, ...bare } = task
  assert.match(toolProblem(tool(['x', '{files}']), [bare]) ?? '', /`one` has no `files`/)
  assert.equal(toolProblem(tool(['x', '{request}']), [bare]), null)
})

test('another version or another call is another tool', async () => {
  const version = (text: string) => ({ version: [process.execPath, '-p', `'${text}'`] })
  const [one, same, newer, other] = await Promise.all([
    toolIdentity(tool(['x'], version('1.2'))),
    toolIdentity(tool(['x'], version('1.2'))),
    toolIdentity(tool(['x'], version('1.3'))),
    toolIdentity(tool(['x', '--rules', 'y'], version('1.2'))),
  ])
  assert.match(one, /^small-analyser 1\.2 \([0-9a-f]{12}\)$/)
  assert.equal(one, same)
  assert.equal(new Set([one, newer, other]).size, 3)
  await assert.rejects(
    toolIdentity(tool(['x'], { version: ['no-such-analyser'] })),
    UnreachableError,
  )
})

test('a program with a path in it is a file beside holdfast.yaml', async () => {
  const asked = tool(['bin/look.sh'])
  writeFiles(asked.folder, { 'bin/look.sh': '#!/bin/sh\necho "[]"\n' })
  chmodSync(join(asked.folder, 'bin/look.sh'), 0o755)
  assert.equal((await askTool(asked, 'x', task)).text, '[]\n')
})
