import { join } from 'node:path'
import { Fault } from '../base/fault.ts'
import { claimedCheckpoint, type Ledger, LogFolder, nodeFiles } from '../ledger/index.ts'
import { checkpointTarget, type SignedHead } from './checkpoint-targets.ts'
import { version } from './installation.ts'
import {
  askForTimeStamp,
  readTrustedCertificates,
  type TimeStampAuthority,
  timeText,
} from './ledger-timestamp.ts'
import { ledgerPlace, type LedgerPlace, openLedger } from './open-ledger.ts'
import { printOut } from './write-output.ts'

export interface CheckpointFlags {
  readonly config: string
  readonly to: string
  /** Address of a time-stamping authority. */
  readonly timestamp?: string
  readonly tsaCa?: string
}

/**
 * Takes the signed heads of all logs out of reach of whoever can write to the ledger: `file:FOLDER`, `git:FOLDER` (a
 * commit in a repository) or an https address. What was taken out shows later whether the ledger was rewritten; with a time stamp
 * over it, also since when it has stood.
 */
export async function ledgerCheckpoint(flags: CheckpointFlags): Promise<void> {
  if (flags.tsaCa !== undefined && flags.timestamp === undefined)
    throw new Fault('HF_USAGE', '`--tsa-ca` without `--timestamp`', {
      expected: 'the address of the authority whose time stamps it is to be held against',
    })
  const place = await ledgerPlace(flags.config)
  if (flags.timestamp === undefined) {
    await printOut(`${await checkpointsTo(flags.to, place)} checkpoints written to ${flags.to}\n`)
    return
  }
  const deliver = checkpointTarget(flags.to, place.egress)
  const heads = await signedHeads(place)
  const trusted = flags.tsaCa === undefined ? [] : await readTrustedCertificates(flags.tsaCa)
  // Before anybody is asked: a log in use or a missing key is no reason to have asked in vain.
  const ledger = await openLedger(place, 'cli')
  try {
    const authority = { address: flags.timestamp, trusted, egress: place.egress }
    const { stamped, problem } = await stampHeads(heads, authority)
    await deliver(stamped)
    await printOut(`${stamped.length} checkpoints written to ${flags.to}\n`)
    await recordStamps(ledger, stamped)
    if (problem !== null) throw problem
  } finally {
    await ledger.close()
  }
}

/** Takes the heads there, without a time stamp; gives back how many. */
export async function checkpointsTo(to: string, place: LedgerPlace): Promise<number> {
  const deliver = checkpointTarget(to, place.egress)
  const heads = await signedHeads(place)
  await deliver(heads)
  return heads.length
}

async function signedHeads({ root }: LedgerPlace): Promise<readonly SignedHead[]> {
  const heads: SignedHead[] = []
  for (const log of (await nodeFiles.names(root)).toSorted()) {
    const note = await nodeFiles.read(new LogFolder(join(root, log), nodeFiles).checkpoint)
    if (note !== null) heads.push({ log, note: note.toString('utf8') })
  }
  if (heads.length === 0)
    throw new Fault('HF_FILE_READ', `no log in \`${root}\` has a checkpoint`, {
      expected: 'a ledger with entries',
    })
  return heads
}

/** An authority that refuses or fails takes no checkpoint away: the heads go where they should, and the problem is told after that. */
async function stampHeads(
  heads: readonly SignedHead[],
  authority: TimeStampAuthority,
): Promise<{ readonly stamped: readonly SignedHead[]; readonly problem: Fault | null }> {
  const stamped: SignedHead[] = []
  let problem: Fault | null = null
  for (const head of heads) {
    if (problem !== null) {
      stamped.push(head)
      continue
    }
    try {
      stamped.push({ ...head, granted: await askForTimeStamp(head.note, authority) })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      problem = error
      stamped.push(head)
    }
  }
  return { stamped, problem }
}

async function recordStamps(ledger: Ledger, heads: readonly SignedHead[]): Promise<void> {
  for (const { log, note, granted } of heads) {
    if (granted === undefined) continue
    const { stamp } = granted
    const checkpoint = claimedCheckpoint(note)
    const what = `${checkpoint?.size ?? 0} entries of ${checkpoint?.origin ?? log}`
    const trust =
      stamp.trustedBy === null ? 'held against no certificate' : `trusted by ${stamp.trustedBy}`
    const detail = `time stamp over ${what}: ${timeText(stamp)}, ${stamp.authority}, serial ${stamp.serial}, ${trust}`
    await ledger.recordDurable({ kind: 'process', event: 'witnessed', version: version(), detail })
    await printOut(`time stamp  ${what}: ${timeText(stamp)}, says ${stamp.authority}\n`)
  }
}
