import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueOwners, packageOwners } from './manifest-owners.ts'

test('the owner of a Backstage entity is read, also from a later document', () => {
  const text = 'kind: Location\n---\nkind: Component\nspec:\n  owner: group:default/appsec\n'
  assert.deepEqual(catalogueOwners(text), ['group:default/appsec'])
  assert.deepEqual(catalogueOwners('spec: {}\n'), [])
  assert.deepEqual(catalogueOwners('{'), [])
})

test('a document made of aliases to aliases gives nothing and takes no time', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe'].map((pair) => [pair[0], pair[1]])) {
    bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${of}`).join(',')}]`)
  }
  assert.deepEqual(catalogueOwners(bomb.join('\n')), [])
})

test('maintainers come before the author, and only names are kept', () => {
  const both = { maintainers: [{ name: 'Ada', email: 'a@b.c' }, 'Grace <g@h.i>'], author: 'Zoe' }
  assert.deepEqual(packageOwners(JSON.stringify(both)), ['Ada', 'Grace'])
  assert.deepEqual(packageOwners('{"author":"Zoe <z@y.x> (https://zoe.example)"}'), ['Zoe'])
  assert.deepEqual(packageOwners('{"author":{"name":"Zoe"}}'), ['Zoe'])
  assert.deepEqual(packageOwners('{}'), [])
  assert.deepEqual(packageOwners('not json'), [])
})
