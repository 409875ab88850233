import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../base/fault.ts'
import type { Resolver } from '../catalogue/index.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import type { Language } from '../schema/detector.ts'
import type { SkippedFile } from '../schema/register.ts'
import type { FileContext } from '../schema/vocabulary.ts'
import type { FactCache } from './cache/fact-cache.ts'
import type { DetectorSet } from './detector-set.ts'
import { expectLanguages } from './code/grammars.ts'
import { languageOf } from './code/language-of.ts'
import { ExtractionPool } from './extraction-pool.ts'
import type { Fact } from './fact.ts'
import { classifyContent } from './files/classify.ts'
import type { SourceTree, TreeFile } from './files/source-tree.ts'
import { auditLimits } from './limits.ts'
import { redactSecrets } from './text/redact-secrets.ts'

export interface ReadInput {
  readonly tree: SourceTree
  readonly detectors: DetectorSet
  readonly resolver: Resolver
  readonly catalogue: Catalogue
  readonly cache: FactCache | null
  /** No other tree follows in this process, so that grammars for this one are enough: they are loaded once. */
  readonly isOnlyTree: boolean
  readonly signal: AbortSignal | undefined
  readonly onProgress: (state: { readonly done: number; readonly toRead: number }) => void
}

interface FileFacts {
  readonly file: TreeFile
  readonly context: FileContext
  readonly facts: readonly Fact[]
  /** The lines that facts stand on, secrets redacted and cut, so that no secret is kept even in the cache. */
  readonly lines: ReadonlyMap<number, string>
}

export interface ReadOutcome {
  readonly files: readonly FileFacts[]
  readonly skipped: readonly SkippedFile[]
  readonly read: number
  /** True when the signal stopped it. */
  readonly stopped: boolean
}

/** Files known from the cache, then one keyword pass over the others, then extractors on those that hit. */
export async function readFacts(input: ReadInput): Promise<ReadOutcome> {
  const { tree, detectors, cache, signal } = input
  const known: FileFacts[] = []
  const unknown: TreeFile[] = []
  const skipped: SkippedFile[] = []
  for (const file of tree.files) {
    if (isOwnFile(file.path)) {
      skipped.push({ path: pathInTree(tree, file), reason: 'holdfast-file' })
      continue
    }
    const cached = file.key === null ? undefined : cache?.get(cacheKey(file))
    if (cached === undefined) unknown.push(file)
    else if (cached !== null) {
      const context = cached.context ?? file.context
      known.push({ file, context, facts: cached.facts, lines: new Map(cached.lines) })
    }
  }
  const byName = unknown.filter((file) => detectors.matchesPathAlone(file.path))
  const chosen = new Set(byName)
  const hits: TreeFile[] = []
  const results: FileFacts[] = []
  let done = 0
  if (input.isOnlyTree) expectLanguages(languagesOf(tree.files))
  const pool = new ExtractionPool(detectors, input.resolver, input.catalogue)
  const reading = new ReadingPool(async (file) => {
    const outcome = await readOne(file, input, pool)
    done += 1
    input.onProgress({ done, toRead: hits.length })
    if ('reason' in outcome) skipped.push({ path: pathInTree(tree, file), reason: outcome.reason })
    else results.push(outcome)
  })
  const read = async (file: TreeFile): Promise<void> => {
    hits.push(file)
    pool.expect(hits.length - done)
    await reading.add(file)
  }
  for (const file of byName) await read(file)
  for await (const file of tree.hits(unknown, detectors.keywords, signal)) {
    if (chosen.has(file)) continue
    chosen.add(file)
    await read(file)
    if (signal?.aborted === true) break
  }
  await reading.end(signal)
  await pool.close()
  const stopped = signal?.aborted === true
  if (!stopped) for (const file of unknown) if (!chosen.has(file)) cache?.set(cacheKey(file), null)
  return { files: [...known, ...results], skipped, read: done, stopped }
}

/** What holdfast itself is told is no dependency of anybody's work. */
function isOwnFile(path: string): boolean {
  return path.endsWith('holdfast.yaml')
}

function languagesOf(files: readonly TreeFile[]): ReadonlySet<Language> {
  const languages = new Set<Language>()
  const extensions = new Set<string>()
  for (const { path } of files) {
    const extension = path.slice(path.lastIndexOf('.') + 1)
    if (extensions.has(extension)) continue
    if (!extension.includes('/')) extensions.add(extension)
    const language = languageOf(path)
    if (language !== null) languages.add(language)
  }
  return languages
}

function cacheKey(file: TreeFile): string {
  return `${file.key}\n${file.path}`
}

async function readOne(
  file: TreeFile,
  input: ReadInput,
  pool: ExtractionPool,
): Promise<FileFacts | { readonly reason: string }> {
  try {
    const read = await input.tree.read(file)
    if (read.kind === 'skipped') return { reason: read.reason }
    const context = classifyContent(file.path, read.content)
    const source = { path: file.path, content: read.content, context }
    const extraction = await pool.extract(source)
    if (extraction.kind === 'failed') return { reason: extraction.reason }
    const { facts } = extraction
    const lines = linesOf(read.content, facts)
    if (file.key !== null) input.cache?.set(cacheKey(file), { facts, lines: [...lines], context })
    return { file, context, facts, lines }
  } catch (error) {
    return { reason: `failed: ${messageOf(error)}` }
  }
}

/** A repository inside the audited directory has paths of its own; what is skipped is told from the top. */
function pathInTree(tree: SourceTree, file: TreeFile): string {
  const root = tree.repositories.find((one) => one.id === file.repository)?.root ?? '.'
  return root === '.' ? file.path : `${root}/${file.path}`
}

/** Redacted before it is cut, so that half a key never stays; a longer line is no line to show. */
const lineCharactersMax = 2_000

function linesOf(content: string, facts: readonly Fact[]): ReadonlyMap<number, string> {
  if (facts.length === 0) return new Map()
  const wanted = new Set(facts.map((fact) => fact.place.line))
  const lines = new Map<number, string>()
  let line = 1
  let start = 0
  while (start <= content.length && lines.size < wanted.size) {
    const end = content.indexOf('\n', start)
    if (wanted.has(line)) {
      const text = content.slice(
        start,
        Math.min(end === -1 ? content.length : end, start + lineCharactersMax),
      )
      lines.set(line, redactSecrets(text).trim().slice(0, auditLimits.snippetCharactersMax))
    }
    if (end === -1) break
    start = end + 1
    line += 1
  }
  return lines
}

/** Reads a few files at once, and lets syntax trees be freed between them. */
class ReadingPool {
  readonly #work: (file: TreeFile) => Promise<void>
  readonly #waiting: TreeFile[] = []
  readonly #running = new Set<Promise<void>>()
  #started = 0

  constructor(work: (file: TreeFile) => Promise<void>) {
    this.#work = work
  }

  async add(file: TreeFile): Promise<void> {
    this.#waiting.push(file)
    this.#fill()
    // A loop without a pause keeps every tree alive until its end.
    if (this.#started % 20 === 0) await setImmediate()
  }

  #fill(): void {
    while (this.#running.size < auditLimits.filesAtOnce) {
      const file = this.#waiting.shift()
      if (file === undefined) return
      this.#started += 1
      const task = this.#work(file).finally(() => {
        this.#running.delete(task)
        this.#fill()
      })
      this.#running.add(task)
    }
  }

  async end(signal: AbortSignal | undefined): Promise<void> {
    while (this.#running.size > 0) {
      if (signal?.aborted === true) this.#waiting.length = 0
      await Promise.race(this.#running)
    }
  }
}
