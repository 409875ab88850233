import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CsvRecords } from './csv-records.ts'

function read(pieces: readonly string[]) {
  const rows: Readonly<Record<string, string>>[] = []
  let unreadable = 0
  const records = new CsvRecords({
    row: (row) => rows.push(row),
    unreadable: () => {
      unreadable += 1
    },
  })
  for (const piece of pieces) records.push(piece)
  records.end()
  return { rows, unreadable }
}

const text =
  '\ufeffday,workspace,tokens\r\n2026-08-12,"Team, ""Primary""\nsecond line",42\r\n\r\n2026-08-13,,\r\n2026-08-14,short\n'

test('cells may be quoted, hold delimiters and line breaks, and be missing at the end', () => {
  const { rows, unreadable } = read([text])
  assert.deepEqual(rows, [
    { day: '2026-08-12', workspace: 'Team, "Primary"\nsecond line', tokens: '42' },
    { day: '2026-08-13', workspace: '', tokens: '' },
    { day: '2026-08-14', workspace: 'short', tokens: '' },
  ])
  assert.equal(unreadable, 0)
})

test('a table read piece by piece is the same', () => {
  const whole = read([text])
  for (let cut = 0; cut <= text.length; cut += 1)
    assert.deepEqual(read([text.slice(0, cut), text.slice(cut)]), whole)
})

test('semicolons and tabs are delimiters when the header has them', () => {
  assert.deepEqual(read(['a;b\n1,5;2\n']).rows, [{ a: '1,5', b: '2' }])
  assert.deepEqual(read(['a\tb\n1\t2']).rows, [{ a: '1', b: '2' }])
})

test('a row with more cells than the header has costs itself alone', () => {
  const { rows, unreadable } = read(['a,b\n1,2,3\n4,5\n'])
  assert.deepEqual(rows, [{ a: '4', b: '5' }])
  assert.equal(unreadable, 1)
})

test('a quote that nobody closes costs no memory without end', () => {
  const { rows, unreadable } = read([
    'a,b\n"x',
    ...Array.from({ length: 30 }, () => 'y'.repeat(100_000)),
    '\n1,2\n',
  ])
  assert.deepEqual(rows, [{ a: '1', b: '2' }])
  assert.equal(unreadable, 1)
})
