import { createHash } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import type { CopyCounts, CopyPart } from './copy-part.ts'

/** Counts and digests rows as they pass, to compare what was read with what lies there afterwards. */
export class CopyDigest {
  readonly #hash = createHash('sha256')
  readonly #counts: Record<string, number> = {}

  add(part: CopyPart): void {
    this.#counts[part.table] = (this.#counts[part.table] ?? 0) + part.rows.length
    for (const row of part.rows) this.#hash.update(`${part.table} ${canonicalJson(row)}\n`)
  }

  result(): { readonly counts: CopyCounts; readonly digest: string } {
    return { counts: { ...this.#counts }, digest: `sha256:${this.#hash.copy().digest('hex')}` }
  }
}
