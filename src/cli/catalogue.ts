import { basename, dirname, join, resolve } from 'node:path'
import { Fault } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { buildCatalogue, createResolver, suggestNames } from '../catalogue/index.ts'
import type { Catalogue, CatalogueOverlay } from '../schema/catalogue.ts'
import { catalogueChanges } from './catalogue-changes.ts'
import { loadCatalogue, overlayFolder, readOverlay } from './catalogue-files.ts'
import { modelSheet, providerSheet, vendorSheet } from './catalogue-sheet.ts'
import { loadConfig } from './load-config.ts'
import { recordConfiguration } from './record-configuration.ts'
import { recordKeeper } from './record-keeper.ts'
import { writeFileWhole } from './write-output.ts'

type Print = (text: string) => unknown

const toStdout: Print = (text) => process.stdout.write(text)

export interface CatalogueShowOptions {
  readonly name: string
  readonly config?: string | undefined
  readonly format?: string | undefined
}

/** `holdfast catalogue show`: one model, vendor or provider with the source and day of each fact. */
export async function catalogueShow(
  options: CatalogueShowOptions,
  print: Print = toStdout,
): Promise<void> {
  const format = options.format ?? 'text'
  if (format !== 'text' && format !== 'json') {
    throw new Fault('HF_USAGE', `unknown format \`${format}\``, { expected: 'text or json' })
  }
  const catalogue = await loadCatalogue({ folder: folderOf(options.config) })
  const found = findEntry(catalogue, options.name)
  print(format === 'json' ? `${JSON.stringify(found.json, null, 2)}\n` : found.text)
}

function findEntry(
  catalogue: Catalogue,
  name: string,
): { readonly json: unknown; readonly text: string } {
  const id = name.trim().toLowerCase()
  const vendor = catalogue.vendors.find((row) => row.id === id)
  const provider = catalogue.providers.find((row) => row.id === id)
  if (vendor !== undefined || provider !== undefined) {
    const sheets = [
      vendor === undefined ? '' : vendorSheet(vendor, catalogue),
      provider === undefined ? '' : providerSheet(provider, catalogue),
    ]
    return { json: { vendor, provider }, text: sheets.filter((sheet) => sheet !== '').join('\n') }
  }
  const resolution = createResolver(catalogue).resolve(name)
  const { model } = resolution
  const maker = catalogue.vendors.find((row) => row.id === resolution.vendor)
  const entry = maker?.models.find((row) => row.id === model)
  if (entry !== undefined && maker !== undefined) {
    return {
      json: { resolution, model: entry, vendor: { ...maker, models: undefined } },
      text: modelSheet(entry, maker, catalogue, resolution),
    }
  }
  if (resolution.kind === 'ambiguous') {
    throw notFound(`\`${name}\` may be any of ${resolution.candidates.join(', ')}`, [])
  }
  if (resolution.kind === 'alias' && maker !== undefined) {
    throw notFound(
      `\`${name}\` is a floating name of ${maker.name}; no source says what it means`,
      [],
    )
  }
  const known =
    resolution.kind === 'family'
      ? `: it has the shape of a model of ${resolution.vendor}, but no source lists it`
      : ''
  throw notFound(`the catalogue knows no \`${name}\`${known}`, nearNames(catalogue, name))
}

function nearNames(catalogue: Catalogue, name: string): readonly string[] {
  return suggestNames(name, [
    ...catalogue.vendors.flatMap((vendor) => [
      vendor.id,
      ...vendor.models.map((model) => model.id),
    ]),
    ...catalogue.providers.map((provider) => provider.id),
  ])
}

function notFound(message: string, near: readonly string[]): Fault {
  return new Fault('HF_CATALOGUE_UNKNOWN', message, {
    expected: 'the name of a model in any spelling, of a vendor or of a provider',
    advice:
      near.length > 0
        ? `did you mean ${near.map((name) => `\`${name}\``).join(', ')}?`
        : 'add it with `holdfast catalogue update FILE`',
  })
}

export interface CatalogueUpdateOptions {
  readonly file: string
  readonly config?: string | undefined
  readonly dryRun?: boolean | undefined
}

/** `holdfast catalogue update`: validates an overlay, says what changes and keeps it beside holdfast.yaml. */
export async function catalogueUpdate(
  options: CatalogueUpdateOptions,
  print: Print = toStdout,
): Promise<void> {
  const { file, config, dryRun = false } = options
  const name = basename(file).replace(/\.[^.]*$/, '')
  const laid = await layOverlay(
    { name, overlay: await readOverlay(file), path: file },
    { config, dryRun },
  )
  print(laid.changes.length === 0 ? 'nothing changes\n' : `${laid.changes.join('\n')}\n`)
  print(dryRun ? `dry run: \`${laid.path}\` was not written\n` : `written to \`${laid.path}\`\n`)
  for (const text of laid.warnings) process.stderr.write(`warning: ${visibleText(text)}\n`)
}

export interface NewOverlay {
  /** Under which it is kept. */
  readonly name: string
  readonly overlay: CatalogueOverlay
  /** How faults call it. */
  readonly path: string
}

/** Lays an overlay over the catalogue, keeps it unless it is only tried, and records the change. */
export async function layOverlay(
  { name, overlay, path: called }: NewOverlay,
  { config, dryRun }: { readonly config?: string | undefined; readonly dryRun: boolean },
): Promise<{
  readonly changes: readonly string[]
  readonly path: string
  readonly warnings: readonly string[]
}> {
  const folder = folderOf(config)
  const before = await loadCatalogue({ folder })
  const after = buildCatalogue(before, [overlay])
  const changes = catalogueChanges(before, after)
  checkSources(after, called)
  const path = join(overlayFolder(folder), `${name}.json`)
  if (dryRun) return { changes, path, warnings: [] }
  await writeFileWhole(path, `${JSON.stringify(overlay, null, 2)}\n`)
  return { changes, path, warnings: await recordUpdate(config) }
}

/** Where there is a ledger, the change stands in it at once, with the name of whoever made it. */
async function recordUpdate(configFlag: string | undefined): Promise<readonly string[]> {
  const configPath = configFlag ?? 'holdfast.yaml'
  const config = await loadConfig(configPath, false)
  if (config === null) return []
  const keeper = recordKeeper({ config, configPath })
  try {
    await recordConfiguration(keeper, configPath)
    return keeper.warnings()
  } finally {
    await keeper.close()
  }
}

/** A fact whose source nobody can look up is no fact. */
function checkSources(catalogue: Catalogue, path: string): void {
  const known = new Set(catalogue.sources.map(({ id }) => id))
  const missing = new Set<string>()
  collectSources([catalogue.vendors, catalogue.providers], missing, known)
  const [first] = missing
  if (first === undefined) return
  throw new Fault('HF_CATALOGUE_INVALID', `no source \`${first}\` is recorded`, {
    expected: 'every `source` to be the id of a row in `sources`',
    advice: `add the source to \`sources\` in \`${path}\``,
    place: { path },
  })
}

function collectSources(value: unknown, missing: Set<string>, known: ReadonlySet<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (key === 'source' && typeof member === 'string') {
      if (!known.has(member)) missing.add(member)
    } else collectSources(member, missing, known)
  }
}

function folderOf(config: string | undefined): string {
  return dirname(resolve(config ?? 'holdfast.yaml'))
}
