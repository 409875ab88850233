import type { FileContext } from '../schema/vocabulary.ts'

/** A file that was read, as extractors see it. */
export interface SourceFile {
  /** Relative to the repository, `/` between parts. */
  readonly path: string
  readonly content: string
  readonly context: FileContext
}
