import { canonicalJson } from '../base/canonical-json.ts'
import { digest } from '../base/digest.ts'
import { shorten, visibleText } from '../base/visible-text.ts'
import { relieves } from '../policy/index.ts'
import type { Directive } from '../schema/directive.ts'
import type { EntryBody } from '../schema/ledger-entry.ts'

type DirectiveEntry = Extract<EntryBody, { kind: 'directive' }>

/** A longer text is named by its digest alone: an entry of the ledger has a limit. */
const textCharactersMax = 500_000
const reasonCharactersMax = 2_000

/** Who is named by what a version has and the one before had not, and where it was read. */
export interface Signature {
  readonly by: readonly string[]
  readonly source: string | null
}

export interface DirectiveChange {
  readonly before: Directive | null
  readonly after: Directive
  /** Absent: who and what the change itself names. */
  readonly signature?: Signature | undefined
  /** Absent: what the two versions say of it. */
  readonly change?: DirectiveEntry['change'] | undefined
}

/** The entry of a version that is entered or accepted. */
export function directiveEntry({ before, after, ...given }: DirectiveChange): DirectiveEntry {
  const { by, source } = given.signature ?? signatureOf(before, after)
  const text = canonicalJson(after)
  return {
    kind: 'directive',
    change: given.change ?? changeOf(before, after),
    directive: after.id,
    by: [...by],
    source,
    before: before === null ? null : directiveDigest(before),
    after: digest(text),
    ...(text.length > textCharactersMax ? {} : { text: after }),
  }
}

export interface Refusal {
  readonly id: string
  readonly inForce: Directive
  /** The version that was not accepted; null: there is none, or it cannot be read. */
  readonly refused: Directive | null
  readonly reason: string
}

/** The entry of a file that is not accepted: the version before it stays in force. */
export function refusalEntry({ id, inForce, refused, reason }: Refusal): DirectiveEntry {
  return {
    kind: 'directive',
    change: 'refused',
    directive: id,
    by: [],
    source: null,
    before: directiveDigest(inForce),
    after: refused === null ? null : directiveDigest(refused),
    reason: shorten(reason, reasonCharactersMax),
  }
}

export function directiveDigest(directive: Directive): string {
  return digest(canonicalJson(directive))
}

function changeOf(before: Directive | null, after: Directive): DirectiveEntry['change'] {
  if (before === null) return 'accepted'
  const added = newIn(before.status, after.status)
  if (relieves(before, after))
    return added.some(({ is }) => is === 'lifted' || is === 'suspended') ? 'lifted' : 'widened'
  if (added.length > 0) return 'status'
  const { review } = before
  return directiveDigest({ ...after, review }) === directiveDigest(before) ? 'reviewed' : 'accepted'
}

export function signatureOf(before: Directive | null, after: Directive): Signature {
  if (before === null) return { by: [], source: sourceText(after.source) }
  const added = [...newIn(before.status, after.status), ...newIn(before.carveOuts, after.carveOuts)]
  const reviewer =
    canonicalJson(before.review) === canonicalJson(after.review) ? null : after.review.by
  const source = added.findLast((one) => one.source !== undefined)?.source
  return {
    by: namesOf([...added.flatMap(({ by }) => by ?? []), ...(reviewer === null ? [] : [reviewer])]),
    source: source === undefined ? null : sourceText(source),
  }
}

/** Names as ledger and store take them: on one line, each once. */
export function namesOf(written: readonly string[]): readonly string[] {
  const names = written.map((name) => shorten(visibleText(name).trim(), 200))
  return [...new Set(names.filter((name) => name !== ''))]
}

function newIn<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Set(before.map((one) => canonicalJson(one)))
  return after.filter((one) => !known.has(canonicalJson(one)))
}

function sourceText(source: Directive['source'] | string): string {
  const text = typeof source === 'string' ? source : (source.url ?? source.title ?? '')
  const shown = shorten(visibleText(text), 1_000)
  return shown === '' ? 'none stated' : shown
}
