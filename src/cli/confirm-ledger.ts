import type { KeyObject } from 'node:crypto'
import { Fault } from '../base/fault.ts'
import {
  folderOf,
  type LedgerVerification,
  nodeFiles,
  noteSigner,
  verifierKeyText,
  verifyLedger,
} from '../ledger/index.ts'
import { type LedgerPlace, signingKeyOf, witnessNote } from './open-ledger.ts'
import { segmentThreads } from './segment-threads.ts'

type VerifiedLog = LedgerVerification['logs'][number]

/**
 * Before anything is destroyed for good the whole ledger must verify, under the key of this configuration. An index
 * stops at damage, and a log that was put back or rewritten lacks what came last: either may hide a hold.
 */
export async function confirmLedger(place: LedgerPlace): Promise<void> {
  const signingKey = await signingKeyOf(place)
  // Holds are placed by commands, which have a log of their own.
  const holds = `${place.origin}/cli`
  const origins = [...(await originsIn(place)), holds]
  const seen = await Promise.all(origins.map((one) => witnessNote(place, one)))
  const reader = segmentThreads()
  const { logs } = await verifyLedger({
    root: place.root,
    files: nodeFiles,
    trusted: [],
    witnessNotes: seen.filter((note) => note !== null),
    reader,
  }).finally(() => reader.end())
  const isLost = seen.at(-1) !== null && !logs.some((log) => log.folder === folderOf(holds))
  const [first, ...others] = [
    ...logs.flatMap((log) => complaintsOf(log, place, signingKey)),
    ...(isLost ? [`${holds}, which tells of holds, is not here and was seen before`] : []),
  ]
  if (first === undefined) return
  throw new Fault(
    'HF_LEDGER_DAMAGED',
    `the ledger does not verify, so nothing is destroyed: ${first}`,
    {
      place: { path: place.root },
      expected: 'a ledger that is whole: what is bad or missing in it may be a hold',
      others: others.slice(0, othersShown),
      advice:
        'put back what is missing or was changed, then repeat; `holdfast ledger verify` says more',
    },
  )
}

const othersShown = 20

/** By the names of their folders. */
async function originsIn({ root }: LedgerPlace): Promise<readonly string[]> {
  return (await nodeFiles.names(root)).flatMap((name) => {
    try {
      return [decodeURIComponent(name)]
    } catch {
      return []
    }
  })
}

/** Another process may be writing: what is cut off behind all that is signed is none of a hold that stands. */
function complaintsOf(
  { origin, problems, checkpoint, signedBy }: VerifiedLog,
  place: LedgerPlace,
  signingKey: KeyObject,
): readonly string[] {
  const found = problems
    .filter((one) => one.isTornTail !== true)
    .map(({ entry, reason }) => (entry === null ? reason : `entry ${entry}: ${reason}`))
  const isOurs = origin.startsWith(`${place.origin}/`) && checkpoint !== null
  const key = verifierKeyText(noteSigner(origin, signingKey))
  const strangers =
    isOurs && !signedBy.includes(key) ? ['the key of holdfast.yaml did not sign it'] : []
  return [...found, ...strangers].map((one) => `${origin}: ${one}`)
}
