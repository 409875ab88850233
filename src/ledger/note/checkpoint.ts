import { hashBytes } from '../merkle/merkle-hash.ts'
import { type NoteSigner, type NoteVerifier, openNote, signNote } from './signed-note.ts'

/** The head of a log at one size (c2sp.org/tlog-checkpoint): origin, size and root, as the text of a signed note. */
export interface Checkpoint {
  /** Name of the log; every writing process has its own. */
  readonly origin: string
  /** Entries that it covers. */
  readonly size: number
  readonly root: Buffer
}

export type OpenedCheckpoint =
  | {
      readonly kind: 'verified'
      readonly checkpoint: Checkpoint
      /** Verifier keys that signed it. */
      readonly by: readonly string[]
    }
  | { readonly kind: 'refused'; readonly reason: string }

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  return signNote(checkpointText(checkpoint), [signer])
}

/** Extension lines are allowed by the definition and passed over. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n')
  const root = Buffer.from(rootText, 'base64')
  const size = Number(sizeText)
  const isWhole =
    origin !== '' &&
    /^(?:0|[1-9]\d{0,15})$/.test(sizeText) &&
    Number.isSafeInteger(size) &&
    root.length === hashBytes &&
    root.toString('base64') === rootText &&
    rest.at(-1) === '' &&
    rest.slice(0, -1).every((line) => line !== '')
  return isWhole ? { origin, size, root } : null
}

/** Only a checkpoint of this log, signed by one of its keys, is opened. */
export function openCheckpoint(
  note: string,
  origin: string,
  verifiers: readonly NoteVerifier[],
): OpenedCheckpoint {
  const opened = openNote(note, verifiers)
  if (opened.kind === 'refused') return opened
  const checkpoint = parseCheckpoint(opened.text)
  if (checkpoint === null) return { kind: 'refused', reason: 'the note is no checkpoint' }
  if (checkpoint.origin !== origin)
    return { kind: 'refused', reason: `it is of the log \`${checkpoint.origin}\`` }
  return { kind: 'verified', checkpoint, by: opened.by }
}
