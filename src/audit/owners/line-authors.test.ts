import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorsIn, spanAround } from './line-authors.ts'

function blame(
  ...lines: readonly (readonly [commit: string, author: string, edge?: boolean])[]
): string {
  const seen = new Set<string>()
  return lines
    .map(([commit, author, edge], index) => {
      const id = commit.repeat(40)
      const details = seen.has(id)
        ? ''
        : `author ${author}\nauthor-mail <x@example.org>\n${edge === true ? 'boundary\n' : ''}`
      seen.add(id)
      return `${id} ${index + 1} ${index + 1}\n${details}\tauthor Mallory\n`
    })
    .join('')
}

test('authors come in the order of the lines they wrote, and small shares are left out', () => {
  const lines = [
    ...Array.from({ length: 3 }, () => ['a', 'Ada'] as const),
    ...Array.from({ length: 6 }, () => ['b', 'Grace'] as const),
    ['c', 'Visitor'] as const,
  ]
  assert.deepEqual(authorsIn(blame(...lines)), ['Grace', 'Ada'])
})

test('programs and the edge of a shallow clone are no authors', () => {
  const text = blame(
    ['a', 'renovate[bot]'],
    ['b', 'Ada'],
    ['c', 'Grace', true],
    ['d', 'release-bot'],
  )
  assert.deepEqual(authorsIn(text), ['Ada'])
  assert.deepEqual(authorsIn(''), [])
})

test('lines near each other share one question, and every line lies in its own span', () => {
  assert.deepEqual(spanAround(12), spanAround(19))
  for (const line of [1, 2, 10, 11, 500]) {
    const { from, to } = spanAround(line)
    assert.ok(from >= 1 && from <= line && line <= to, String(line))
  }
  assert.equal(spanAround(undefined).from, 1)
})
