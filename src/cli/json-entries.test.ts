import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesIn, JsonEntries } from './json-entries.ts'

interface Found {
  readonly entries: (readonly [unknown, readonly unknown[]])[]
  unreadable: number
}

function sink() {
  const found: Found = { entries: [], unreadable: 0 }
  return {
    found,
    entry: (entry: unknown, parents: readonly unknown[]) => found.entries.push([entry, parents]),
    unreadable: () => {
      found.unreadable += 1
    },
  }
}

function read(text: string, pieces: readonly number[] = [], lengthMax?: number): Found {
  const into = sink()
  const entries = new JsonEntries(into, lengthMax)
  let from = 0
  for (const end of [...pieces, text.length]) {
    entries.push(text.slice(from, end))
    from = end
  }
  entries.end()
  return into.found
}

const spans = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'a "b" \\' } }] },
      scopeSpans: [
        { scope: { name: 's' }, spans: [{ spanId: '1', data: 'x' }, { spanId: '2' }] },
        { spans: [] },
      ],
    },
    { scopeSpans: [{ spans: [{ spanId: '3', deep: { spans: [1, { a: [] }] } }] }] },
  ],
}
const documents: readonly unknown[] = [
  spans,
  {
    object: 'page',
    data: [{ start: 1, results: [{ a: [1, 2] }] }, { b: '}]"\\' }],
  },
  [{ a: 1 }, { b: [{ data: [] }] }],
  { Records: [{ eventName: 'x{[' }], data: [{ y: 1 }] },
  { plain: 'entry', text: 'with \\" and \\\\ and \u2028', data: 'no list' },
  [[{ a: 1 }], { c: 2 }].slice(1),
  {},
]

test('a document taken apart piece by piece gives what reading it whole gives', () => {
  for (const document of documents)
    for (const indent of [0, 2]) {
      const text = JSON.stringify(document, null, indent)
      const whole = sink()
      entriesIn(document, whole)
      for (let cut = 0; cut <= text.length; cut += 1)
        assert.deepEqual(read(text, [cut]), whole.found, `${text} at ${cut}`)
      assert.deepEqual(
        read(
          text,
          Array.from({ length: text.length }, (_, index) => index),
        ),
        whole.found,
      )
    }
})

test('members behind the list go with no entry, for it has passed by', () => {
  const { entries } = read('{"a":1,"data":[{"b":2}],"c":{"data":[{"d":3}]},"Records":[{"e":4}]}')
  assert.deepEqual(entries, [
    [{ b: 2 }, [{ a: 1 }]],
    [{ e: 4 }, [{ a: 1 }]],
  ])
})

test('several documents one after the other are read as one', () => {
  const text = documents.map((one) => JSON.stringify(one)).join('\n')
  const whole = sink()
  for (const document of documents) entriesIn(document, whole)
  assert.deepEqual(read(text), whole.found)
})

test('an entry that is no JSON costs itself alone', () => {
  const text = '{"data":[{"a":1},{"b":tru},{"c" 3},{"d":"open\n},{"e":5}]}'
  const { entries, unreadable } = read(text)
  assert.deepEqual(
    entries.map(([entry]) => entry),
    [{ a: 1 }, { e: 5 }],
  )
  assert.equal(unreadable, 3)
})

test('what is cut off is told, and what came before it counts', () => {
  const { entries, unreadable } = read('{"data":[{"a":1},{"b":"mor')
  assert.deepEqual(
    entries.map(([entry]) => entry),
    [{ a: 1 }],
  )
  assert.equal(unreadable, 1)
})

test('an entry that is too long is passed over, however it is cut, and the next one is read', () => {
  const text = `{"x":"${'y'.repeat(500)}","data":[{"long":"${'z'.repeat(1000)}"},{"a":1}]}`
  for (let size = 1; size < 200; size += 13) {
    const cuts = Array.from({ length: Math.floor(text.length / size) }, (_, index) => index * size)
    const { entries, unreadable } = read(text, cuts, 300)
    assert.deepEqual(entries, [[{ a: 1 }, [{}]]])
    assert.equal(unreadable, 1)
  }
})

test('what is no JSON at all gives nothing and does not fail', () => {
  for (const text of ['', ']]}}', '"\\', '{{{[[[', 'data,[', ':::,,,', '[1,"a",null]', '\u0000'])
    assert.deepEqual(read(text).entries, [], text)
})
