import { dirname } from 'node:path'
import { suggestNames } from '../catalogue/index.ts'
import { Fault } from '../base/fault.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { type EnforcedDirectives, enforceDirectives, faultLine } from './enforce-directives.ts'
import { loadConfig } from './load-config.ts'
import {
  loadDirectives,
  type LoadedDirective,
  type LoadedDirectives,
  readDirectiveFile,
} from './load-directives.ts'

/** What the commands on directives read before they do anything. */
export interface DirectiveWorkspace {
  readonly config: HoldfastConfig | null
  readonly configPath: string
  readonly folder: string
  readonly catalogue: Catalogue
  readonly loaded: LoadedDirectives
}

export async function openDirectives(config: string | undefined): Promise<DirectiveWorkspace> {
  const configPath = config ?? 'holdfast.yaml'
  const folder = dirname(configPath)
  return {
    config: await loadConfig(configPath, config !== undefined),
    configPath,
    folder,
    catalogue: await loadCatalogue({ folder }),
    loaded: await loadDirectives({ folder }),
  }
}

/** The versions in force, only looked at; what stops an enforcing command is a warning to one that lists. */
export async function lookAtEnforced(
  workspace: DirectiveWorkspace,
  now: string,
): Promise<EnforcedDirectives> {
  const { config } = workspace
  if (config === null) return { directives: [], invalid: [], warnings: [] }
  try {
    return await enforceDirectives({ ...workspace, config, now, keep: false })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { directives: [], invalid: [], warnings: [faultLine(error)] }
  }
}

/** A directive by its id, or by the file it stands in. */
export async function findDirective(
  { loaded }: Pick<DirectiveWorkspace, 'loaded'>,
  reference: string,
): Promise<LoadedDirective> {
  if (isFileName(reference)) {
    const directive = await readDirectiveFile(reference)
    return { directive, path: reference, origin: 'local', amendment: null }
  }
  const { directives, problems } = loaded
  const found = directives.find(({ directive }) => directive.id === reference)
  if (found !== undefined) return found
  const problem = problems.find(({ id }) => id === reference)
  if (problem !== undefined) throw problem.fault
  const near = suggestNames(
    reference,
    directives.map(({ directive }) => directive.id),
  )
  throw new Fault(
    'HF_DIRECTIVE_UNKNOWN',
    `no directive \`${reference}\` ships with holdfast or lies in \`directives/\``,
    {
      expected: 'the id of a directive, or a file `*.yaml`',
      advice:
        near.length > 0
          ? `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`
          : '`holdfast directive list` shows every id',
    },
  )
}

export function isFileName(reference: string): boolean {
  return /[/\\]|\.ya?ml$/.test(reference)
}
