import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIndex } from './read-index.ts'

interface Entry {
  readonly name: string
  readonly mode?: number
  readonly size?: number
  readonly flags?: number
}

/** An index of version 2, as gitformat-index describes it. */
function makeIndex(entries: readonly Entry[], extension = Buffer.alloc(0), version = 2): Buffer {
  const header = Buffer.alloc(12)
  header.write('DIRC')
  header.writeUInt32BE(version, 4)
  header.writeUInt32BE(entries.length, 8)
  const parts = entries.map(({ name, mode = 0o100644, size = 1, flags = 0 }) => {
    const nameBytes = Buffer.from(name)
    const bytes = Buffer.alloc((62 + nameBytes.length + 8) & ~7)
    bytes.writeUInt32BE(mode, 24)
    bytes.writeUInt32BE(size, 36)
    bytes.fill(0xab, 40, 60)
    bytes.writeUInt16BE(flags | Math.min(nameBytes.length, 0xfff), 60)
    nameBytes.copy(bytes, 62)
    return bytes
  })
  return Buffer.concat([header, ...parts, extension, Buffer.alloc(20)])
}

test('names, kinds, ids and sizes are read', () => {
  const index = makeIndex([
    { name: 'a', size: 7 },
    { name: 'folder/link', mode: 0o120000 },
    { name: 'sub', mode: 0o160000 },
  ])
  const entries = readIndex(index, 20)
  assert.deepEqual(entries?.[0], {
    name: { text: 'a', bytes: null },
    type: 'file',
    blob: 'ab'.repeat(20),
    size: 7,
    vouchedFor: true,
  })
  assert.deepEqual(
    entries?.map(({ type }) => type),
    ['file', 'link', 'repository'],
  )
})

test('entries that git assumes unchanged or that are in conflict are not vouched for', () => {
  const index = makeIndex([
    { name: 'assumed', flags: 0x8000 },
    { name: 'conflict', flags: 0x2000 },
    { name: 'plain' },
  ])
  assert.deepEqual(
    readIndex(index, 20)?.map(({ vouchedFor }) => vouchedFor),
    [false, false, true],
  )
})

test('an index that is split, sparse, newer, cut or none is left to git', () => {
  const whole = makeIndex([{ name: 'a' }, { name: 'b' }])
  const link = Buffer.concat([Buffer.from('link'), Buffer.alloc(4)])
  const tree = Buffer.concat([Buffer.from('TREE'), Buffer.alloc(4)])
  assert.notEqual(readIndex(makeIndex([{ name: 'a' }], tree), 20), null)
  assert.equal(readIndex(makeIndex([{ name: 'a' }], link), 20), null)
  assert.equal(readIndex(makeIndex([{ name: 'a' }], Buffer.alloc(0), 5), 20), null)
  assert.equal(readIndex(Buffer.alloc(0), 20), null)
  assert.equal(readIndex(Buffer.from('something else altogether'), 20), null)
  for (let length = 0; length < whole.length - 30; length++) {
    assert.equal(readIndex(whole.subarray(0, length), 20), null, `cut at ${length}`)
  }
})

test('long names are read to their end, and one that is not as long as it says is left to git', () => {
  const long = `folder/${'n'.repeat(5_000)}`
  const entries = readIndex(makeIndex([{ name: long }, { name: 'z' }]), 20)
  assert.deepEqual(
    entries?.map(({ name }) => name.text),
    [long, 'z'],
  )
  const lying = makeIndex([{ name: 'apple' }, { name: 'lemon' }])
  lying.writeUInt16BE(3, 12 + 60)
  assert.equal(readIndex(lying, 20), null)
})
