import type { GitPlace } from './git.ts'
import type { Environment } from './find-executable.ts'

/** What may be asked about a repository beyond the text of its files: who wrote what. */
export interface Provenance {
  /** Null when there is no git. */
  readonly place: GitPlace | null
  readonly environment: Environment
  /** From the top of the repository to where the paths of the tree begin: `` or `services/reviewer/`. */
  readonly prefix: string
  /** Which commit the paths and lines belong to. */
  readonly revision: string
  /** False when history must not be asked for owners. */
  readonly mayAskHistory: boolean
  /** A small text file by its path from the top of the repository; null when there is none. */
  readonly readTop: (path: string) => Promise<string | null>
}
