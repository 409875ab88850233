import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts'
import { ledgerLimits } from '../limits.ts'
import { recordBytes, segmentHeader, walkRecords, writeRecord } from './record-format.ts'
import { walkSegment } from './walk-segment.ts'

/** A segment of records with contents of these lengths, each of another byte. */
function segmentOf(lengths: readonly number[]): Buffer {
  const records = lengths.map((length, index) => {
    const memory = Buffer.alloc(length + 9)
    const body = writeRecord(memory, 0, Buffer.alloc(length, index))
    return memory.subarray(0, recordBytes(body))
  })
  return Buffer.concat([segmentHeader, ...records])
}

async function assertSameWalk(bytes: Buffer): Promise<void> {
  const disk = new SimulatedDisk()
  disk.put('segment', bytes)
  const whole: string[] = []
  const walk = walkRecords(bytes, segmentHeader.length, (record, offset) =>
    whole.push(`${offset} ${record.end - offset} ${record.body[1]}`),
  )
  const windowed: string[] = []
  let next = segmentHeader.length
  const { isBegunWell, ...found } = await walkSegment(disk, 'segment', (record, offset) => {
    assert.equal(offset, next)
    next += recordBytes(record.body)
    windowed.push(`${offset} ${next - offset} ${record.body[1]}`)
  })
  assert.deepEqual(windowed, whole)
  assert.deepEqual(found, walk)
  assert.ok(isBegunWell)
}

const mebibyte = 2 ** 20

test('a segment read in windows shows what a reading of the whole shows, wherever windows end', async () => {
  const length = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 2000 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: mebibyte }) },
    { weight: 1, arbitrary: fc.constant(ledgerLimits.entryBytesMax) },
  )
  const lengths = fc.array(length, { maxLength: 24, size: 'max' })
  await fc.assert(
    fc.asyncProperty(lengths, fc.nat(), fc.nat(255), async (chosen, place, mask) => {
      const bytes = segmentOf(chosen)
      await assertSameWalk(bytes)
      const at = Math.max(segmentHeader.length, place % bytes.length)
      await assertSameWalk(bytes.subarray(0, at))
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ mask
      await assertSameWalk(bytes)
    }),
    { numRuns: 10 },
  )
})

test('a segment that ends exactly where a window does ends well', async () => {
  const window = 4 * mebibyte
  const first = mebibyte - segmentHeader.length - 9
  const lengths = [first, mebibyte - 9, mebibyte - 9, mebibyte - 9]
  assert.equal(segmentOf(lengths).length, window)
  await assertSameWalk(segmentOf(lengths))
  await assertSameWalk(segmentOf([...lengths, ...lengths]))
})

test('a file that is shorter than the beginning of a segment, empty or missing, has no records', async () => {
  const disk = new SimulatedDisk()
  disk.put('short', segmentHeader.subarray(0, 5))
  disk.put('empty', Buffer.alloc(0))
  for (const path of ['short', 'empty', 'missing']) {
    const walk = await walkSegment(disk, path, () => assert.fail('there is no record'))
    assert.equal(walk.isBegunWell, false, path)
    assert.equal(walk.problem, null, path)
  }
})
