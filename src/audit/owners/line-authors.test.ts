import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorsOf, joined, rangesIn, spanAround } from './line-authors.ts'

const whole = { from: 1, to: 100 }

/** What git says of ranges of lines. */
function blame(
  ...ranges: readonly (readonly [commit: string, author: string, count: number, edge?: boolean])[]
): string {
  const seen = new Set<string>()
  let line = 1
  return ranges
    .map(([commit, author, count, edge]) => {
      const id = commit.repeat(40)
      const details = seen.has(id)
        ? ''
        : `author ${author}\nauthor-mail <x@example.org>\n${edge === true ? 'boundary\n' : ''}summary author Mallory\n`
      seen.add(id)
      line += count
      return `${id} 7 ${line - count} ${count}\n${details}filename author Mallory\n`
    })
    .join('')
}

test('authors come in the order of the lines they wrote, and small shares are left out', () => {
  const text = blame(['a', 'Ada', 3], ['b', 'Grace', 4], ['c', 'Visitor', 1], ['b', 'Grace', 2])
  assert.deepEqual(authorsOf(whole, rangesIn(text)), ['Grace', 'Ada'])
  assert.deepEqual(authorsOf({ from: 8, to: 8 }, rangesIn(text)), ['Visitor'])
  assert.deepEqual(authorsOf({ from: 3, to: 5 }, rangesIn(text)), ['Grace', 'Ada'])
  assert.deepEqual(authorsOf({ from: 11, to: 20 }, rangesIn(text)), [])
})

test('programs and the edge of a shallow clone are no authors', () => {
  const text = blame(
    ['a', 'renovate[bot]', 1],
    ['b', 'Ada', 1],
    ['c', 'Grace', 1, true],
    ['d', 'release-bot', 1],
  )
  assert.deepEqual(authorsOf(whole, rangesIn(text)), ['Ada'])
  assert.deepEqual(rangesIn(''), [])
})

test('lines near each other share one question, and every line lies in its own span', () => {
  assert.deepEqual(spanAround(12), spanAround(19))
  for (const line of [1, 2, 10, 11, 500]) {
    const { from, to } = spanAround(line)
    assert.ok(from >= 1 && from <= line && line <= to, String(line))
  }
  assert.equal(spanAround(undefined).from, 1)
})

test('spans that touch are asked for as one', () => {
  const spans = [
    { from: 31, to: 40 },
    { from: 1, to: 20 },
    { from: 1, to: 30 },
    { from: 5, to: 10 },
    { from: 42, to: 42 },
  ]
  assert.deepEqual(joined(spans), [
    { from: 1, to: 40 },
    { from: 42, to: 42 },
  ])
  assert.deepEqual(joined([]), [])
})
