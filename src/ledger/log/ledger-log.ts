import { Fault, messageOf } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import type { HashList } from '../merkle/hash-list.ts'
import { hashBytes } from '../merkle/merkle-hash.ts'
import type { TreeHead } from '../merkle/tree-head.ts'
import { type Checkpoint, openCheckpoint, signCheckpoint } from '../note/checkpoint.ts'
import { type NoteSigner, verifierKeyText } from '../note/signed-note.ts'
import { ledgerLimits } from '../limits.ts'
import type { LedgerFile } from './file-layer.ts'
import { LogDescription, verifiersOf } from './log-description.ts'
import type { LogFolder } from './log-folder.ts'
import { type Done, RecordChunk } from './record-chunk.ts'
import { recordHeaderBytes, segmentHeader } from './record-format.ts'
import { storedHead } from './stored-head.ts'
import { type RecoveredLog, type RecoveryReport, recoverLog } from './recover-log.ts'

/** Where an entry came to stand. */
export interface Position {
  readonly origin: string
  /** From 0. */
  readonly entry: number
}

export interface LogSettings {
  readonly folder: LogFolder
  readonly signer: NoteSigner
  /** Milliseconds since the epoch; also used to space checkpoints. */
  readonly now: () => number
  /** Calls back after so many milliseconds. */
  readonly after: (ms: number, then: () => void) => void
  /**
   * The last checkpoint that was seen of this log, kept where whoever can write to its folder cannot: an older copy
   * that is put back, or a log that was rewritten, does not fit it.
   */
  readonly witness?: Witness
  /** Told when writing begins to fail, and when it works again (null). */
  readonly onState?: (problem: string | null) => void
}

export interface Witness {
  /** A signed checkpoint; null: none was seen yet. */
  read(): Promise<string | null>
  write(note: string): Promise<void>
}

/** What records wait in. A longer one gets a chunk of its own. */
const chunkBytes = 256 * 2 ** 10

interface Segment {
  readonly firstEntry: number
  /** Bytes up to the end of the last durable record; the next one goes there. */
  length: number
  /** Null after a failure: what stands behind `length` is then cut away before the next write. */
  file: LedgerFile | null
}

interface OpenSegment extends Segment {
  file: LedgerFile
}

/**
 * One log, written by one process. Entries are queued and written in batches: the records of a batch go to the
 * segment in one write, one sync makes them durable, and only then are they taken up into the tree and told to
 * those who wait. A crash before the sync leaves a torn tail, which recovery cuts; a crash after it leaves whole
 * records, which recovery takes up through the same `publish`.
 */
export class LedgerLog {
  readonly origin: string
  readonly recovery: RecoveryReport
  readonly #settings: LogSettings
  readonly #release: () => Promise<void>
  readonly #head: TreeHead
  #segment: Segment | null = null
  /** The last one takes further records, unless it is being written already. */
  #queue: RecordChunk[] = []
  #filling: RecordChunk | null = null
  #queuedEntries = 0
  #queuedBytes = 0
  /** Chunks that were written, for the next records. */
  readonly #spare: RecordChunk[] = []
  readonly #awaitingRoom: (() => void)[] = []
  readonly #unsavedHashes: HashList
  #savedHashes: number
  #checkpointedAt = 0
  #checkpointedSize: number
  #isRunning = false
  #isScheduled = false
  #isCheckpointScheduled = false
  #isClosed = false
  #problem: string | null = null

  private constructor(
    settings: LogSettings,
    recovered: RecoveredLog,
    release: () => Promise<void>,
  ) {
    this.#release = release
    this.origin = settings.signer.name
    this.recovery = recovered.report
    this.#settings = settings
    this.#head = recovered.head
    this.#unsavedHashes = recovered.unsavedHashes
    this.#savedHashes = recovered.savedHashes
    this.#checkpointedSize = recovered.head.size - recovered.report.entriesWithoutCheckpoint
  }

  /** Opens a log, or begins one. Only one process at a time writes to a folder. */
  static async open(settings: LogSettings): Promise<LedgerLog> {
    const { folder } = settings
    await folder.files.makeFolder(folder.path)
    const release = await folder.files.lock(folder.lock)
    if (release === null) throw inUse(folder)
    try {
      return await LedgerLog.#openLocked(settings, release)
    } catch (error) {
      await release()
      throw error
    }
  }

