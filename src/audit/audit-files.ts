import { assembleRegister } from './assemble-register.ts'
import type { AuditOptions } from './audit.ts'
import type { FixtureAudit } from './check-detector.ts'
import { memoryTree } from './files/memory-tree.ts'
import type { OwnerLookup } from './owners/owner-lookup.ts'
import { readFacts } from './read-facts.ts'
import type { Register } from '../schema/register.ts'

type FilesAuditOptions = Pick<
  AuditOptions,
  'detectors' | 'catalogue' | 'resolver' | 'constantOf' | 'asOf'
>

/** The audit over texts in memory: fixtures of detectors, and files that are given by name. */
export async function auditFiles(
  files: Readonly<Record<string, string>>,
  options: FilesAuditOptions,
): Promise<Register> {
  return (await auditTexts(files, options)).register
}

/** What `holdfast rules test` and the contract test run fixtures through. */
export function fixtureAudit(options: FilesAuditOptions): FixtureAudit {
  return async (files) => {
    const { register, fired } = await auditTexts(files, options)
    return { dependencies: register.dependencies, fired }
  }
}

async function auditTexts(
  files: Readonly<Record<string, string>>,
  options: FilesAuditOptions,
): Promise<{ readonly register: Register; readonly fired: ReadonlySet<string> }> {
  const tree = memoryTree('files', files)
  const outcome = await readFacts({
    tree,
    detectors: options.detectors,
    resolver: options.resolver,
    catalogue: options.catalogue,
    cache: null,
    isOnlyTree: false,
    signal: undefined,
    onProgress: () => undefined,
  })
  const failed = outcome.skipped.map(({ path, reason }) => `${path}: ${reason}`)
  if (failed.length > 0) throw new Error(`a text could not be read: ${failed.join('; ')}`)
  const owners: OwnerLookup = {
    ownersOf: async (_repository, places) => places.map(() => ({ owners: [], source: 'none' })),
  }
  const register = await assembleRegister([{ root: '.', tree, outcome, owners }], {
    ...options,
    config: null,
    toolVersion: '0.0.0',
    rules: options.detectors.digest,
  })
  return {
    register,
    fired: new Set(outcome.files.flatMap((file) => file.facts.map((fact) => fact.detector))),
  }
}
