import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import {
  auditFiles,
  compileDetectors,
  constantLookup,
  type AuditOptions,
  openCache,
  rulesDigest,
} from '../audit/index.ts'
import { shortDigest } from '../base/digest.ts'
import { Fault } from '../base/fault.ts'
import { createResolver } from '../catalogue/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Register } from '../schema/register.ts'
import { loadCatalogue, overlayFolder } from './catalogue-files.ts'
import { version } from './installation.ts'
import { allVerdicts } from './read-verdicts.ts'
import { loadDetectors } from './load-detectors.ts'

/** The flags that decide how a tree is read: those of `holdfast audit`, and what `holdfast init` sets. */
export interface SetupFlags {
  readonly rules: readonly string[]
  readonly exclude: readonly string[]
  readonly cache: boolean
  readonly owners: boolean
  readonly at?: string
  readonly asOf?: string
  readonly maxFileBytes?: string
}

/** Everything an audit needs beside its roots: shared with `holdfast init`. */
export async function prepareAudit(
  flags: SetupFlags,
  config: HoldfastConfig | null,
  configPath: string,
  roots: readonly string[] = ['.'],
  onNote: (note: string) => void = () => undefined,
) {
  const ruleFolders = [...trustedRules(config, configPath, roots, onNote), ...flags.rules]
  const loaded = await loadDetectors(ruleFolders)
  const catalogue = await loadCatalogue({ folder: dirname(configPath) })
  const overlays = overlayNames(dirname(configPath))
  if (overlays.length > 0) onNote(`catalogue overlays are applied: ${overlays.join(', ')}`)
  const resolver = createResolver(catalogue)
  const detectors = compileDetectors(loaded)
  const toolVersion = version()
  const rules = rulesDigest({ detectors, catalogue, toolVersion })
  const asOf = dayOf(flags)
  const cache =
    flags.cache && flags.at === undefined ? await openCache(cachePath(roots), rules) : null
  return {
    resolver,
    options: {
      detectors,
      catalogue,
      resolver,
      constantOf: constantLookup(resolver),
      config,
      configFolder: dirname(configPath),
      toolVersion,
      rules,
      asOf,
      evidence: await evidenceOf(config, configPath, asOf, onNote),
      cache,
      tree: treeOptions(flags, config),
    },
  }
}

/** The part that is known before anything is loaded. */
export function treeOptions(
  flags: SetupFlags,
  config: HoldfastConfig | null,
): AuditOptions['tree'] {
  return {
    at: flags.at,
    exclude: [...(config?.audit?.exclude ?? []), ...flags.exclude],
    maxFileBytes: parseBytes(flags.maxFileBytes) ?? config?.audit?.maxFileBytes,
    gitOwners: flags.owners,
    environment: process.env,
  }
}

/** Trials of fallbacks, as they stood at the beginning of a past day or stand now. */
async function evidenceOf(
  config: HoldfastConfig | null,
  configPath: string,
  asOf: string,
  onNote: (note: string) => void,
): Promise<AuditOptions['evidence']> {
  if (config === null || config.workflows.length === 0) return undefined
  const { records, notices } = await allVerdicts(config, configPath, [])
  for (const notice of notices) onNote(notice)
  const now = new Date().toISOString()
  return { verdicts: records, at: now.startsWith(asOf) ? now : `${asOf}T00:00:00.000Z` }
}

function dayOf(flags: SetupFlags): string {
  const given =
    flags.asOf ?? (/^\d{4}-\d{2}-\d{2}/.test(flags.at ?? '') ? flags.at?.slice(0, 10) : undefined)
  if (given === undefined) return new Date().toISOString().slice(0, 10)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given) || Number.isNaN(Date.parse(given))) {
    throw new Fault('HF_USAGE', `\`${given}\` is no day`, { expected: 'YYYY-MM-DD' })
  }
  return given
}

/** Told on every run, since they change what a model is said to be. */
function overlayNames(folder: string): readonly string[] {
  const overlays = overlayFolder(folder)
  return existsSync(overlays)
    ? readdirSync(overlays)
        .filter((name) => name.endsWith('.json'))
        .map((name) => join(overlays, name))
    : []
}

/**
 * Detectors that holdfast.yaml names, those inside an audited tree left out: whoever writes the tree must not
 * decide what is found in it. `--rules` is the word of whoever runs the audit, and is taken.
 */
function trustedRules(
  config: HoldfastConfig | null,
  configPath: string,
  roots: readonly string[],
  onNote: (note: string) => void,
): readonly string[] {
  return (config?.audit?.rules ?? [])
    .map((folder) => resolve(dirname(configPath), folder))
    .filter((folder) => {
      const root = roots.find((one) => !relative(resolve(one), folder).startsWith('..'))
      if (root === undefined) return true
      onNote(
        `${folder} was not loaded: it lies inside the audited tree \`${root}\`; --rules ${folder} loads it`,
      )
      return false
    })
}

/** In the user's cache folder: one inside a tree could be written by whoever writes the tree. */
function cachePath(roots: readonly string[]): string {
  const folder = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const trees = shortDigest(roots.map((root) => resolve(root)).join('\n'))
  return join(folder, 'holdfast', `audit-${trees}.cache`)
}

function parseBytes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const bytes = Number(text)
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  throw new Fault('HF_USAGE', `--max-file-bytes \`${text}\` is no number of bytes`, {
    expected: 'a whole number above 0',
  })
}

/** One text audited as a tree of its own: for files that are given by name and trusted by that. */
export async function auditText(
  path: string,
  content: string,
  options: Omit<AuditOptions, 'roots'>,
): Promise<Register> {
  return auditFiles({ [basename(path)]: content }, options)
}
