import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import type { Directive } from '../../schema/directive.ts'
import type { DirectiveVersion } from '../../schema/directive-version.ts'
import {
  addRecord,
  changeRecord,
  conflictFault,
  findRecord,
  listRecords,
} from '../records/record-queries.ts'
import { toRow } from '../records/record-shape.ts'
import { shapes } from '../records/record-shapes.ts'
import { instantNow, type StoreContext } from './store-context.ts'

export interface Acceptance {
  readonly text: Directive
  readonly by: readonly string[]
  readonly source: string | null
  /** Digest of the version that was compared with: the one in force, or null for none. */
  readonly after: string | null
  /** For a version that was accepted before, elsewhere; absent: now. */
  readonly acceptedAt?: string | undefined
}

/** The accepted history of directives. Whether a text may be accepted is for policy to say, before. */
export interface DirectiveRepository {
  /**
   * Puts a text in force. The same text as the one in force changes nothing. Throws `HF_STORE_CONFLICT` when another
   * version than `after` is in force: compare again, then repeat.
   */
  accept(acceptance: Acceptance): Promise<DirectiveVersion>
  /** Of each directive the version in force, by id. */
  listInForce(): Promise<readonly DirectiveVersion[]>
  findInForce(directive: string): Promise<DirectiveVersion | null>
  /** All accepted texts of a directive, the first one first. */
  history(directive: string): Promise<readonly DirectiveVersion[]>
}

/** The digest by which a text is known. */
export function directiveDigest(text: Directive): string {
  return digest(canonicalJson(text))
}

export function directiveRepository(context: StoreContext): DirectiveRepository {
  const { backend } = context
  const shape = shapes.directiveVersion
  return {
    accept: (acceptance) =>
      backend.write(async (tx, tell) => {
        const directive = acceptance.text.id
        await backend.enterAlone(tx, `directive ${directive}`)
        const inForce = await findRecord(tx, shape, { directive, supersededAt: null })
        const accepted: DirectiveVersion = {
          directive,
          version: (inForce?.version ?? 0) + 1,
          digest: directiveDigest(acceptance.text),
          text: acceptance.text,
          by: [...acceptance.by],
          source: acceptance.source,
          acceptedAt: acceptance.acceptedAt ?? instantNow(context),
          supersededAt: null,
        }
        if (inForce?.digest === accepted.digest) return inForce
        if ((inForce?.digest ?? null) !== acceptance.after)
          throw conflictFault(shape, toRow(shape, accepted))
        if (inForce !== null)
          await changeRecord(
            tx,
            null,
            shape,
            { directive, version: inForce.version },
            { ...inForce, supersededAt: accepted.acceptedAt },
          )
        await addRecord(tx, tell, shape, accepted)
        return accepted
      }),
    listInForce: () =>
      backend.read((db) =>
        listRecords(db, shape, { supersededAt: null }, { order: ['directive'] }),
      ),
    findInForce: (directive) =>
      backend.read((db) => findRecord(db, shape, { directive, supersededAt: null })),
    history: (directive) =>
      backend.read((db) => listRecords(db, shape, { directive }, { order: ['version'] })),
  }
}
