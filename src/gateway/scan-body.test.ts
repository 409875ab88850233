import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scanBody, spliceBody } from './scan-body.ts'

const spaces = fc.constantFrom('', ' ', '\n  ', '\t\r\n')

test('every member of any object is found with its value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spaces, (object, space) => {
      const parts = Object.entries(object).map(
        ([name, value]) =>
          `${space}${JSON.stringify(name)}${space}:${space}${JSON.stringify(value, null, space.length)}${space}`,
      )
      const bytes = Buffer.from(`${space}{${parts.join(',')}${space}}${space}`)
      const found = scanBody(bytes).map(({ name, start, end }): [string, unknown] => [
        name,
        JSON.parse(bytes.toString('utf8', start, end)),
      ])
      assert.deepEqual(found, Object.entries(JSON.parse(bytes.toString('utf8')) as object))
    }),
  )
})

test('one value is replaced and every other byte stays', () => {
  const bytes = Buffer.from('{ "a" : [1, {"model":"x"}], "model"\n:\t"old\\"\\\\" , "n": 1.50 }')
  const member = scanBody(bytes).find(({ name }) => name === 'model')
  assert.ok(member)
  assert.equal(
    spliceBody(bytes, member, '"new"').toString(),
    '{ "a" : [1, {"model":"x"}], "model"\n:\t"new" , "n": 1.50 }',
  )
})

test('a name that is written with escapes is the same name', () => {
  assert.deepEqual(
    scanBody(Buffer.from('{"mod\\u0065l":"a","model":"b"}')).map(({ name }) => name),
    ['model', 'model'],
  )
})

test('what is no object has no members', () => {
  assert.deepEqual(scanBody(Buffer.from('["model"]')), [])
  assert.deepEqual(scanBody(Buffer.from('')), [])
})

test('it is told how deep each value goes', () => {
  const text = '{"a":1,"b":"[[{","c":[1,{"d":[]}],"e":{}}'
  assert.deepEqual(
    scanBody(Buffer.from(text)).map(({ name, depth }) => [name, depth]),
    [
      ['a', 0],
      ['b', 0],
      ['c', 3],
      ['e', 1],
    ],
  )
})
