import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { canonicalElement, isAlwaysKnown, kindOf, suggestElements } from './element-id.ts'
import { smallResolver } from './small-world.test.ts'

const known = new Set([
  'vendor:appletree',
  'provider:appletree',
  'provider:green-market',
  'model:appletree/apple-large-1',
  'region:north-1',
])
const suggest = (written: string) => suggestElements(written, known, smallResolver)

suite('elements as people write them', () => {
  test('each kind has one spelling', () => {
    for (const [written, canonical] of [
      ['model:apple-large-1', 'model:appletree/apple-large-1'],
      ['model:orchard/unknown', 'model:orchard/unknown'],
      ['jurisdiction:us', 'jurisdiction:US'],
      ['region:North 1', 'region:north1'],
      ['vendor:Appletree', 'vendor:appletree'],
      ['route:East', 'route:East'],
      ['class:undetermined', 'class:undetermined'],
      ['planet:mars', 'planet:mars'],
    ] as const) {
      assert.equal(canonicalElement(written, smallResolver), canonical)
    }
    assert.equal(kindOf('common-cause:frost'), 'common-cause')
    assert.equal(kindOf('frost'), null)
  })

  test('the nearest known element is suggested: another kind, a part of its name, a slip of the pen', () => {
    assert.deepEqual(suggest('appletree'), ['vendor:appletree', 'provider:appletree'])
    assert.deepEqual(suggest('vendor:apletree'), ['vendor:appletree'])
    assert.deepEqual(suggest('provider:market'), ['provider:green-market'])
    assert.deepEqual(suggest('provider:markt'), ['provider:green-market'])
    assert.deepEqual(suggest('apple-large-1'), ['model:appletree/apple-large-1'])
    assert.deepEqual(suggest('vendor:zzzzzzzzzz'), [])
  })

  test('countries and classes are known whether anything depends on them or not', () => {
    assert.ok(isAlwaysKnown('jurisdiction:NZ'))
    assert.ok(isAlwaysKnown('class:undetermined'))
    assert.ok(!isAlwaysKnown('jurisdiction:XX'))
    assert.ok(!isAlwaysKnown('class:citizen'))
    assert.ok(!isAlwaysKnown('vendor:appletree'))
  })
})
