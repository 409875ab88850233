import { openCommitTree } from './commit-tree.ts'
import type { SourceTree } from './source-tree.ts'
import type { TreeOptions } from './tree-options.ts'
import { openWorkTree } from './work-tree.ts'

export type { TreeOptions }

/** Opens the files below `root`, as they are or as they were. */
export function openTree(root: string, options: TreeOptions): Promise<SourceTree> {
  return options.at === undefined
    ? openWorkTree(root, options)
    : openCommitTree(root, options.at, options)
}
