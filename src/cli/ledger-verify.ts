import { Fault } from '../base/fault.ts'
import {
  type LedgerVerification,
  nodeFiles,
  type NoteVerifier,
  openKeptCheckpoint,
  parseVerifierKey,
  verifyLedger,
} from '../ledger/index.ts'
import { readTrustedCertificates, timeText } from './ledger-timestamp.ts'
import {
  checkStamp,
  type StampFiles,
  type StampFinding,
  stampFiles,
} from './ledger-timestamp-check.ts'
import { readTextFile } from './read-text-file.ts'
import { segmentThreads } from './segment-threads.ts'
import { printOut } from './write-output.ts'

export interface VerifyFlags {
  readonly key: readonly string[]
  readonly witness: readonly string[]
  /** Time stamps, and the checkpoints that they are over. */
  readonly timestamp: readonly string[]
  readonly checkpoint: readonly string[]
  readonly tsaCa?: string
  readonly schema: boolean
  readonly format: 'text' | 'json'
}

/** All that was found of a ledger, and of what was held against it. */
interface Findings {
  readonly ledger: LedgerVerification
  /** Witnesses that say nothing of this ledger. */
  readonly badWitnesses: readonly { readonly file: string; readonly reason: string }[]
  readonly timestamps: readonly StampFinding[]
}

const problemsShown = 20

export async function ledgerVerify(folder: string, flags: VerifyFlags): Promise<void> {
  const findings = await findingsOf(folder, flags)
  if (findings.ledger.logs.length === 0)
    throw new Fault('HF_FILE_READ', `there is no log in \`${folder}\``, {
      expected: 'a folder of logs, each with a `log.json`',
      advice: 'name the folder of the ledger, by default `.holdfast/ledger` beside holdfast.yaml',
    })
  await printOut(flags.format === 'json' ? findingsJson(findings) : findingsText(findings))
  if (!isWhole(findings)) process.exitCode = 1
}

async function findingsOf(root: string, flags: VerifyFlags): Promise<Findings> {
  if (flags.tsaCa !== undefined && flags.timestamp.length === 0)
    throw new Fault('HF_USAGE', '`--tsa-ca` without `--timestamp`', {
      expected: 'the time stamps that are to be held against it',
    })
  const pairs = stampFiles(flags.timestamp, flags.checkpoint)
  const textIn = async (file: string) => ({ file, note: await readTextFile(file) })
  return await heldAgainst(root, {
    certificates: flags.tsaCa === undefined ? [] : await readTrustedCertificates(flags.tsaCa),
    trusted: await Promise.all(flags.key.map(readVerifierKey)),
    witnesses: await Promise.all(flags.witness.map(textIn)),
    stamped: await Promise.all(
      pairs.map(async (files) => ({ files, ...(await textIn(files.checkpoint)) })),
    ),
    withSchema: flags.schema,
  })
}

/** What a ledger is held against; files are only named any more. */
interface HeldAgainst {
  readonly certificates: Parameters<typeof checkStamp>[0]['trusted']
  readonly trusted: readonly NoteVerifier[]
  readonly witnesses: readonly { readonly file: string; readonly note: string }[]
  readonly stamped: readonly { readonly files: StampFiles; readonly note: string }[]
  readonly withSchema: boolean
}

/** The same for whoever has no files: keys and witnesses as texts. */
export async function verifiedLedger(
  root: string,
  given: {
    readonly keys: readonly string[]
    readonly witnesses: readonly string[]
    readonly withSchema: boolean
  },
) {
  const findings = await heldAgainst(root, {
    certificates: [],
    trusted: given.keys.map((key) => verifierKeyIn(key)),
    witnesses: given.witnesses.map((note, index) => ({ file: `witness ${index + 1}`, note })),
    stamped: [],
    withSchema: given.withSchema,
  })
  return shownFindings(findings)
}

