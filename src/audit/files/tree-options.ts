import type { Environment } from './find-executable.ts'

export interface TreeOptions {
  /** A commit, or a day (`YYYY-MM-DD`) or instant (RFC 3339): the tree as it was then. */
  readonly at?: string | undefined
  /** Patterns as in .gitignore, from the audited root. */
  readonly exclude?: readonly string[] | undefined
  readonly maxFileBytes?: number | undefined
  /** False: history is not asked for owners. */
  readonly gitOwners?: boolean | undefined
  readonly environment: Environment
}
