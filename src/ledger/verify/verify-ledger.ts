import { join } from 'node:path'
import { jsonOrNull } from '../../base/json-or-null.ts'
import type { FileLayer } from '../log/file-layer.ts'
import { LogDescription, verifiersOf } from '../log/log-description.ts'
import { LogFolder } from '../log/log-folder.ts'
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts'
import { type NoteVerifier, openNote, verifierKeyText } from '../note/signed-note.ts'
import type { LogNote, LogProblem, SegmentReader } from './read-segment.ts'
import { type LogVerification, verifyLog } from './verify-log.ts'

interface VerifiedLog extends Omit<LogVerification, 'notes'> {
  readonly folder: string
}

export interface LedgerVerification {
  /** In the order of their folders. */
  readonly logs: readonly VerifiedLog[]
  readonly isWhole: boolean
  /** Verifier keys that the folders themselves name, when no trusted one was given. */
  readonly selfNamedKeys: readonly string[]
}

export interface VerifyLedgerSettings {
  readonly root: string
  readonly files: FileLayer
  /** Keys that are known from elsewhere; empty: those that the folder names, which proves less. */
  readonly trusted: readonly NoteVerifier[]
  /** Signed checkpoints that were kept elsewhere, as texts. */
  readonly witnessNotes?: readonly string[]
  /** Also hold every entry against its schema: slower by far, and no matter of tampering. */
  readonly withSchema?: boolean
  /** What reads the segments; absent: this thread does, one after the other. */
  readonly reader?: SegmentReader
  readonly onProgress?: (log: string, entries: number) => void
}

/** Verifies every log of a ledger. Needs the files and a public key, nothing else. */
export async function verifyLedger(settings: VerifyLedgerSettings): Promise<LedgerVerification> {
  const {
    root,
    files,
    trusted,
    witnessNotes = [],
    withSchema = false,
    reader,
    onProgress,
  } = settings
  const logs: VerifiedLog[] = []
  const selfNamed = new Set<string>()
  for (const name of (await files.names(root)).toSorted()) {
    const folder = new LogFolder(join(root, name), files)
    const description = await describedLog(folder)
    if (description === null) continue
    const own = verifiersOf(description)
    if (trusted.length === 0) for (const one of own) selfNamed.add(verifierKeyText(one))
    const retired = await retiredCheckpoints(folder, own)
    const { notes, ...found } = await verifyLog({
      folder,
      origin: description.origin,
      verifiers: [...own, ...trusted],
      witnesses: [
        ...witnessesOf(description.origin, [...own, ...trusted], witnessNotes),
        ...retired.map((one) => one.checkpoint),
      ],
      withSchema,
      ...(reader === undefined ? {} : { reader }),
      onProgress: (entries) => onProgress?.(name, entries),
    })
    const said = new Notes(notes, description.origin)
    const strangers =
      trusted.length === 0 || found.signedBy.length === 0
        ? []
        : untrusted(found.signedBy, said.heirs(trusted, retired))
    const problems = [...strangers, ...found.problems, ...said.unexplained(found.removed)]
    logs.push({ ...found, problems, folder: name })
  }
  const isWhole = logs.every((log) => log.problems.length === 0)
  return { logs, isWhole, selfNamedKeys: [...selfNamed] }
}

/** Null: the folder is none of a log. */
async function describedLog(folder: LogFolder): Promise<LogDescription | null> {
  const text = await folder.files.read(folder.description).catch(() => null)
  return text === null ? null : (LogDescription.safeParse(jsonOrNull(text)).data ?? null)
}

function witnessesOf(
  origin: string,
  verifiers: readonly NoteVerifier[],
  notes: readonly string[],
): readonly Checkpoint[] {
  return notes.flatMap((note) => {
    const opened = openNote(note, verifiers)
    const checkpoint = opened.kind === 'verified' ? parseCheckpoint(opened.text) : null
    return checkpoint?.origin === origin ? [checkpoint] : []
  })
}

interface RetiredCheckpoint {
  /** Verifier key that signed it last. */
  readonly key: string
  readonly checkpoint: Checkpoint
}

async function retiredCheckpoints(
  folder: LogFolder,
  own: readonly NoteVerifier[],
): Promise<readonly RetiredCheckpoint[]> {
  const found: RetiredCheckpoint[] = []
  for (const one of own) {
    const note = await folder.files.read(folder.retiredCheckpoint(one.keyId.toString('hex')))
    const opened = note === null ? null : openNote(note.toString('utf8'), [one])
    const checkpoint = opened?.kind === 'verified' ? parseCheckpoint(opened.text) : null
    if (checkpoint !== null) found.push({ key: verifierKeyText(one), checkpoint })
  }
  return found
}

function untrusted(signedBy: readonly string[], heirs: ReadonlySet<string>): readonly LogProblem[] {
  if (signedBy.some((key) => heirs.has(key))) return []
  const reason = `it is signed by ${signedBy.join(', ')}: no key that you trust, and none that a trusted one handed over to`
  return [{ entry: null, file: 'checkpoint', offset: null, reason }]
}

/** What entries say of the log itself: contents that were removed, and keys that took over. */
class Notes {
  readonly #ranges: (readonly [number, number])[] = []
  readonly #rotations: {
    readonly number: number
    readonly before: string
    readonly after: string
  }[] = []

  constructor(notes: readonly LogNote[], origin: string) {
    for (const { entry, body } of notes) {
      if (body.kind === 'key-rotation')
        this.#rotations.push({ number: entry, before: body.before, after: body.after })
      else if (body.origin === origin) this.#ranges.push(...body.ranges)
    }
  }

  /**
   * The trusted keys, each replaced by the one that it handed over to: an entry names the next key, and the last checkpoint of the
   * old one, which nobody else can have signed, covers that entry.
   */
  heirs(
    trusted: readonly NoteVerifier[],
    retired: readonly RetiredCheckpoint[],
  ): ReadonlySet<string> {
    const heirs = new Set(trusted.map(verifierKeyText))
    for (const { number, before, after } of this.#rotations) {
      const last = retired.find((one) => one.key === before)
      if (!heirs.has(before) || last === undefined || last.checkpoint.size <= number) continue
      heirs.delete(before)
      heirs.add(after)
    }
    return heirs
  }

  unexplained(removed: readonly number[]): readonly LogProblem[] {
    return removed
      .filter((entry) => !this.#ranges.some(([first, last]) => entry >= first && entry <= last))
      .slice(0, 100)
      .map((entry) => ({
        entry,
        file: 'segment',
        offset: null,
        reason: 'its content was removed, and no entry says why',
      }))
  }
}
