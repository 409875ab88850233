import path from 'node:path'
import { listedFile } from './file-listing.ts'
import { findHits } from './find-hits.ts'
import { fileLimits } from './limits.ts'
import { listFiles } from './list-files.ts'
import { readSource } from './read-source.ts'
import type { SourceTree } from './source-tree.ts'
import type { TreeOptions } from './tree-options.ts'

/** The files of a directory as they stand on disk. */
export async function openWorkTree(root: string, options: TreeOptions): Promise<SourceTree> {
  const top = path.resolve(root)
  const listing = await listFiles(top, options)
  const notes = [...listing.notes]
  const onNote = (note: string): void => {
    if (!notes.includes(note)) notes.push(note)
  }
  const { maxFileBytes } = options
  return {
    repositories: listing.repositories.map(({ repository }) => repository),
    files: listing.files,
    skipped: listing.skipped,
    notes,
    hits: (files, keywords, signal) =>
      findHits(top, files.map(listedFile), keywords, { signal, maxFileBytes, onNote }),
    read: (file) => {
      const listed = listedFile(file)
      return Promise.resolve(readSource(top, listed.placeBytes ?? listed.place, maxFileBytes))
    },
    provenance: (id) => {
      const found = listing.repositories.find(({ repository }) => repository.id === id)
      if (found === undefined) return null
      const { place, prefix, revision, repository } = found
      const repositoryTop = place?.workTree ?? path.join(top, repository.root)
      return {
        place,
        prefix,
        revision,
        environment: options.environment,
        mayAskHistory: options.gitOwners !== false,
        readTop: (file) => {
          const read = readSource(repositoryTop, file, fileLimits.gitFileBytesMax)
          return Promise.resolve(read.kind === 'text' ? read.content : null)
        },
      }
    },
    close: () => Promise.resolve(),
  }
}
