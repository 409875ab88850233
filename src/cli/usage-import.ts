import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { compareText } from '../base/compare.ts'
import { Fault, messageOf } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'
import { createResolver, type Resolver, suggestNames } from '../catalogue/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { UsageBook } from './usage-book.ts'
import type { UsageDraft } from './usage-draft.ts'
import { type ReadUsage, readUsage } from './usage-read.ts'
import { refreshRegister } from './usage-register.ts'
import type { SourceTools, UsageSource } from './usage-sources/usage-source.ts'
import { usageSources } from './usage-sources/usage-sources.ts'
import { type UsageFlags, usageWorkspace } from './usage-workspace.ts'
import { printOut } from './write-output.ts'

export interface UsageImportFlags extends UsageFlags {
  readonly from?: string | undefined
  readonly workflow?: string | undefined
}

/** What became of one file. */
interface FileOutcome {
  readonly file: string
  readonly state: 'imported' | 'known' | 'unknown-kind' | 'failed'
  /** The kind of export; null: none was recognised. */
  readonly kind: string | null
  readonly digest: string | null
  readonly records: number
  readonly others: number
  readonly unreadable: number
  readonly firstAt: string | null
  readonly lastAt: string | null
  /** What went wrong, or what of the file is missing; null: nothing. */
  readonly problem: string | null
}

/** `holdfast usage import FILE…`: one file that cannot be read leaves the others as they are. */
export async function importUsage(
  files: readonly string[],
  flags: UsageImportFlags,
): Promise<void> {
  const { config, configPath, folder, bookFolder } = await usageWorkspace(flags)
  checkWorkflow(flags.workflow, config)
  const resolver = createResolver(await loadCatalogue({ folder }))
  const source = usageSources.find(({ id }) => id === flags.from) ?? null
  const tools = toolsFor(resolver, config, flags.workflow)
  const book = UsageBook.open(bookFolder)
  const outcomes: FileOutcome[] = []
  try {
    for (const file of await filesIn(files))
      outcomes.push(
        typeof file === 'string' ? await importFile(file, book, { source, tools }) : file,
      )
  } finally {
    book.close()
  }
  if (outcomes.some(({ state }) => state === 'imported')) await refreshRegister(configPath)
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, files: outcomes }, null, 2)}\n`
      : importText(outcomes),
  )
  if (outcomes.some(({ state }) => state === 'unknown-kind')) process.exitCode = 2
  if (outcomes.some(({ state }) => state === 'failed')) process.exitCode = 3
}

function checkWorkflow(id: string | undefined, { workflows }: HoldfastConfig): void {
  if (id === undefined || workflows.some((one) => one.id === id)) return
  const known = workflows.map((one) => one.id)
  const near = suggestNames(id, known).map((name) => `\`${name}\``)
  throw new Fault('HF_USAGE', `holdfast.yaml has no workflow \`${id}\``, {
    expected: known.length === 0 ? 'a workflow of holdfast.yaml' : known.join(', '),
    advice: near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
  })
}

function toolsFor(
  resolver: Resolver,
  { workflows }: HoldfastConfig,
  wanted: string | undefined,
): SourceTools {
  const known = new Set(workflows.map(({ id }) => id))
  return {
    providerOfName: (name) => (name === '' ? null : resolver.providerOfName(name)),
    providerOfHost: (address) => resolver.providerOfHost(address),
    looksLikeModel: (text) => resolver.looksLikeModel(text),
    workflowOf: (labels) =>
      wanted ??
      labels.find((label): label is string => typeof label === 'string' && known.has(label)) ??
      null,
  }
}

/** Files as named, and those in folders, in order. */
async function filesIn(named: readonly string[]): Promise<readonly (string | FileOutcome)[]> {
  const found: (string | FileOutcome)[] = []
  for (const path of named) {
    const state =
      path === '-' ? null : await stat(path).catch((error: unknown) => failed(path, error))
    if (state !== null && 'state' in state) found.push(state)
    else if (state?.isDirectory() !== true) found.push(path)
    else {
      const entries = await readdir(path, { recursive: true, withFileTypes: true })
      const files = entries.filter((one) => one.isFile() && !one.name.startsWith('.'))
      found.push(...files.map((one) => join(one.parentPath, one.name)).toSorted(compareText))
    }
  }
  return found
}

async function importFile(
  file: string,
  book: UsageBook,
  options: { readonly source: UsageSource | null; readonly tools: SourceTools },
): Promise<FileOutcome> {
  const draft = book.draft()
  try {
    return keepRead(file, book, draft, await readUsage(file, draft, options))
  } catch (error) {
    return failed(file, error)
  } finally {
    draft.discard()
  }
}

function keepRead(file: string, book: UsageBook, draft: UsageDraft, read: ReadUsage): FileOutcome {
  const { source, digest, records, others, unreadable, firstAt, lastAt, cut } = read
  const outcome = {
    file,
    kind: source?.id ?? null,
    digest,
    records,
    others,
    unreadable,
    firstAt,
    lastAt,
    problem: cut === null ? null : `it is cut off: ${cut}`,
  }
  // A file of another kind than was said has nothing of that kind in it.
  if (source === null || records + others === 0) return { ...outcome, state: 'unknown-kind' }
  const isNew = book.keep(draft, {
    digest,
    name: file === '-' ? '-' : basename(file),
    source: source.id,
    importedAt: new Date().toISOString(),
    records,
    skipped: others + unreadable,
  })
  return { ...outcome, state: isNew ? 'imported' : 'known' }
}

function failed(file: string, error: unknown): FileOutcome {
  return {
    file,
    state: 'failed',
    kind: null,
    digest: null,
    records: 0,
    others: 0,
    unreadable: 0,
    firstAt: null,
    lastAt: null,
    problem: messageOf(error),
  }
}

function importText(outcomes: readonly FileOutcome[]): string {
  const lines = outcomes.map((one) => `${visibleText(one.file)}: ${wordsOf(one)}`)
  const imported = outcomes.filter(({ state }) => state === 'imported')
  const records = imported.reduce((sum, one) => sum + one.records, 0)
  return `${[
    ...lines,
    `${imported.length} of ${outcomes.length} files imported, ${counted(records)}; \`holdfast usage show\` shows what they tell`,
  ].join('\n')}\n`
}

function wordsOf(one: FileOutcome): string {
  const problem = one.problem === null ? '' : `; ${visibleText(one.problem)}`
  switch (one.state) {
    case 'failed':
      return `cannot be read: ${visibleText(one.problem ?? '')}`
    case 'unknown-kind':
      return `no export of ${one.kind === null ? 'a known kind' : one.kind}: nothing was imported${problem}`
    case 'known':
      return `imported before, and counts once (${one.kind})`
    case 'imported': {
      const period =
        one.firstAt === null
          ? ''
          : `, ${one.firstAt.slice(0, 10)} to ${(one.lastAt ?? one.firstAt).slice(0, 10)}`
      const left = [
        ...(one.others > 0 ? [`${one.others} that tell of no model`] : []),
        ...(one.unreadable > 0 ? [`${one.unreadable} that cannot be read`] : []),
      ]
      return `${one.kind}, ${counted(one.records)}${period}${left.length === 0 ? '' : `; passed over: ${left.join(', ')}`}${problem}`
    }
  }
}

function counted(uses: number): string {
  return uses === 1 ? '1 use' : `${uses} uses`
}
