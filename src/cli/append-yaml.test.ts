import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { appendToList, setKey } from './append-yaml.ts'

const entry = { on: '2026-06-30', is: 'lifted', source: 'https://a.example: "x", # y', by: ['Ada'] }
const line = `{ on: 2026-06-30, is: lifted, source: 'https://a.example: "x", # y', by: [ Ada ] }`

describe('appendToList', () => {
  test('a block list gains one line; comments, quotes and what follows stay', () => {
    const head = [
      "title: 'quoted' # why",
      'status: # history',
      '  # first',
      '  - { on: 2026-06-12,   is: effective } # c1',
      '  - at: "2026-06-13T00:00:00Z"',
      '    note: >-',
      '      folded',
      '      text',
      '',
    ].join('\n')
    const tail = '\n# about the review\nreview: {}\n'
    assert.equal(appendToList(head + tail, 'status', entry), `${head}  - ${line}\n${tail}`)
  })

  test('a list without indent keeps it, a file without a last line break gains one', () => {
    assert.equal(
      appendToList('status:\n- is: effective', 'status', entry),
      `status:\n- is: effective\n- ${line}\n`,
    )
  })

  test('line breaks of Windows stay', () => {
    assert.equal(
      appendToList('a: 1\r\nstatus:\r\n  - is: effective\r\n', 'status', entry),
      `a: 1\r\nstatus:\r\n  - is: effective\r\n  - ${line}\r\n`,
    )
  })

  test('a missing list is begun', () => {
    assert.equal(appendToList('a: 1', 'status', entry), `a: 1\nstatus:\n  - ${line}\n`)
  })
})

describe('setKey', () => {
  test('a value in brackets is replaced in its place, with the comment behind it kept', () => {
    assert.equal(
      setKey('a: 1\nreview: { state: unverified } # sign\nb: 2\n', 'review', { state: 'verified' }),
      'a: 1\nreview: { state: verified } # sign\nb: 2\n',
    )
  })

  test('a block value becomes one line, a missing one is appended', () => {
    assert.equal(
      setKey('review:\n  state: unverified\n  by: null\nb: 2\n', 'review', { state: 'verified' }),
      'review: { state: verified }\nb: 2\n',
    )
    assert.equal(setKey('a: 1', 'review', { state: 'x' }), 'a: 1\nreview: { state: x }\n')
  })
})

describe('whatever the file', () => {
  const text = fc.string({ minLength: 1, maxLength: 12 })
  const plain = { noNullPrototype: true } as const
  const row = fc.record({ is: text, note: text, by: fc.array(text, { maxLength: 2 }) }, plain)
  const documents = fc.record(
    { id: text, status: fc.array(row, { maxLength: 4 }), review: row },
    plain,
  )
  const styles = fc.constantFrom('block', 'flow', 'any')

  test('an appended row comes after all others, and nothing else changes', () => {
    fc.assert(
      fc.property(documents, row, styles, (before, added, style) => {
        const written = stringify(before, { collectionStyle: style as 'block' })
        const after: unknown = parse(appendToList(written, 'status', added))
        assert.deepEqual(after, { ...before, status: [...before.status, added] })
      }),
      { seed: 9, numRuns: 300 },
    )
  })

  test('a key that is set has the new value, and nothing else changes', () => {
    fc.assert(
      fc.property(documents, row, styles, (before, value, style) => {
        const written = stringify(before, { collectionStyle: style as 'block' })
        assert.deepEqual(parse(setKey(written, 'review', value)), { ...before, review: value })
      }),
      { seed: 9, numRuns: 300 },
    )
  })
})