  static async #openLocked(
    settings: LogSettings,
    release: () => Promise<void>,
  ): Promise<LedgerLog> {
    const { folder, signer } = settings
    const description = await describe(settings)
    const recovered = await recoverLog(folder, signer.name, verifiersOf(description), publish)
    const log = new LedgerLog(settings, recovered, release)
    if (recovered.segment !== null) log.#segment = { ...recovered.segment, file: null }
    if (log.#head.size !== log.#checkpointedSize || recovered.report.hashesRebuilt)
      await log.#saveHead()
    const note = (await settings.witness?.read()) ?? null
    if (note !== null) await log.#confirm(note, description)
    return log
  }

  /** Entries that are durable. */
  get size(): number {
    return this.#head.size
  }

  /** Why nothing can be written now; null while all is well. */
  get problem(): string | null {
    return this.#problem
  }

  head(): Checkpoint {
    return { origin: this.origin, size: this.#head.size, root: this.#head.root() }
  }

  /** Queues an entry: it is durable some milliseconds later. Throws when there is no room left to wait in. */
  record(content: string | Uint8Array): void {
    this.#enqueue(content, null)
  }

  /** Resolves when the entry would survive a loss of power. */
  recordDurable(content: string | Uint8Array): Promise<Position> {
    return new Promise((resolve) =>
      this.#enqueue(content, (entry) => resolve({ origin: this.origin, entry })),
    )
  }

  /** Resolves once less waits than fills some batches. */
  async room(): Promise<void> {
    // A turn of the event loop: somebody who only records would never hear that a batch is written.
    if (this.#queuedBytes >= ledgerLimits.batchBytesMax)
      await new Promise<void>((resolve) => this.#settings.after(0, resolve))
    while (this.#queuedBytes >= 4 * ledgerLimits.batchBytesMax && this.#problem === null)
      await new Promise<void>((resolve) => this.#awaitingRoom.push(resolve))
    if (this.#problem !== null) throw this.#cannotWrite()
  }

  /** Resolves when all that was recorded before is durable and under a checkpoint. */
  async close(): Promise<void> {
    this.#isClosed = true
    while (this.#isRunning || this.#queue.length > 0) {
      if (!this.#isRunning) await this.#run()
      else await new Promise<void>((resolve) => this.#settings.after(1, resolve))
      if (this.#problem !== null) throw this.#lostAtTheEnd()
    }
    await this.#saveHead()
    await this.#segment?.file?.close()
    this.#segment = null
    await this.#release()
  }

  #enqueue(content: string | Uint8Array, done: Done | null): void {
    if (this.#isClosed) throw new Fault('HF_LEDGER_CLOSED', `the log \`${this.origin}\` was closed`)
    confirmLength(content)
    // Of a text the bytes are counted once it is written: it may go over by one entry.
    const isFull =
      this.#queuedEntries >= ledgerLimits.queuedEntriesMax ||
      this.#queuedBytes + recordHeaderBytes + content.length > ledgerLimits.queuedBytesMax
    if (isFull) throw this.#cannotWrite()
    const chunk = this.#chunkFor(content)
    const before = chunk.length
    chunk.add(content, done)
    this.#queuedEntries += 1
    this.#queuedBytes += chunk.length - before
    // Somebody who waits need not wait for company as well: what comes meanwhile is the next batch.
    const isAtOnce = done !== null || this.#queuedBytes >= ledgerLimits.batchBytesMax
    if (!this.#isRunning && (isAtOnce || !this.#isScheduled))
      this.#schedule(isAtOnce ? 0 : ledgerLimits.batchMs)
  }

  #chunkFor(content: string | Uint8Array): RecordChunk {
    if (this.#filling?.hasRoomFor(content) === true) return this.#filling
    const length = recordHeaderBytes + bytesOf(content)
    const spare = length <= chunkBytes ? this.#spare.pop() : undefined
    const chunk = spare ?? new RecordChunk(Math.max(chunkBytes, length))
    this.#queue.push(chunk)
    this.#filling = chunk
    return chunk
  }

  #schedule(ms: number): void {
    this.#isScheduled = true
    this.#settings.after(ms, () => {
      this.#isScheduled = false
      if (!this.#isRunning) void this.#run()
    })
  }

  /** So that the last entries before a pause come under a checkpoint too. */
  #scheduleCheckpoint(): void {
    if (this.#isCheckpointScheduled) return
    this.#isCheckpointScheduled = true
    this.#settings.after(ledgerLimits.checkpointMs, () => {
      this.#isCheckpointScheduled = false
      if (!this.#isRunning && !this.#isClosed) void this.#run()
    })
  }

  /** Writes batch after batch until the queue is empty or the disk refuses. */
  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      // What is recorded while a checkpoint is written starts no run of its own: the queue is looked at once more.
      while (this.#queue.length > 0 || this.#isCheckpointDue()) {
        if (this.#queue.length > 0) await this.#commit(this.#takeBatch())
        if (this.#isCheckpointDue()) await this.#saveHead()
      }
      if (this.#checkpointedSize < this.#head.size) this.#scheduleCheckpoint()
      this.#setProblem(null)
    } catch (error) {
      this.#setProblem(messageOf(error))
      if (!this.#isClosed) this.#settings.after(ledgerLimits.retryMs, () => void this.#retry())
    } finally {
      this.#isRunning = false
    }
  }

  async #retry(): Promise<void> {
    if (!this.#isRunning && this.#problem !== null) await this.#run()
  }

  #takeBatch(): readonly RecordChunk[] {
    let bytes = 0
    const end = this.#queue.findIndex((chunk) => {
      bytes += chunk.length
      return bytes > ledgerLimits.batchBytesMax
    })
    const batch = this.#queue.slice(0, end === -1 ? undefined : Math.max(1, end))
    if (batch.at(-1) === this.#filling) this.#filling = null
    return batch
  }

  /** Stage, sync, publish. Only a batch that is durable leaves the queue: one that failed is written again. */
  async #commit(batch: readonly RecordChunk[]): Promise<void> {
    const segment = await this.#openSegment()
    try {
      await segment.file.writeAll(
        batch.map((chunk) => chunk.bytes),
        segment.length,
      )
      await segment.file.sync()
    } catch (error) {
      // After a failed sync nobody knows what the disk holds: it is cut back, and written anew through a new handle.
      await segment.file.close().catch(() => undefined)
      if (this.#segment !== null) this.#segment.file = null
      throw error
    }
    this.#queue = this.#queue.slice(batch.length)
    for (const chunk of batch) {
      segment.length += chunk.length
      this.#takeUp(chunk)
    }
    this.#wakeAwaitingRoom()
  }

  /** Something was written, or cannot be: both end a wait. */
  #wakeAwaitingRoom(): void {
    for (const wake of this.#awaitingRoom.splice(0)) wake()
  }

  #takeUp(chunk: RecordChunk): void {
    this.#queuedBytes -= chunk.length
    this.#queuedEntries -= chunk.count
    const first = this.#head.size
    publish(this.#head, chunk.leaves, this.#unsavedHashes)
    chunk.tell(first)
    chunk.clear()
    const isKept =
      chunk.size === chunkBytes && this.#spare.length * chunkBytes < ledgerLimits.batchBytesMax
    if (isKept) this.#spare.push(chunk)
  }

  #isCheckpointDue(): boolean {
    const isBehind = this.#checkpointedSize < this.#head.size
    return isBehind && this.#settings.now() - this.#checkpointedAt >= ledgerLimits.checkpointMs
  }

  async #openSegment(): Promise<OpenSegment> {
    const last = this.#segment
    if (last === null) return this.#beginSegment()
    if (last.length >= ledgerLimits.segmentBytes) {
      // Every segment but the last lies under a checkpoint, so that damage in it is never taken for a torn tail.
      await this.#cutBack(last)
      await this.#saveHead()
      await last.file?.close()
      this.#segment = null
      return this.#beginSegment()
    }
    return this.#cutBack(last)
  }

  async #cutBack(segment: Segment): Promise<OpenSegment> {
    if (isOpen(segment)) return segment
    const { folder } = this.#settings
    const file = await folder.files.openFile(folder.segment(segment.firstEntry))
    await file.truncate(segment.length)
    return Object.assign(segment, { file })
  }

  async #beginSegment(): Promise<OpenSegment> {
    const { folder } = this.#settings
    const firstEntry = this.#head.size
    const file = await folder.files.openFile(folder.segment(firstEntry))
    await file.write(segmentHeader, 0)
    await file.truncate(segmentHeader.length)
    await file.sync()
    await folder.files.syncFolder(folder.path)
    const segment = { firstEntry, length: segmentHeader.length, file }
    this.#segment = segment
    return segment
  }

  /** Stored hashes first, then the checkpoint over them: one that is there never speaks of hashes that are not. */
  async #saveHead(): Promise<void> {
    const { folder, signer, now } = this.#settings
    if (this.#head.size === 0) return
    if (this.#unsavedHashes.count > 0) {
      const file = await folder.files.openFile(folder.hashes)
      try {
        await file.write(this.#unsavedHashes.bytes, this.#savedHashes * hashBytes)
        await file.sync()
      } finally {
        await file.close()
      }
      this.#savedHashes += this.#unsavedHashes.count
      this.#unsavedHashes.clear()
    }
    const note = signCheckpoint(this.head(), signer)
    await folder.replace(folder.checkpoint, note)
    await this.#settings.witness?.write(note)
    this.#checkpointedSize = this.#head.size
    this.#checkpointedAt = now()
  }

  /** The log must still begin with what the witness saw. */
  async #confirm(note: string, description: LogDescription): Promise<void> {
    const { folder } = this.#settings
    const opened = openCheckpoint(note, this.origin, verifiersOf(description))
    if (opened.kind === 'refused')
      throw this.#rolledBack(`the checkpoint that was kept elsewhere: ${opened.reason}`)
    const { size, root } = opened.checkpoint
    if (size > this.#head.size)
      throw this.#rolledBack(`${size} entries were seen of it, ${this.#head.size} are there`)
    const seen = await storedHead(folder, size)
    if (seen?.root().equals(root) !== true)
      throw this.#rolledBack(`its first ${size} entries are others than those that were seen`)
  }

  #rolledBack(reason: string): Fault {
    return new Fault('HF_LEDGER_ROLLED_BACK', `the log \`${this.origin}\`: ${reason}`, {
      place: { path: this.#settings.folder.path },
      expected: 'the log that was seen last, with nothing but new entries behind it',
      advice: 'find out who put it there; put the newer copy back, or begin a new log beside it',
    })
  }

  #setProblem(problem: string | null): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#wakeAwaitingRoom()
    this.#settings.onState?.(problem)
  }

  #lostAtTheEnd(): Fault {
    const entries = `${this.#queuedEntries} entries`
    return new Fault(
      'HF_LEDGER_FULL',
      `the log \`${this.origin}\` cannot be written: ${this.#problem ?? ''}; the last ${entries} end with this process and stand in no record`,
      {
        place: { path: this.#settings.folder.path },
        expected: 'a disk with room that takes what is written',
        advice: `free room and start again: the log goes on behind what it holds, and \`holdfast ledger verify\` confirms that`,
      },
    )
  }

  #cannotWrite(): Fault {
    return new Fault(
      'HF_LEDGER_FULL',
      `the log \`${this.origin}\` cannot be written: ${this.#problem ?? 'its queue is full'}`,
      {
        place: { path: this.#settings.folder.path },
        expected: 'a disk with room that takes what is written',
        advice: `free room; ${this.#queuedEntries} entries wait in memory and are written once it works`,
      },
    )
  }
}

function bytesOf(content: string | Uint8Array): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length
}

function confirmLength(content: string | Uint8Array): void {
  const isShortEnough = content.length * 3 <= ledgerLimits.entryBytesMax
  if (content.length > 0 && isShortEnough) return
  const length = bytesOf(content)
  if (length > 0 && length <= ledgerLimits.entryBytesMax) return
  throw new Fault('HF_LEDGER_ENTRY', `an entry of ${length} bytes`, {
    expected: `1 to ${ledgerLimits.entryBytesMax} bytes`,
  })
}

function isOpen(segment: Segment): segment is OpenSegment {
  return segment.file !== null
}

function inUse(folder: LogFolder): Fault {
  return new Fault('HF_LEDGER_IN_USE', `another process writes to \`${folder.path}\``, {
    place: { path: folder.lock },
    expected: 'one process for each log',
    advice:
      'stop the other process, for instance a `holdfast serve` on the same folder (.holdfast/serve.json names it)',
  })
}

/** Takes leaves up into the tree. New entries and recovered ones alike come in here. */
function publish(head: TreeHead, leaves: Buffer, added: HashList): void {
  head.take(leaves, added)
}

async function describe({ folder, signer, now }: LogSettings): Promise<LogDescription> {
  const text = await folder.files.read(folder.description)
  const verifier = verifierKeyText(signer)
  if (text === null) {
    const begun: LogDescription = {
      version: 1,
      origin: signer.name,
      keys: [{ verifier, from: 0 }],
      created: new Date(now()).toISOString(),
    }
    await folder.replace(folder.description, `${JSON.stringify(begun, null, 2)}\n`)
    return begun
  }
  const parsed = LogDescription.safeParse(jsonOrNull(text))
  // A key that has handed over signs no more.
  const known = parsed.data?.keys.at(-1)?.verifier === verifier
  if (parsed.success && parsed.data.origin === signer.name && known) return parsed.data
  throw new Fault('HF_LEDGER_DAMAGED', `\`${folder.description}\` is not of this log and key`, {
    place: { path: folder.description },
    expected: `the log \`${signer.name}\`, signed by ${verifier}`,
    advice:
      '`holdfast ledger keys rotate` enters a new key; another process needs a log of its own',
  })
}
