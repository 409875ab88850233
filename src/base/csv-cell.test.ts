import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { csvCell } from './csv-cell.ts'

describe('a cell of the csv format', () => {
  test('is quoted when a comma, a quote, a line end or a space at an end stands in it', () => {
    assert.equal(csvCell('plain'), 'plain')
    assert.equal(csvCell('a,b'), '"a,b"')
    assert.equal(csvCell('say "no"'), '"say ""no"""')
    assert.equal(csvCell('two\nlines'), '"two\nlines"')
    assert.equal(csvCell(' edge'), '" edge"')
  })

  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n=', '  =', '＝']) {
    test(`is no formula when the text begins with ${JSON.stringify(start)}`, () => {
      assert.match(csvCell(`${start}1+1`), /^"?'/)
    })
  }

  test('is empty for nothing, and a number stays one', () => {
    assert.equal(csvCell(null), '')
    assert.equal(csvCell(undefined), '')
    assert.equal(csvCell(12), '12')
  })
})
