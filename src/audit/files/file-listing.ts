import type { Repository, SkippedFile } from '../../schema/register.ts'
import type { FileContext } from '../../schema/vocabulary.ts'
import { classifyPath } from './classify.ts'
import type { GitPlace } from './git.ts'
import { fileLimits } from './limits.ts'
import type { SkipReason } from './read-source.ts'
import type { TreeFile } from './source-tree.ts'

/** A file of the audited tree that may be read. */
export class ListedFile implements TreeFile {
  readonly repository: string
  /** In its repository: what the register shows. */
  readonly path: string
  /** From the audited root: by which the file is read. */
  readonly place: string
  /** `blob:<id>` when git vouches for the content, else made of size and times. */
  readonly key: string
  /** Null when only reading would tell. */
  readonly size: number | null
  /** The place in bytes, when it is no UTF-8. */
  readonly placeBytes: Buffer | null
  #context: FileContext | null = null

  constructor(given: Omit<ListedFile, 'context' | 'place'> & { readonly folder: string }) {
    this.repository = given.repository
    this.path = given.path
    this.place = given.folder === '' ? given.path : given.folder + given.path
    this.key = given.key
    this.size = given.size
    this.placeBytes = given.placeBytes
  }

  /** Found when asked for: only few of many files ever are. */
  get context(): FileContext {
    this.#context ??= classifyPath(this.path)
    return this.#context
  }
}

/** Trees are handed back the files that they listed. */
export function listedFile(file: TreeFile): ListedFile {
  if (file instanceof ListedFile) return file
  throw new TypeError(`\`${file.path}\` was not listed by this tree`)
}

/** A repository of the listing with what is needed to ask git about it. */
export interface ListedRepository {
  readonly repository: Repository
  /** Null when the files were found by walking. */
  readonly place: GitPlace | null
  /** From the top of the work tree to where the listing begins: `` or `services/reviewer/`. */
  readonly prefix: string
  /** What the paths mean in git: `HEAD`, or the id of the commit that is audited. */
  readonly revision: string
}

export interface FileListing {
  readonly repositories: readonly ListedRepository[]
  /** Sorted by place. */
  readonly files: readonly ListedFile[]
  readonly skipped: readonly SkippedFile[]
  /** What a reader of the result must know: limits reached, git not usable. */
  readonly notes: readonly string[]
}

/** Gathers what a listing finds; limits are kept here, in one place. */
export class ListingBuilder {
  readonly repositories: ListedRepository[] = []
  readonly files: ListedFile[] = []
  readonly skipped: SkippedFile[] = []
  readonly notes: string[] = []
  #skippedBeyond = 0
  #filesBeyond = 0

  addFile(entry: ListedFile): void {
    if (this.files.length < fileLimits.filesMax) this.files.push(entry)
    else this.#filesBeyond += 1
  }

  skip(path: string, reason: SkipReason | 'nested-too-deep'): void {
    if (this.skipped.length < fileLimits.skippedMax) this.skipped.push({ path, reason })
    else this.#skippedBeyond += 1
  }

  note(text: string): void {
    this.notes.push(text)
  }

  closingNotes(): readonly string[] {
    return [
      ...this.notes,
      ...(this.#filesBeyond > 0
        ? [`${this.#filesBeyond} files beyond the limit of ${fileLimits.filesMax} were left out`]
        : []),
      ...(this.#skippedBeyond > 0 ? [`${this.#skippedBeyond} more files were skipped`] : []),
    ]
  }
}
