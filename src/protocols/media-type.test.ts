import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mediaTypeOfName, nameForMediaType } from './media-type.ts'

test('the ending of a name or of an address tells the type', () => {
  assert.equal(mediaTypeOfName('Report.PDF'), 'application/pdf')
  assert.equal(mediaTypeOfName('https://images.example/v1.2/a.webp?size=9.png#x'), 'image/webp')
})

test('without a known ending there is no type', () => {
  for (const name of ['', 'report', 'https://example.com/a.b/c', 'a.unheard'])
    assert.equal(mediaTypeOfName(name), undefined)
})

test('data without a name gets one by its type', () => {
  assert.equal(nameForMediaType('application/pdf'), 'file.pdf')
  assert.equal(nameForMediaType('application/x-unheard'), 'file')
})
