import { digest } from '../base/digest.ts'
import { Fault, messageOf } from '../base/fault.ts'
import { relieves } from '../policy/index.ts'
import type { Directive } from '../schema/directive.ts'
import type { AcceptedVersion } from './directive-history.ts'
import type { LazyStore } from './open-store.ts'
import {
  directiveDigest,
  directiveEntry,
  type Refusal,
  refusalEntry,
  signatureOf,
} from './record-directive.ts'
import type { Recorder } from './record-keeper.ts'

/** What a look at an enforced directive finds that has to be kept and recorded. */
export type DirectiveFinding =
  | {
      readonly kind: 'version'
      readonly before: AcceptedVersion | null
      readonly after: Directive
    }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** A file that was refused is in order again. */
  | { readonly kind: 'recovery'; readonly subject: string }

export interface Settled {
  readonly warnings: readonly string[]
  /** The version before stays in force, and why; null: what was found holds. */
  readonly held: { readonly directive: Directive; readonly why: string } | null
}

/** With what a finding is settled. */
export interface SettlementBooks {
  readonly store: LazyStore
  readonly recorder: Recorder
  /** True: a conflict is a store that cannot keep it, and nobody looks again. */
  readonly isLast: boolean
}

/**
 * Records a finding and keeps it. What restricts takes effect even where it can neither be recorded nor kept; what
 * allows more does so only once it is both. Throws `HF_STORE_CONFLICT` when somebody else was first.
 */
export async function settleFinding(
  finding: DirectiveFinding,
  books: SettlementBooks,
): Promise<Settled> {
  const { store, recorder } = books
  switch (finding.kind) {
    case 'version':
      return finding.before !== null && relieves(finding.before.directive, finding.after)
        ? await settleRelief(finding.before, finding.after, books)
        : await settleRestriction(finding, books)
    case 'refusal': {
      const { subject, digest: seen } = sightingOf(finding.refusal)
      await recorder.recordAnyway(refusalEntry(finding.refusal))
      await noted(async () => await (await store.open()).sightings.note(subject, seen))
      return settled
    }
    case 'recovery':
      await noted(async () => await (await store.open()).sightings.forget(finding.subject))
      return settled
  }
}

const settled: Settled = { warnings: [], held: null }

async function settleRestriction(
  { before, after }: Extract<DirectiveFinding, { kind: 'version' }>,
  { store, recorder, isLast }: SettlementBooks,
): Promise<Settled> {
  await recorder.recordAnyway(directiveEntry({ before: before?.directive ?? null, after }))
  try {
    await keep(before, after, store)
    return settled
  } catch (error) {
    if (isOvertaken(error) && !isLast) throw error
    const why = `directive \`${after.id}\`: its accepted history cannot be kept, so a later change of the file would go unnoticed: ${messageOf(error)}`
    return { warnings: [why], held: null }
  }
}

async function settleRelief(
  before: AcceptedVersion,
  after: Directive,
  { store, recorder, isLast }: SettlementBooks,
): Promise<Settled> {
  const { directive } = before
  try {
    await recorder.record(directiveEntry({ before: directive, after }))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const why = `its new version allows more and is not accepted, since it cannot be recorded: ${error.message}`
    return { warnings: [], held: { directive, why } }
  }
  try {
    await keep(before, after, store)
    return settled
  } catch (error) {
    if (isOvertaken(error) && !isLast) throw error
    const why = `its new version allows more and is not accepted, since the store cannot keep it: ${messageOf(error)}`
    // The ledger holds that it was accepted: what became of that has to stand behind it.
    await recorder.recordAnyway(
      refusalEntry({ id: after.id, inForce: directive, refused: after, reason: why }),
    )
    return { warnings: [], held: { directive, why } }
  }
}

async function keep(
  before: AcceptedVersion | null,
  after: Directive,
  store: LazyStore,
): Promise<void> {
  const { by, source } = signatureOf(before?.directive ?? null, after)
  const { directives } = await store.open()
  await directives.accept({ text: after, by, source, after: before?.digest ?? null })
}

/** Somebody else was first: what is there now has to be looked at again. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Fault && error.code === 'HF_STORE_CONFLICT'
}

/** What is only remembered so that it is not told twice may be told twice. */
async function noted(note: () => Promise<unknown>): Promise<void> {
  try {
    await note()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}

/** Under which name the refusal of a directive is remembered, and as what. */
export function sightingOf(refusal: Pick<Refusal, 'id'> & Partial<Refusal>): {
  readonly subject: string
  readonly digest: string
} {
  const { id, refused = null, reason = '' } = refusal
  const what = refused === null ? 'none' : directiveDigest(refused)
  return { subject: `refused directive ${id}`, digest: digest(`${what}\n${reason}`) }
}
