import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readContents, writeContents } from './kept-contents.ts'

test('contents come back as they were, whatever their bytes', () => {
  const contents = {
    request: Buffer.from('{"model":"m"}\n{}'),
    answer: Buffer.from([0, 10, 255, 123]),
    requestBytes: 16,
    answerBytes: 400_000,
  }
  assert.deepEqual(readContents(writeContents(contents)), contents)
})

test('what is of another form is none', () => {
  for (const text of ['', 'no line', 'no json\n', '{"requestBytes":1}\n', 'null\n'])
    assert.equal(readContents(Buffer.from(text)), null)
})
