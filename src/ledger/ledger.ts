import { join } from 'node:path'
import { uuidv7OfHex } from '../base/uuidv7.ts'
import type { EntryBody } from '../schema/ledger-entry.ts'
import { entryJson } from './entry-json.ts'
import type { FileLayer } from './log/file-layer.ts'
import { LedgerLog, type Position, type Witness } from './log/ledger-log.ts'
import { LogFolder } from './log/log-folder.ts'
import type { RecoveryReport } from './log/recover-log.ts'
import type { Checkpoint } from './note/checkpoint.ts'
import type { NoteSigner } from './note/signed-note.ts'
import type { RandomBytes } from './seal/sealed-value.ts'

export interface LedgerSettings {
  /** Folder of all logs. */
  readonly root: string
  /** Its name is the origin of this process's log. */
  readonly signer: NoteSigner
  readonly files: FileLayer
  readonly now: () => number
  readonly after: (ms: number, then: () => void) => void
  readonly random: RandomBytes
  readonly witness?: Witness
  readonly onState?: (problem: string | null) => void
}

/** Random bytes are fetched for this many ids at once. */
const idsAtOnce = 512
const randomBytesOfId = 10
const randomDigitsOfId = 2 * randomBytesOfId

/**
 * What a process records. `record` returns at once and the entry is durable some milliseconds later; `recordDurable`
 * waits for the disk. Both throw when the disk has refused for so long that no more room is left to wait in.
 */
export class Ledger {
  readonly #log: LedgerLog
  readonly #settings: LedgerSettings
  /** Random bytes as hex digits. */
  #random = ''
  #randomAt = 0
  /** The last instant, as entries have it: many share a millisecond. */
  #instant = { ms: 0, text: instantOf(0) }

  private constructor(log: LedgerLog, settings: LedgerSettings) {
    this.#log = log
    this.#settings = settings
  }

  static async open(settings: LedgerSettings): Promise<Ledger> {
    const { root, signer, files, now, after, witness, onState } = settings
    const folder = new LogFolder(join(root, folderOf(signer.name)), files)
    const log = await LedgerLog.open({
      folder,
      signer,
      now,
      after,
      ...(witness === undefined ? {} : { witness }),
      ...(onState === undefined ? {} : { onState }),
    })
    return new Ledger(log, settings)
  }

  record(entry: EntryBody): void {
    this.#log.record(this.#encode(entry))
  }

  recordDurable(entry: EntryBody): Promise<Position> {
    return this.#log.recordDurable(this.#encode(entry))
  }

  /** Resolves once less waits than fills some batches: for writers that could outrun the disk. */
  room(): Promise<void> {
    return this.#log.room()
  }

  get recovery(): RecoveryReport {
    return this.#log.recovery
  }

  /** Why nothing can be written now; null while all is well. */
  get problem(): string | null {
    return this.#log.problem
  }

  head(): Checkpoint {
    return this.#log.head()
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  #encode(entry: EntryBody): string {
    const now = this.#settings.now()
    if (now !== this.#instant.ms) this.#instant = { ms: now, text: instantOf(now) }
    return entryJson(this.#instant.text, entry, this.#newId(now))
  }

  #newId(now: number): string {
    if (this.#randomAt === this.#random.length) {
      this.#random = this.#settings.random(idsAtOnce * randomBytesOfId).toString('hex')
      this.#randomAt = 0
    }
    const from = this.#randomAt
    this.#randomAt += randomDigitsOfId
    return uuidv7OfHex(now, this.#random.slice(from, this.#randomAt))
  }
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** An origin such as `acme.example/gateway-1` as the name of a folder. */
export function folderOf(origin: string): string {
  return encodeURIComponent(origin)
}
