import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import type { Resolver } from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Register } from '../schema/register.ts'
import { assembleRegister, type AuditedTree } from './assemble-register.ts'
import type { FactCache } from './cache/fact-cache.ts'
import type { DetectorSet } from './detector-set.ts'
import { extractorsVersion } from './extractors-version.ts'
import { openTree, type TreeOptions } from './files/open-tree.ts'
import type { SourceTree } from './files/source-tree.ts'
import type { ConstantLookup } from './find-models.ts'
import type { FallbackEvidence } from './qualify-fallbacks.ts'
import { createOwnerLookup } from './owners/owner-lookup.ts'
import { readFacts } from './read-facts.ts'

export interface AuditOptions {
  /** Directories to audit; several become one register. */
  readonly roots: readonly string[]
  readonly detectors: DetectorSet
  readonly catalogue: Catalogue
  readonly resolver: Resolver
  readonly constantOf: ConstantLookup
  readonly config: HoldfastConfig | null
  /** The folder of holdfast.yaml; undefined: the current one. */
  readonly configFolder?: string | undefined
  readonly toolVersion: string
  /** `rulesDigest` of the above: the key of the cache and the mark of the register. */
  readonly rules: string
  /** The day for lifecycles and floating names, `YYYY-MM-DD`. */
  readonly asOf: string
  /** What trials found; absent: nothing. */
  readonly evidence?: FallbackEvidence | undefined
  readonly tree: TreeOptions
  /** A listing that was begun before the rest was ready; of another root it is not used. */
  readonly listing?: StartedListing | undefined
  readonly cache: FactCache | null
  /** The process ends after this audit: only the grammars that it needs are loaded. */
  readonly isOnlyAudit?: boolean
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined
  /** What a reader of the result must know: a limit that was reached, git that could not be used. */
  readonly onNote?: ((note: string) => void) | undefined
}

export interface AuditProgress {
  /** `owners`: of the files with dependencies git is asked who wrote them. */
  readonly phase: 'listing' | 'reading' | 'owners'
  readonly filesSeen: number
  /** Of those that this phase is about, `filesToRead`. */
  readonly filesDone: number
  readonly filesToRead: number
}

/** A tree that is being listed. */
export interface StartedListing {
  readonly root: string
  readonly tree: Promise<SourceTree>
}

/**
 * Begins to list the tree that `audit` will want first: git works while detectors and catalogue are loaded. Not
 * for a tree of the past, which holds a process open that only an audit ends.
 */
export function beginListing(
  roots: readonly string[],
  options: TreeOptions,
): StartedListing | undefined {
  const [root] = roots.toSorted(compareText)
  if (root === undefined || options.at !== undefined) return undefined
  const tree = openTree(root, options)
  // Whoever waits for the tree is told; nobody may get so far.
  tree.catch(() => undefined)
  return { root, tree }
}

/** The life of a finding: list → search → extract → resolve → name → assemble. */
export async function audit(options: AuditOptions): Promise<Register> {
  const audited: AuditedTree[] = []
  try {
    let filesSeen = 0
    for (const root of options.roots.toSorted(compareText)) {
      options.onProgress?.({ phase: 'listing', filesSeen, filesDone: 0, filesToRead: 0 })
      const { listing } = options
      const tree = await (listing?.root === root ? listing.tree : openTree(root, options.tree))
      filesSeen += tree.files.length
      const one = await auditTree(root, tree, filesSeen, options)
      audited.push(one)
      for (const note of tree.notes ?? []) options.onNote?.(note)
      if (one.outcome.stopped) break
    }
    return await assembleRegister(audited, options)
  } finally {
    await Promise.all(audited.map(({ tree }) => tree.close()))
  }
}

async function auditTree(
  root: string,
  tree: SourceTree,
  filesSeen: number,
  options: AuditOptions,
): Promise<AuditedTree> {
  try {
    const outcome = await readFacts({
      tree,
      detectors: options.detectors,
      resolver: options.resolver,
      catalogue: options.catalogue,
      cache: options.cache,
      isOnlyTree: options.isOnlyAudit === true && options.roots.length === 1,
      signal: options.signal,
      onProgress: ({ done, toRead }) =>
        options.onProgress?.({ phase: 'reading', filesSeen, filesDone: done, filesToRead: toRead }),
    })
    const owners = await createOwnerLookup(tree, {
      signal: options.signal,
      onNote: options.onNote,
      onProgress: (done, of) =>
        options.onProgress?.({ phase: 'owners', filesSeen, filesDone: done, filesToRead: of }),
    })
    return { root, tree, outcome, owners }
  } catch (error) {
    await tree.close()
    throw error
  }
}

/** Registers with different rules differ for reasons that are not in the tree, so they never gate each other. */
export function rulesDigest(
  options: Pick<AuditOptions, 'detectors' | 'catalogue' | 'toolVersion'>,
): string {
  const catalogue = digest(JSON.stringify(options.catalogue))
  return digest(
    [options.detectors.digest, catalogue, extractorsVersion, options.toolVersion].join('\n'),
  )
}
