import type { Repository, SkippedFile } from '../../schema/register.ts'
import type { FileContext } from '../../schema/vocabulary.ts'
import type { Provenance } from './provenance.ts'

/** A file of a tree, not read yet. */
export interface TreeFile {
  /** Id of its repository. */
  readonly repository: string
  /** Relative to its repository's root in this tree, `/` between parts. */
  readonly path: string
  readonly context: FileContext
  /** Changes when the content changes: a blob id, or size and times. Null: never cached. */
  readonly key: string | null
}

export type ReadResult =
  | { readonly kind: 'text'; readonly content: string }
  | { readonly kind: 'skipped'; readonly reason: string }

/**
 * What the audit sees of one audited directory: a work tree, or a commit of it. Several repositories when there
 * are submodules or nested ones.
 */
export interface SourceTree {
  readonly repositories: readonly Repository[]
  readonly files: readonly TreeFile[]
  /** Listed but not to be read: links, submodules that are absent, files over the limit. */
  readonly skipped: readonly SkippedFile[]
  /** What a reader of the result must know: limits reached, git not usable, a slower search. */
  readonly notes?: readonly string[]
  /** Those of `files` whose text holds one of the keywords, as they are found. */
  readonly hits: (
    files: readonly TreeFile[],
    keywords: readonly string[],
    signal?: AbortSignal,
  ) => AsyncIterable<TreeFile>
  readonly read: (file: TreeFile) => Promise<ReadResult>
  /** Null for an unknown repository; absent in trees without a past. */
  readonly provenance?: (repository: string) => Provenance | null
  readonly close: () => Promise<void>
}
