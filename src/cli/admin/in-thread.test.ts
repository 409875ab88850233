import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Fault } from '../../base/fault.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { endWaitingThreads, inThread } from './in-thread.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-thread-'))
const place = { configPath: join(folder, 'holdfast.yaml') }
writeFileSync(place.configPath, 'version: 1\norganisation: { name: Test }\n')

after(async () => {
  await endWaitingThreads()
  rmSync(folder, { recursive: true })
})

const check = async (text: string): Promise<unknown> =>
  JSON.parse((await inThread(place, ['directives', 'check'], { text })).text)

test('a fault of one work is told as it is, without the folder, and leaves nothing for the next one', async () => {
  await assert.rejects(
    check('id: [1'),
    (error) => error instanceof Fault && error.code === 'HF_DIRECTIVE_INVALID',
  )
  const rules = await inThread(place, ['facts', 'rules'], null)
  assert.ok((JSON.parse(rules.text) as { rules: readonly unknown[] }).rules.length > 50)
  await assert.rejects(
    inThread(place, ['facts', 'overlay'], { name: 'a', text: '{"version":2}', dryRun: true }),
    (error) => error instanceof Fault && !JSON.stringify(error).includes(folder),
  )
})

test('notes of one work are not those of the next', async () => {
  const asked = { directive: 'us-bis-2026-06-12' }
  const noted = async (): Promise<readonly string[]> => {
    const answer = await inThread(place, ['facts', 'timeline'], asked)
    return (JSON.parse(answer.text) as { notices: readonly string[] }).notices
  }
  const first = await noted()
  assert.deepEqual(await noted(), first)
})

test('what takes too long is ended, and the next work is done all the same', async () => {
  await assert.rejects(
    inThread(place, ['facts', 'rules'], null, { timeMs: 1 }),
    (error) => error instanceof AdminRefusal && error.status === 503,
  )
  const controller = new AbortController()
  controller.abort()
  await assert.rejects(
    inThread(place, ['facts', 'rules'], null, { signal: controller.signal }),
    (error) => error instanceof AdminRefusal && error.status === 499,
  )
  const rules = await inThread(place, ['facts', 'rules'], null)
  assert.ok(rules.text.length > 100)
})
