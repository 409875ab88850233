import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Failure, SimulatedDisk } from '../../../test/support/simulated-disk.ts'
import { ledgerLimits } from '../limits.ts'
import { leafHash } from '../merkle/merkle-hash.ts'
import { TreeHead } from '../merkle/tree-head.ts'
import { noteSigner, privateKeyOf } from '../note/signed-note.ts'
import { LedgerLog, type Position } from './ledger-log.ts'
import { LogFolder } from './log-folder.ts'
import { decodeRecord, recordHeaderBytes, segmentHeader } from './record-format.ts'

const signer = noteSigner('acme.example/ledger/test', privateKeyOf(Buffer.alloc(32, 3)))

/** Time stands still until somebody waits; then it jumps to the next thing that is due. */
class ManualClock {
  #now = 1_780_000_000_000
  readonly #due: { readonly at: number; readonly run: () => void }[] = []

  readonly now = (): number => this.#now

  readonly after = (ms: number, then: () => void): void => {
    this.#due.push({ at: this.#now + ms, run: then })
  }

  /** Runs all that falls due within so many milliseconds, and what comes of it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settle()
      const next = this.#due.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > end) break
      this.#due.splice(this.#due.indexOf(next), 1)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = end
  }
}

/** Lets all promises that can run do so; the simulated disk waits for nothing else. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

const entry = (number: number): Buffer => Buffer.from(`{"number":${number}}`)

function open(disk: SimulatedDisk, clock: ManualClock): Promise<LedgerLog> {
  const folder = new LogFolder('log', disk)
  return LedgerLog.open({ folder, signer, now: clock.now, after: clock.after })
}

/** The entries that stand in the segments, in order. */
async function entriesIn(disk: SimulatedDisk): Promise<readonly string[]> {
  const entries: string[] = []
  for (const path of disk.paths().filter((one) => one.endsWith('.segment'))) {
    const bytes = (await disk.read(path)) ?? Buffer.alloc(0)
    for (let at = segmentHeader.length; ;) {
      const record = decodeRecord(bytes, at)
      if (record === null) break
      assert.equal(record.kind, 'entry', `${path} at ${at}`)
      if (record.kind !== 'entry') break
      entries.push(record.content.toString())
      at = record.end
    }
  }
  return entries
}

function rootOver(entries: readonly string[]): Buffer {
  const head = new TreeHead()
  for (const one of entries) head.append(leafHash(Buffer.from(one)))
  return head.root()
}

async function confirmWhole(disk: SimulatedDisk, log: LedgerLog): Promise<readonly string[]> {
  const entries = await entriesIn(disk)
  assert.equal(log.size, entries.length)
  assert.ok(log.head().root.equals(rootOver(entries)), 'the root is that of the entries')
  return entries
}

test('entries come to stand in the order in which they were recorded, under one checkpoint', async () => {
  const disk = new SimulatedDisk()
  const clock = new ManualClock()
  const log = await open(disk, clock)
  const positions: Position[] = []
  log.record(entry(0))
  void log.recordDurable(entry(1)).then((position) => positions.push(position))
  log.record(entry(2))
  await clock.pass(1000)
  assert.deepEqual(positions, [{ origin: signer.name, entry: 1 }])
  assert.deepEqual(
    await confirmWhole(disk, log),
    [0, 1, 2].map((one) => entry(one).toString()),
  )
  const note = (await disk.read('log/checkpoint'))?.toString() ?? ''
  assert.match(note, /^acme\.example\/ledger\/test\n3\n/)
})

test('an entry that comes while a checkpoint is written waits for no other one to come', async () => {
  const clock = new ManualClock()
  const told: number[] = []
  let isRecording = false
  const log = await LedgerLog.open({
    folder: new LogFolder('log', new SimulatedDisk()),
    signer,
    now: clock.now,
    after: clock.after,
    witness: {
      read: () => Promise.resolve(null),
      write: async () => {
        if (isRecording) void log.recordDurable(entry(1)).then((place) => told.push(place.entry))
        isRecording = false
      },
    },
  })
  log.record(entry(0))
  await clock.pass(ledgerLimits.batchMs)
  log.record(entry(0))
  // The next checkpoint is written when nothing waits.
  await clock.pass(ledgerLimits.batchMs)
  isRecording = true
  await clock.pass(ledgerLimits.checkpointMs)
  assert.equal(isRecording, false)
  assert.deepEqual(told, [2])
})

test('a log goes on where it ended, also without its stored hashes', async () => {
  const disk = new SimulatedDisk()
  const clock = new ManualClock()
  const first = await open(disk, clock)
  for (let number = 0; number < 20; number += 1) first.record(entry(number))
  await clock.pass(1000)
  for (const withoutHashes of [false, true]) {
    if (withoutHashes) disk.put('log/hashes', Buffer.alloc(0))
    const again = await open(disk, clock)
    assert.equal(again.size, 20 + (withoutHashes ? 1 : 0))
    assert.equal(again.recovery.hashesRebuilt, withoutHashes)
    again.record(entry(again.size))
    await clock.pass(1000)
    await confirmWhole(disk, again)
  }
})

/** What is done to the disk in every test of failures below. Numbers of those who were told that they are durable. */
async function scenario(disk: SimulatedDisk, clock: ManualClock): Promise<readonly number[]> {
  const told: number[] = []
  const log = await open(disk, clock).catch(() => null)
  if (log === null) return told
  for (let batch = 0; batch < 3; batch += 1) {
    for (let number = batch * 3; number < batch * 3 + 3; number += 1)
      void log.recordDurable(entry(number)).then(() => told.push(number))
    await clock.pass(300)
  }
  await clock.pass(5 * ledgerLimits.retryMs)
  return told
}

async function stepsOfScenario(): Promise<number> {
  const disk = new SimulatedDisk()
  await scenario(disk, new ManualClock())
  return disk.steps
}

test('a crash at any step loses no entry that was told to be durable, whatever the disk kept', async () => {
  const steps = await stepsOfScenario()
  assert.ok(steps > 20)
  for (const how of ['crash-before', 'crash-after'] satisfies Failure[]) {
    for (let step = 0; step < steps; step += 1) {
      const disk = new SimulatedDisk()
      disk.failure = { step, how }
      const told = await scenario(disk, new ManualClock())
      const keeps = [() => true, () => false, (write: number) => write % 2 === 0]
      for (const [index, keep] of keeps.entries()) {
        const after = disk.afterCrash(keep)
        const clock = new ManualClock()
        const log = await open(after, clock)
        const entries = await confirmWhole(after, log)
        const name = `${how} at step ${step}, variant ${index}`
        for (const number of told) assert.equal(entries[number], entry(number).toString(), name)
        assert.equal(new Set(entries).size, entries.length, `${name}: an entry stands twice`)
        log.record(entry(100))
        await clock.pass(1000)
        assert.equal((await confirmWhole(after, log)).at(-1), entry(100).toString(), name)
      }
    }
  }
})

test('a step that fails once is made good: nothing is lost, nothing stands twice, and it is told', async () => {
  const steps = await stepsOfScenario()
  for (const how of ['refuse', 'half'] satisfies Failure[]) {
    for (let step = 0; step < steps; step += 1) {
      const disk = new SimulatedDisk()
      disk.failure = { step, how }
      const told = await scenario(disk, new ManualClock())
      const seen = disk.asSeen()
      const isBegun = (await seen.read('log/log.json')) !== null
      if (told.length === 0) {
        assert.ok(step < 12 || !isBegun, `${how} at step ${step} only hinders the opening`)
        continue
      }
      const log = await open(seen, new ManualClock())
      const entries = await confirmWhole(seen, log)
      assert.equal(told.length, 9, `${how} at step ${step}: all were told`)
      assert.deepEqual(
        entries,
        Array.from({ length: 9 }, (_, number) => entry(number).toString()),
        `${how} at step ${step}`,
      )
    }
  }
})

test('a torn tail is cut back to the last whole entry, and its bytes are put aside', async () => {
  const disk = new SimulatedDisk()
  const clock = new ManualClock()
  const log = await open(disk, clock)
  for (let number = 0; number < 4; number += 1) log.record(entry(number))
  await clock.pass(1000)
  const path = 'log/0000000000000000.segment'
  const whole = (await disk.read(path)) ?? Buffer.alloc(0)
  const torn = Buffer.concat([whole, Buffer.from('torn')])
  disk.put(path, torn)
  const again = await open(disk, clock)
  assert.equal(again.size, 4)
  assert.equal(again.recovery.cutBytes, 4)
  assert.deepEqual(await disk.read('log/cut-0000000000000004.bytes'), Buffer.from('torn'))
  await confirmWhole(disk, again)
})

test('damage under a checkpoint is a fault that names the entry, and nothing is cut', async () => {
  const disk = new SimulatedDisk()
  const clock = new ManualClock()
  const log = await open(disk, clock)
  for (let number = 0; number < 4; number += 1) log.record(entry(number))
  await clock.pass(1000)
  const path = 'log/0000000000000000.segment'
  const whole = (await disk.read(path)) ?? Buffer.alloc(0)
  disk.put('log/hashes', Buffer.alloc(0))
  for (const bytes of [whole.subarray(0, -1), changed(whole, segmentHeader.length + 12)]) {
    disk.put(path, bytes)
    await assert.rejects(open(disk, clock), /HF_LEDGER_DAMAGED|entry \d of the log is damaged/)
    assert.deepEqual(await disk.read(path), bytes)
  }
})

test('a full queue refuses the next entry with a reason, and a disk with room takes all that waited', async () => {
  const disk = new SimulatedDisk()
  const clock = new ManualClock()
  const log = await open(disk, clock)
  const big = Buffer.alloc(ledgerLimits.entryBytesMax, 65)
  const fits = Math.floor(ledgerLimits.queuedBytesMax / (big.length + recordHeaderBytes))
  for (let count = 0; count < fits; count += 1) log.record(big)
  assert.throws(() => log.record(big), /queue is full/)
  assert.throws(() => log.record(Buffer.alloc(ledgerLimits.entryBytesMax + 1)), /an entry of/)
  await clock.pass(1000)
  assert.equal(log.size, fits)
})

test('an older copy that is put back and a log that was rewritten do not fit the last checkpoint seen', async () => {
  const clock = new ManualClock()
  let seen: string | null = null
  const witness = {
    read: () => Promise.resolve(seen),
    write: (note: string) => {
      seen = note
      return Promise.resolve()
    },
  }
  const openSeen = (disk: SimulatedDisk) =>
    LedgerLog.open({
      folder: new LogFolder('log', disk),
      signer,
      now: clock.now,
      after: clock.after,
      witness,
    })
  const disk = new SimulatedDisk()
  const log = await openSeen(disk)
  for (let number = 0; number < 3; number += 1) log.record(entry(number))
  await clock.pass(1000)
  const older = disk.asSeen()
  log.record(entry(3))
  await clock.pass(1000)
  assert.equal((await openSeen(disk.asSeen())).size, 4)
  await assert.rejects(openSeen(older), /4 entries were seen of it, 3 are there/)
  const rewritten = new SimulatedDisk()
  const other = await open(rewritten, clock)
  for (let number = 9; number > 0; number -= 1) other.record(entry(number))
  await clock.pass(1000)
  await assert.rejects(openSeen(rewritten), /first 4 entries are others than those that were seen/)
})

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
