import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { version } from '../../installation.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { adminLimits } from '../limits.ts'
import { type Run, RunBook } from './run-book.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-runs-'))
after(() => rmSync(folder, { recursive: true }))

async function finished(book: RunBook, { id }: Run): Promise<Run> {
  while (book.find(id).finishedAt === null) await wait(20)
  return book.find(id)
}

function refusedWith(status: number) {
  return (error: unknown): boolean => error instanceof AdminRefusal && error.status === status
}

test('a run prints what its command prints, and tells how that ended', async () => {
  const book = new RunBook(join(folder, 'holdfast.yaml'))
  const begun = book.start({ kind: 'audit', words: ['--version'], by: 'Kim' })
  assert.deepEqual([begun.state, begun.by, begun.exitCode], ['running', 'Kim', null])
  assert.throws(() => book.result(begun.id), refusedWith(409))
  const run = await finished(book, begun)
  assert.deepEqual([run.state, run.exitCode], ['done', 0])
  const lines: string[] = []
  for await (const line of book.result(run.id)) lines.push(line)
  assert.deepEqual(lines, [`${version()}\n`])
  const words = ['audit', '--config', join(folder, 'absent.yaml')]
  const failed = await finished(book, book.start({ kind: 'audit', words, by: 'Kim' }))
  assert.deepEqual([failed.state, failed.exitCode], ['failed', 2])
  assert.match(failed.notes.join('\n'), /HF_CONFIG_MISSING/)
  assert.ok(!failed.notes.join('\n').includes(folder))
  assert.throws(() => book.result(failed.id), refusedWith(404))
  assert.deepEqual(
    book.list().map(({ id }) => id),
    [failed.id, run.id],
  )
  await book.stop()
  assert.equal(existsSync(join(folder, '.holdfast/runs')), false)
})

test('so many run at the same time; what is ended says so, and nothing begins after the end', async () => {
  const book = new RunBook(join(folder, 'holdfast.yaml'))
  const wanted = { kind: 'audit', words: ['--version'], by: 'Kim' } as const
  const begun = Array.from({ length: adminLimits.runsMax }, () => book.start(wanted))
  assert.throws(() => book.start(wanted), refusedWith(429))
  const [first] = begun
  assert.ok(first !== undefined)
  assert.equal(book.end(first.id).state, 'ended')
  assert.equal((await finished(book, first)).state, 'ended')
  assert.throws(() => book.end('absent'), refusedWith(404))
  await book.stop()
  assert.ok(begun.every(({ id }) => book.find(id).finishedAt !== null))
  assert.throws(() => book.start(wanted), refusedWith(429))
})
