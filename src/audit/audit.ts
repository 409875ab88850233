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
import type { ConstantLookup } from './find-models.ts'
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
  readonly toolVersion: string
  /** The day for lifecycles and floating names, `YYYY-MM-DD`. */
  readonly asOf: string
  readonly tree: TreeOptions
  readonly cache: FactCache | null
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined
}

export interface AuditProgress {
  readonly phase: 'listing' | 'searching' | 'reading' | 'resolving'
  readonly filesSeen: number
  readonly filesDone: number
  readonly filesToRead: number
}

/** The life of a finding: list → search → extract → resolve → name → assemble. */
export async function audit(options: AuditOptions): Promise<Register> {
  const report = (progress: AuditProgress): void => options.onProgress?.(progress)
  const audited: AuditedTree[] = []
  let seen = 0
  let stopped = false
  for (const root of options.roots.toSorted(compareText)) {
    report({ phase: 'listing', filesSeen: seen, filesDone: 0, filesToRead: 0 })
    const tree = await openTree(root, options.tree)
    try {
      seen += tree.files.length
      const outcome = await readFacts({
        tree,
        detectors: options.detectors,
        resolver: options.resolver,
        cache: options.cache,
        signal: options.signal,
        onProgress: ({ done, toRead }) =>
          report({ phase: 'reading', filesSeen: seen, filesDone: done, filesToRead: toRead }),
      })
      report({ phase: 'resolving', filesSeen: seen, filesDone: outcome.read, filesToRead: outcome.read })
      const owners = await createOwnerLookup(tree, options.signal)
      audited.push({ root, tree, outcome, owners })
      stopped = stopped || outcome.stopped
      if (stopped) break
    } finally {
      if (stopped) await tree.close()
    }
  }
  const register = await assembleRegister(audited, {
    ...options,
    rules: rulesDigest(options),
    partial: stopped,
  })
  await Promise.all(audited.map(({ tree }) => tree.close()))
  return register
}

/** Registers with different rules differ for reasons that are not in the tree, so they never gate each other. */
export function rulesDigest(options: Pick<AuditOptions, 'detectors' | 'catalogue' | 'toolVersion'>): string {
  const catalogue = digest(JSON.stringify(options.catalogue))
  return digest([options.detectors.digest, catalogue, extractorsVersion, options.toolVersion].join('\n'))
}
