import { type X509Certificate, webcrypto } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import {
  type KeptCheckpoint,
  lastInstant,
  type LedgerVerification,
  openTimeStamp,
  type TimeStamp,
  timeStampLimits,
} from '../ledger/index.ts'
import { whyNot } from './why-not.ts'

/** A time stamp and the checkpoint that it is to be over, as files. */
export interface StampFiles {
  readonly timestamp: string
  readonly checkpoint: string
}

/** What a time stamp proves of a ledger, or the one thing that keeps it from proving anything. */
export interface StampFinding extends StampFiles {
  /** Log that the checkpoint speaks of; null: that cannot be told. */
  readonly origin: string | null
  /** Entries that existed then. */
  readonly size: number | null
  /** What the authority says; null: it is not known to have said anything. */
  readonly stamp: TimeStamp | null
  readonly problem: { readonly kind: string; readonly reason: string } | null
}

/** The n-th checkpoint belongs to the n-th time stamp; without any, each lies beside its time stamp, under the name that `ledger checkpoint` gave it. */
export function stampFiles(
  timestamps: readonly string[],
  checkpoints: readonly string[],
): readonly StampFiles[] {
  if (checkpoints.length !== 0 && checkpoints.length !== timestamps.length)
    throw new Fault(
      'HF_USAGE',
      `${timestamps.length} of --timestamp and ${checkpoints.length} of --checkpoint`,
      {
        expected: 'one --checkpoint for each --timestamp, or none where they lie side by side',
        advice: 'a checkpoint without a time stamp is given with --witness',
      },
    )
  return timestamps.map((timestamp, index) => ({
    timestamp,
    checkpoint: checkpoints[index] ?? timestamp.replace(/(?:\.tsr)?$/, '.checkpoint'),
  }))
}

export interface StampCheck {
  readonly files: StampFiles
  readonly note: string
  /** What the ledger knows of the note. */
  readonly kept: KeptCheckpoint
  readonly trusted: readonly X509Certificate[]
  /** The ledger, verified with the note among its witnesses. */
  readonly found: LedgerVerification
}

export async function checkStamp(check: StampCheck): Promise<StampFinding> {
  const { files, note, kept, trusted, found } = check
  const opened = await openTimeStamp({
    answer: await readStart(files.timestamp),
    message: Buffer.from(note),
    trusted,
    now: Date.now(),
    isFresh: false,
    crypto: webcrypto,
  })
  const stamp = opened.kind === 'verified' ? opened.stamp : null
  if (kept.kind === 'refused') {
    const problem = { kind: 'bad-checkpoint', reason: `its checkpoint: ${kept.reason}` }
    return { ...files, origin: null, size: null, stamp, problem }
  }
  const { origin, size } = kept.checkpoint
  const known = { ...files, origin, size, stamp }
  if (opened.kind === 'refused')
    return { ...known, problem: { kind: opened.problem, reason: opened.reason } }
  const reason = lossOf(kept.checkpoint, found)
  if (reason !== null) return { ...known, problem: { kind: 'other-entries', reason } }
  const last = await lastInstant(kept.folder, size)
  const late = last === null ? null : latenessOf(last, opened.stamp)
  return {
    ...known,
    problem: late === null ? null : { kind: 'clock-differs', reason: late },
  }
}

/** One byte more than may be there, so that what is too long is seen to be, and read no further. */
async function readStart(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(timeStampLimits.answerBytesMax + 1)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new Fault('HF_FILE_READ', `cannot read \`${path}\`: ${whyNot(error)}`, {
      expected: 'a time stamp as `ledger checkpoint --timestamp` keeps it',
      cause: error,
    })
  }
}

/** A problem that is known to lie behind the stamped entries does not touch them; any other may. */
function lossOf(
  { origin, size }: { readonly origin: string; readonly size: number },
  found: LedgerVerification,
): string | null {
  const log = found.logs.find((one) => one.origin === origin)
  const isWhole = log?.problems.every(({ entry }) => entry !== null && entry >= size) ?? false
  return isWhole
    ? null
    : `the ledger is not known to hold the ${size} entries that existed then: its log is bad`
}

/** Entries that were there cannot have been recorded after that. */
function latenessOf(last: number, { at, accuracyMs }: TimeStamp): string | null {
  const allowed = timeStampLimits.clockDifferenceMsMax + (accuracyMs ?? 0)
  const late = last - Date.parse(at)
  if (late <= allowed) return null
  return `its last entry says ${new Date(last).toISOString()}, which is ${Math.round(late / 1000)} s after ${at}: the clock of the ledger or that of the authority was wrong`
}
