import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { test } from 'node:test'
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts'
import { LedgerLog } from '../log/ledger-log.ts'
import { LogFolder } from '../log/log-folder.ts'
import { decodeRecord, recordHeaderBytes, segmentHeader } from '../log/record-format.ts'
import { openCheckpoint, signCheckpoint } from '../note/checkpoint.ts'
import { noteSigner, privateKeyOf } from '../note/signed-note.ts'
import { type LogVerification, verifyLog } from './verify-log.ts'

const signer = noteSigner('acme.example/ledger/test', privateKeyOf(Buffer.alloc(32, 3)))
const thief = noteSigner('acme.example/ledger/test', privateKeyOf(Buffer.alloc(32, 4)))
const entries = Array.from({ length: 9 }, (_, number) => Buffer.from(`{"entry":${number}}`))
const segment = 'log/0000000000000000.segment'

async function writtenLog(contents: readonly Buffer[] = entries): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk()
  let now = 1_780_000_000_000
  const log = await LedgerLog.open({
    folder: new LogFolder('log', disk),
    signer,
    now: () => (now += 1000),
    after: (_, then) => void setImmediate(then),
  })
  for (const content of contents) log.record(content)
  await log.close()
  return disk
}

function verify(
  disk: SimulatedDisk,
  witnesses: Parameters<typeof verifyLog>[0]['witnesses'] = [],
): Promise<LogVerification> {
  const folder = new LogFolder('log', disk)
  return verifyLog({ folder, origin: signer.name, verifiers: [signer], witnesses })
}

async function bytesOf(disk: SimulatedDisk, path: string): Promise<Buffer> {
  return (await disk.read(path)) ?? Buffer.alloc(0)
}

function withByte(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy
}

test('a log as it was written has no problem', async () => {
  const found = await verify(await writtenLog())
  assert.deepEqual(found.problems, [])
  assert.equal(found.entries, 9)
  assert.equal(found.checkpoint?.size, 9)
})

test('every change of one byte in a segment is found and its entry named', async () => {
  const disk = await writtenLog()
  const bytes = await bytesOf(disk, segment)
  const starts: number[] = []
  for (let at = segmentHeader.length; at < bytes.length;) {
    starts.push(at)
    const record = decodeRecord(bytes, at)
    assert.equal(record?.kind, 'entry')
    at = record?.kind === 'entry' ? record.end : bytes.length
  }
  for (let at = 0; at < bytes.length; at += 1) {
    disk.put(segment, withByte(bytes, at, at % 8))
    const [problem] = (await verify(disk)).problems
    const entry = Math.max(
      0,
      starts.findLastIndex((start) => start <= at),
    )
    assert.equal(problem?.entry, entry, `byte ${at}`)
  }
})

test('a forger who mends the checksum is found, and the entry named by the stored hashes', async () => {
  const disk = await writtenLog()
  const bytes = await bytesOf(disk, segment)
  for (let at = segmentHeader.length, entry = 0; at < bytes.length; entry += 1) {
    const record = decodeRecord(bytes, at)
    assert.equal(record?.kind, 'entry')
    if (record?.kind !== 'entry') return
    const forged = withByte(bytes, at + recordHeaderBytes + 3, 1)
    forged.writeUInt32BE(crc32(forged.subarray(at + 8, record.end)), at + 4)
    disk.put(segment, forged)
    const [problem] = (await verify(disk)).problems
    assert.equal(problem?.entry, entry)
    assert.match(problem?.reason ?? '', /not the entry that was signed/)
    at = record.end
  }
})

test('every change of one byte in the stored hashes or the checkpoint is found', async () => {
  const disk = await writtenLog()
  for (const path of ['log/hashes', 'log/checkpoint']) {
    const bytes = await bytesOf(disk, path)
    for (let at = 0; at < bytes.length; at += 1) {
      disk.put(path, withByte(bytes, at, at % 8))
      const found = await verify(disk)
      assert.notEqual(found.problems.length, 0, `${path} byte ${at}`)
    }
    disk.put(path, bytes)
  }
})

test('entries that were cut off, left out, swapped or put twice are found', async () => {
  const disk = await writtenLog()
  const bytes = await bytesOf(disk, segment)
  const records: Buffer[] = []
  for (let at = segmentHeader.length; at < bytes.length;) {
    const record = decodeRecord(bytes, at)
    if (record?.kind !== 'entry') return
    records.push(bytes.subarray(at, record.end))
    at = record.end
  }
  const [first, second, third, ...rest] = records
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  const attacks: readonly (readonly [string, readonly Buffer[], number])[] = [
    ['cut off', records.slice(0, -1), 8],
    ['left out', [first, third, ...rest], 1],
    ['swapped', [second, first, third, ...rest], 0],
    ['put twice', [first, first, second, third, ...rest], 1],
  ]
  for (const [name, kept, entry] of attacks) {
    disk.put(segment, Buffer.concat([segmentHeader, ...kept]))
    const { problems } = await verify(disk)
    const text = problems.map((one) => `${one.entry} ${one.reason}`).join('; ')
    assert.equal(problems[0]?.entry, entry, `${name}: ${text}`)
  }
})

test('a checkpoint of another key or another log is refused', async () => {
  const disk = await writtenLog()
  const note = (await bytesOf(disk, 'log/checkpoint')).toString()
  const opened = openCheckpoint(note, signer.name, [signer])
  assert.equal(opened.kind, 'verified')
  if (opened.kind !== 'verified') return
  disk.put('log/checkpoint', Buffer.from(signCheckpoint(opened.checkpoint, thief)))
  assert.match((await verify(disk)).problems[0]?.reason ?? '', /no known key signed it/)
  const other = noteSigner('acme.example/ledger/other', signer.privateKey)
  disk.put('log/checkpoint', Buffer.from(signCheckpoint(opened.checkpoint, other)))
  assert.notEqual((await verify(disk)).problems.length, 0)
})

test('an older copy that was put back, and a fork, are found by a checkpoint kept elsewhere', async () => {
  const witness = (await verify(await writtenLog())).checkpoint
  assert.ok(witness !== null)
  const older = await verify(await writtenLog(entries.slice(0, 5)), [witness])
  assert.match(older.problems[0]?.reason ?? '', /missing: 9 entries were signed, 5 are there/)
  const forked = await writtenLog([...entries.slice(0, 7), ...entries.slice(0, 6)])
  const found = await verify(forked, [witness])
  assert.match(found.problems[0]?.reason ?? '', /do not lead to the root/)
  assert.deepEqual((await verify(forked)).problems, [], 'without a witness nothing is strange')
})

test('entries after the checkpoint are counted as signed by nobody yet', async () => {
  const disk = await writtenLog()
  const shorter = await writtenLog(entries.slice(0, 6))
  disk.put('log/checkpoint', await bytesOf(shorter, 'log/checkpoint'))
  const found = await verify(disk)
  assert.deepEqual(found.problems, [])
  assert.equal(found.entriesWithoutCheckpoint, 3)
})
