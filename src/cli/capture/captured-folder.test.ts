import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { uuidv7OfHex } from '../../base/uuidv7.ts'
import { dayMs, keepTask, keptFiles, removeOld } from './captured-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'holdfast-captured-'))
after(() => rmSync(root, { recursive: true, force: true }))

const start = Date.parse('2026-11-25T10:00:00.000Z')
const limits = { tasksMax: 3, bytesMax: 10_000, days: 2 }
const task = (text: string) =>
  ({ schemaVersion: 1, kind: 'captured-task', recipient: '00', sealed: text }) as const

function keep(
  folder: string,
  number: number,
  options: Partial<typeof limits & { text: string }> = {},
) {
  const now = start + number * 1000
  const id = uuidv7OfHex(now, String(number).padStart(20, '0'))
  keepTask(folder, task(options.text ?? ''), { ...limits, ...options, id, now })
}

const times = (folder: string) => keptFiles(folder).map(({ at }) => (at - start) / 1000)

test('the oldest go when there are too many, or too much of them', () => {
  const folder = join(root, 'many')
  for (let number = 0; number < 5; number += 1) keep(folder, number)
  assert.deepEqual(times(folder), [2, 3, 4])
  keep(folder, 5, { text: 'x'.repeat(9_800) })
  assert.deepEqual(times(folder), [4, 5])
  keep(folder, 6, { text: 'x'.repeat(10_000) })
  assert.deepEqual(times(folder), [4, 5], 'one that is larger than all may be is not kept')
})

test('each is gone after its days, or after fewer when that is changed later', () => {
  const folder = join(root, 'days')
  keep(folder, 0)
  removeOld(folder, { ...limits, now: start + dayMs })
  assert.equal(keptFiles(folder).length, 1)
  assert.equal(removeOld(folder, { ...limits, days: 1, now: start + dayMs + 1 }), 1)
  keep(folder, 1)
  assert.equal(removeOld(folder, { ...limits, days: 100, now: start + 2 * dayMs }), 1)
})

test('what a killed process left unfinished goes, and nothing that is none of ours', () => {
  const folder = join(root, 'unfinished')
  keep(folder, 0)
  for (const name of ['old.part', 'new.part', 'notes.txt']) writeFileSync(join(folder, name), '')
  utimesSync(join(folder, 'old.part'), start / 1000 - 3600, start / 1000 - 3600)
  utimesSync(join(folder, 'new.part'), start / 1000, start / 1000)
  removeOld(folder, { ...limits, now: start })
  const names = readdirSync(folder)
  assert.ok(
    !names.includes('old.part') && names.includes('new.part') && names.includes('notes.txt'),
  )
})
