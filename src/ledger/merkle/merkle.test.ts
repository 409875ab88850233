import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { emptyRoot, leafHash } from './merkle-hash.ts'
import {
  consistencyProof,
  inclusionProof,
  treeEdge,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './proofs.ts'
import { type ReadHashes, storedHashCount, storedHashIndex } from './stored-hashes.ts'
import { TreeHead } from './tree-head.ts'

/** Leaves, roots and proofs of the reference implementation of Certificate Transparency, merkle_tree_test.cc. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'))
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const paths: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
]
const consistencies: readonly (readonly [number, number, readonly string[]])[] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]

interface Grown {
  readonly read: ReadHashes
  readonly roots: readonly Buffer[]
}

function grow(entries: readonly Uint8Array[]): Grown {
  const head = new TreeHead()
  const stored: Buffer[] = []
  const grownRoots = [head.root()]
  for (const entry of entries) {
    stored.push(...head.append(leafHash(entry)))
    grownRoots.push(head.root())
  }
  return { read: (indexes) => indexes.map((index) => stored[index] as Buffer), roots: grownRoots }
}

/** MTH of RFC 6962 section 2.1, as it is written there. */
function naiveRoot(entries: readonly Uint8Array[]): Buffer {
  const sha = (...parts: readonly Uint8Array[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
  const [first] = entries
  if (first === undefined) return sha()
  if (entries.length === 1) return sha(Buffer.of(0), first)
  let split = 1
  while (split * 2 < entries.length) split *= 2
  return sha(Buffer.of(1), naiveRoot(entries.slice(0, split)), naiveRoot(entries.slice(split)))
}

test('the published roots of trees of up to eight leaves come out', () => {
  const grown = grow(leaves)
  assert.ok(grown.roots[0]?.equals(emptyRoot))
  for (const [index, root] of roots.entries()) {
    assert.equal(grown.roots[index + 1]?.toString('hex'), root)
    assert.equal(treeRoot(index + 1, grown.read).toString('hex'), root)
  }
})

test('the published audit paths come out and lead to the published roots', () => {
  const { read } = grow(leaves)
  for (const [index, size, path] of paths) {
    const proof = inclusionProof(index, size, read)
    assert.deepEqual(
      proof.map((one) => one.toString('hex')),
      path,
    )
    const root = Buffer.from(roots[size - 1] ?? '', 'hex')
    assert.ok(verifyInclusion(leafHash(leaves[index] as Buffer), index, size, proof, root))
  }
})

test('the published consistency proofs come out and hold', () => {
  const grown = grow(leaves)
  for (const [first, second, expected] of consistencies) {
    const proof = consistencyProof(first, second, grown.read)
    assert.deepEqual(
      proof.map((one) => one.toString('hex')),
      expected,
    )
    const [old, now] = [grown.roots[first] as Buffer, grown.roots[second] as Buffer]
    assert.ok(verifyConsistency(first, second, proof, old, now))
  }
})

test('roots, stored hashes and edges agree with the definition for every size to 130', () => {
  const entries = Array.from({ length: 130 }, (_, index) => Buffer.from(`entry ${index}`))
  const grown = grow(entries)
  for (let size = 0; size <= entries.length; size += 1) {
    const root = naiveRoot(entries.slice(0, size))
    assert.ok(grown.roots[size]?.equals(root))
    assert.ok(TreeHead.from(size, treeEdge(size, grown.read)).root().equals(root))
  }
  assert.equal(storedHashCount(8), 15)
  assert.equal(storedHashIndex(3, 0), 14)
})

test('a proof holds for its own leaf, place, size and root only', () => {
  const size = fc.integer({ min: 1, max: 200 })
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), fc.nat(), (count, where, bit, which) => {
      const entries = Array.from({ length: count }, (_, index) => Buffer.from(`entry ${index}`))
      const grown = grow(entries)
      const root = grown.roots[count] as Buffer
      const index = where % count
      const leaf = leafHash(entries[index] as Buffer)
      const proof = inclusionProof(index, count, grown.read)
      assert.ok(verifyInclusion(leaf, index, count, proof, root))
      assert.ok(!verifyInclusion(leaf, index + 1, count, proof, root))
      assert.ok(!verifyInclusion(leafHash(Buffer.from('other')), index, count, proof, root))
      assert.ok(!verifyInclusion(leaf, index, count, [...proof, root], root))
      if (proof.length === 0) return
      const changed = proof.map((one) => Buffer.from(one))
      const hash = changed[which % changed.length] as Buffer
      hash[bit % 32] = (hash[bit % 32] ?? 0) ^ 1
      assert.ok(!verifyInclusion(leaf, index, count, changed, root))
      assert.ok(!verifyInclusion(leaf, index, count, proof.slice(1), root))
    }),
  )
})

test('an older tree is shown to be the beginning of a newer one, and no other is', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 0, max: 150 }))
  fc.assert(
    fc.property(sizes, ([first, more]) => {
      const entries = Array.from({ length: first + more }, (_, index) => Buffer.from(`${index}`))
      const grown = grow(entries)
      const second = first + more
      const [old, now] = [grown.roots[first] as Buffer, grown.roots[second] as Buffer]
      const proof = consistencyProof(first, second, grown.read)
      assert.ok(verifyConsistency(first, second, proof, old, now))
      const forked = grow([...entries.slice(0, first - 1), Buffer.from('forked')]).roots[first]
      assert.ok(!verifyConsistency(first, second, proof, forked as Buffer, now))
      if (more > 0) assert.ok(!verifyConsistency(first, second, proof, old, old))
    }),
  )
})

test('no leaf outside the tree has a proof', () => {
  const { read } = grow(leaves)
  assert.throws(() => inclusionProof(8, 8, read), RangeError)
  assert.throws(() => consistencyProof(9, 8, read), RangeError)
})
