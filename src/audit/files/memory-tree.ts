import { compareText } from '../../base/compare.ts'
import { classifyPath } from './classify.ts'
import type { SourceTree, TreeFile } from './source-tree.ts'

/** A tree of texts in memory, for fixtures of detectors: nothing is read from disk. */
export function memoryTree(
  repository: string,
  files: Readonly<Record<string, string>>,
): SourceTree {
  const listed = Object.keys(files)
    .toSorted(compareText)
    .map((path): TreeFile => ({ repository, path, context: classifyPath(path), key: null }))
  return {
    repositories: [
      { id: repository, root: '.', remote: null, commit: null, modified: false, nested: [] },
    ],
    files: listed,
    skipped: [],
    async *hits(candidates, keywords) {
      for (const file of candidates) {
        const content = files[file.path] ?? ''
        if (keywords.some((keyword) => content.includes(keyword))) yield file
      }
    },
    read: (file) => Promise.resolve({ kind: 'text', content: files[file.path] ?? '' }),
    close: () => Promise.resolve(),
  }
}
