import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { leafHash } from '../merkle/merkle-hash.ts'
import { RecordChunk } from './record-chunk.ts'
import { walkRecords } from './record-format.ts'

test('what a chunk has room for stands in it whole, texts of any characters too, with its leaf hash', () => {
  const content = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.string({ minLength: 1, maxLength: 60 }),
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
  )
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 15 }),
      fc.integer({ min: 70, max: 600 }),
      (all, size) => {
        const chunk = new RecordChunk(size)
        const taken = all.filter((one) => {
          const hasRoom = chunk.hasRoomFor(one)
          if (hasRoom) chunk.add(one, null)
          return hasRoom
        })
        const found: Buffer[] = []
        walkRecords(chunk.bytes, 0, (record) => found.push(record.content))
        assert.deepEqual(
          found,
          taken.map((one) => Buffer.from(one)),
        )
        assert.deepEqual(chunk.leaves, Buffer.concat(found.map(leafHash)))
        assert.ok(chunk.length <= size)
      },
    ),
  )
})

test('room is there to the last byte, and those who wait are told the numbers of their entries', () => {
  const chunk = new RecordChunk(2 * (9 + 4))
  const told: number[] = []
  chunk.add('four', (entry) => told.push(entry))
  assert.ok(chunk.hasRoomFor('éé'))
  assert.ok(!chunk.hasRoomFor('ééa'))
  chunk.add('éé', (entry) => told.push(entry))
  assert.ok(!chunk.hasRoomFor('a'))
  chunk.tell(7)
  assert.deepEqual(told, [7, 8])
  chunk.clear()
  assert.equal(chunk.count, 0)
  assert.ok(chunk.hasRoomFor('four'))
})