async function heldAgainst(
  root: string,
  { certificates, trusted, witnesses, stamped, withSchema }: HeldAgainst,
): Promise<Findings> {
  const keptOf = async <T extends { readonly note: string }>(one: T) => ({
    ...one,
    kept: await openKeptCheckpoint(one.note, { root, files: nodeFiles, trusted }),
  })
  const heldWitnesses = await Promise.all(witnesses.map(keptOf))
  const heldStamps = await Promise.all(stamped.map(keptOf))
  const reader = segmentThreads()
  const ledger = await verifyLedger({
    root,
    files: nodeFiles,
    withSchema,
    trusted,
    witnessNotes: [...heldWitnesses, ...heldStamps].map(({ note }) => note),
    reader,
  }).finally(() => reader.end())
  const timestamps: StampFinding[] = []
  for (const { files, note, kept } of heldStamps)
    timestamps.push(await checkStamp({ files, note, kept, trusted: certificates, found: ledger }))
  const badWitnesses = heldWitnesses.flatMap(({ file, kept }) =>
    kept.kind === 'refused' ? [{ file, reason: kept.reason }] : [],
  )
  return { ledger, badWitnesses, timestamps }
}

function isWhole({ ledger, badWitnesses, timestamps }: Findings): boolean {
  const isProven = timestamps.every((one) => one.problem === null)
  return ledger.isWhole && badWitnesses.length === 0 && isProven
}

async function readVerifierKey(text: string): Promise<NoteVerifier> {
  // What looks like a key and is none is no name of a file either.
  const isKeyLike = /^\S+\+[0-9a-f]{8}\+\S+$/.test(text)
  return verifierKeyIn(isKeyLike ? text : await readTextFile(text), text)
}

function verifierKeyIn(key: string, text = key): NoteVerifier {
  const parsed = parseVerifierKey(key)
  if (parsed !== null) return parsed
  throw new Fault('HF_USAGE', `\`${text}\` holds no public key of a ledger`, {
    expected: '`NAME+KEYID+BASE64`, as `keys` in log.json has it',
  })
}

function findingsText({ ledger, badWitnesses, timestamps }: Findings): string {
  const lines = [
    ...ledger.logs.flatMap(logLines),
    ...badWitnesses.map(({ file, reason }) => `BAD  witness ${file}: ${reason}`),
    ...timestamps.map(stampLine),
  ]
  if (ledger.selfNamedKeys.length > 0)
    lines.push(
      'The keys were taken from the folder itself; hold them against those you know:',
      ...ledger.selfNamedKeys.map((key) => `  ${key}`),
    )
  const unheld = timestamps.flatMap(({ stamp }) => (stamp?.trustedBy === null ? [stamp] : []))
  const authorities = new Set(unheld.map((one) => `  ${one.certificate}  ${one.authority}`))
  if (authorities.size > 0)
    lines.push(
      "The authorities' certificates were taken from the time stamps themselves; --tsa-ca holds them against those you trust:",
      ...authorities,
    )
  return `${lines.join('\n')}\n`
}

function logLines(log: LedgerVerification['logs'][number]): readonly string[] {
  const signed = log.checkpoint === null ? 0 : log.checkpoint.size
  const state = log.problems.length === 0 ? 'whole' : 'BAD'
  const removed = log.removed.length === 0 ? '' : `, ${log.removed.length} removed by retention`
  return [
    `${state}  ${log.origin}: ${log.entries} entries, ${signed} signed${removed}`,
    ...log.problems.slice(0, problemsShown).map((problem) => {
      const entry = problem.entry === null ? '' : `entry ${problem.entry}: `
      const offset = problem.offset === null ? '' : ` at byte ${problem.offset}`
      return `  ${entry}${problem.reason} (${problem.file}${offset})`
    }),
    ...(log.problems.length > problemsShown
      ? [`  and ${log.problems.length - problemsShown} more`]
      : []),
  ]
}

function stampLine({ timestamp, origin, size, stamp, problem }: StampFinding): string {
  if (problem !== null || stamp === null)
    return `BAD  time stamp ${timestamp}: ${problem?.reason ?? ''}`
  const trust = stamp.trustedBy === null ? '' : `, trusted by ${stamp.trustedBy}`
  return `proven  ${origin}: its first ${size} entries existed at ${timeText(stamp)}, says ${stamp.authority}${trust}`
}

function findingsJson(findings: Findings): string {
  return `${JSON.stringify(shownFindings(findings), null, 2)}\n`
}

function shownFindings(findings: Findings) {
  const { ledger, badWitnesses, timestamps } = findings
  const logs = ledger.logs.map((log) => ({
    ...log,
    checkpoint:
      log.checkpoint === null
        ? null
        : { ...log.checkpoint, root: log.checkpoint.root.toString('base64') },
  }))
  return { ...ledger, logs, isWhole: isWhole(findings), badWitnesses, timestamps }
}
