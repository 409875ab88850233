import { openCommitTree } from './commit-tree.ts'
import type { SourceTree } from './source-tree.ts'
import type { TreeOptions } from './tree-options.ts'
import { openWorkTree } from './work-tree.ts'

export type { TreeOptions }

/** Opens the files below `root`, as they are or as they were. */
export async function openTree(root: string, options: TreeOptions): Promise<SourceTree> {
  const tree =
    options.at === undefined
      ? await openWorkTree(root, options)
      : await openCommitTree(root, options.at, options)
  return {
    ...tree,
    files: tree.files.filter(({ path }) => !isKept(path)),
    skipped: tree.skipped.filter(({ path }) => !isKept(path)),
  }
}

/** What holdfast itself keeps is no part of a tree: an audit that writes its register leaves the next one the same. */
function isKept(path: string): boolean {
  return path.startsWith('.holdfast/') || path.includes('/.holdfast/')
}
