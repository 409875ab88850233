import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts'
import { LedgerLog } from '../log/ledger-log.ts'
import { LogFolder } from '../log/log-folder.ts'
import { segmentHeader, walkRecords } from '../log/record-format.ts'
import { noteSigner, privateKeyOf } from '../note/signed-note.ts'
import { plainSegmentReader, type SegmentReader } from './read-segment.ts'
import { verifyLog } from './verify-log.ts'

const signer = noteSigner('acme.example/ledger/test', privateKeyOf(Buffer.alloc(32, 3)))
const first = 'log/0000000000000000.segment'
const second = 'log/0000000000000004.segment'
const third = 'log/0000000000000009.segment'

/** Twelve entries, in segments that begin with the entries 0, 4 and 9. */
async function log(contents = Array.from({ length: 12 }, (_, number) => `{"entry":${number}}`)) {
  const disk = new SimulatedDisk()
  const folder = new LogFolder('log', disk)
  let now = 1_780_000_000_000
  const written = await LedgerLog.open({
    folder,
    signer,
    now: () => (now += 1000),
    after: (_, then) => void setImmediate(then),
  })
  for (const content of contents) written.record(content)
  await written.close()
  const bytes = (await disk.read(first)) ?? Buffer.alloc(0)
  const records: Buffer[] = []
  walkRecords(bytes, segmentHeader.length, (record, offset) =>
    records.push(bytes.subarray(offset, record.end)),
  )
  const cut = (from: number, to?: number) =>
    Buffer.concat([segmentHeader, ...records.slice(from, to)])
  disk.put(first, cut(0, 4))
  disk.put(second, cut(4, 9))
  disk.put(third, cut(9))
  const read = async (path: string) => (await disk.read(path)) ?? Buffer.alloc(0)
  const verify = (reader?: SegmentReader) =>
    verifyLog({
      folder,
      origin: signer.name,
      verifiers: [signer],
      ...(reader === undefined ? {} : { reader }),
    })
  return { disk, read, verify }
}

/** Reads all segments at once and is done with the last one first, as threads might be. */
function hastyReader(disk: SimulatedDisk): SegmentReader {
  const plain = plainSegmentReader(disk)
  return {
    atOnce: 3,
    read: async (question) => {
      for (let turn = question.firstEntry; turn < 12; turn += 1)
        await new Promise((resolve) => setImmediate(resolve))
      return plain.read(question)
    },
  }
}

test('segments that are read at once and out of turn are found as when read one by one', async () => {
  const { disk, verify } = await log()
  const found = await verify()
  assert.deepEqual(found.problems, [])
  assert.equal(found.entries, 12)
  assert.deepEqual(await verify(hastyReader(disk)), found)
  disk.put(second, Buffer.concat([segmentHeader, Buffer.from('bad bytes, many')]))
  const bad = await verify()
  assert.equal(bad.problems[0]?.entry, 4)
  assert.deepEqual(await verify(hastyReader(disk)), bad)
})

test('segments that were swapped, or that are missing, are found and the first bad entry named', async () => {
  const { disk, read, verify } = await log()
  const [second_, third_] = [await read(second), await read(third)]
  disk.put(second, third_)
  disk.put(third, second_)
  assert.equal((await verify()).problems[0]?.entry, 4)
  disk.put(second, second_)
  disk.put(third, third_)
  assert.deepEqual((await verify()).problems, [])
  await disk.remove(second)
  const [gap] = (await verify()).problems
  assert.equal(gap?.entry, 4)
  assert.match(gap?.reason ?? '', /segment of entry 9 stands where entry 4 is due/)
})

test('a tail is told apart from a cut only behind all that is signed, at the end of the last segment', async () => {
  const { disk, read, verify } = await log()
  const torn = async (path: string, change: (bytes: Buffer) => Buffer) => {
    const bytes = await read(path)
    disk.put(path, change(bytes))
    const { problems } = await verify()
    disk.put(path, bytes)
    return problems.map((one) => one.isTornTail === true)
  }
  const longer = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0, 0, 1, 0, 9])])
  assert.deepEqual(await torn(third, longer), [true])
  assert.ok(!(await torn(second, longer)).includes(true))
  assert.ok(!(await torn(third, (bytes) => bytes.subarray(0, -1))).includes(true))
})

test('what entries say of the log itself is heard, and decisions are not searched for it', async () => {
  const at = '2026-06-12T21:21:00.000Z'
  const id = '01977f2e-1234-7000-8000-123456789012'
  const whole = (entry: string) => `{"at":"${at}","entry":${entry},"id":"${id}"}`
  const removal = `{"by":"a","kind":"removal","origin":"o","ranges":[[0,1]],"rule":"r"}`
  const rotation = `{"after":"b","before":"a","by":"c","kind":"key-rotation"}`
  const { verify } = await log([
    whole('{"by":["a"],"drill":"removal","event":"\\"kind\\":\\"removal\\"","kind":"drill"}'),
    whole(removal),
    ...Array.from({ length: 8 }, (_, number) => `{"entry":${number}}`),
    whole(rotation),
    whole('{"by":"a","kind":"removal"}'),
  ])
  const { notes, problems } = await verify()
  assert.deepEqual(
    notes.map(({ entry, body }) => [entry, body.kind]),
    [
      [1, 'removal'],
      [10, 'key-rotation'],
    ],
  )
  assert.deepEqual(
    problems.map((one) => one.entry),
    [11],
  )
  assert.match(problems[0]?.reason ?? '', /does not follow its schema/)
})
