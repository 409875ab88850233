import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HashList } from './hash-list.ts'
import { leafHash } from './merkle-hash.ts'
import { entryOfStoredHash, storedHashCount } from './stored-hashes.ts'
import { TreeHead } from './tree-head.ts'

const leaves = Array.from({ length: 300 }, (_, number) => leafHash(Buffer.from(`entry ${number}`)))

test('leaves that are taken up together lead to the hashes and the root of leaves taken up alone', () => {
  const one = new TreeHead()
  const alone = leaves.map((leaf) => Buffer.concat(one.append(leaf)))
  const many = new TreeHead()
  const together = new HashList()
  for (const [from, to] of [
    [0, 1],
    [1, 1],
    [1, 130],
    [130, 300],
  ])
    many.take(Buffer.concat(leaves.slice(from, to)), together)
  assert.deepEqual(together.bytes, Buffer.concat(alone))
  assert.equal(together.count, storedHashCount(300))
  assert.deepEqual(many.root(), one.root())
})

test('a stored hash belongs to the leaf with which it became known', () => {
  let index = 0
  for (let leaf = 0; leaf < 300; leaf += 1)
    for (; index < storedHashCount(leaf + 1); index += 1)
      assert.equal(entryOfStoredHash(index), leaf, `hash ${index}`)
})

test('a list of hashes that was emptied begins anew', () => {
  const list = new HashList()
  new TreeHead().take(Buffer.concat(leaves), list)
  list.clear()
  assert.equal(list.count, 0)
  new TreeHead().take(Buffer.concat(leaves.slice(0, 1)), list)
  assert.deepEqual(list.bytes, leaves[0])
})
