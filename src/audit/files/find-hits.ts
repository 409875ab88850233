import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { hasBinaryName } from './binary-names.ts'
import type { ListedFile } from './file-listing.ts'
import { HitQueue } from './hit-queue.ts'
import { KeywordSearch } from './keyword-search.ts'
import { fileLimits } from './limits.ts'
import { readBytes } from './read-source.ts'
import { searchableBytes } from './searchable-bytes.ts'
import { findRipgrep, runRipgrep } from './ripgrep.ts'

export interface HitOptions {
  readonly signal?: AbortSignal | undefined
  readonly maxFileBytes?: number | undefined
  /** Told when the search goes another way than usual. */
  readonly onNote?: ((note: string) => void) | undefined
  /** The search program; looked for when left out, none when null. */
  readonly ripgrep?: string | null | undefined
}

/**
 * Those of `files` that hold a keyword, as they are found. The paths are handed to ripgrep one by one, not the
 * tree: 50,000 files take 0.3 to 0.4 s that way and 0.25 s when ripgrep walks by itself, but then it would also
 * read what git ignores (installed packages are often the larger part), and what it leaves out by its own reading
 * of ignore files would be lost without a word.
 */
export async function* findHits(
  root: string,
  files: readonly ListedFile[],
  keywords: readonly string[],
  options: HitOptions = {},
): AsyncGenerator<ListedFile> {
  const usable = keywords
    .filter((keyword) => keyword !== '' && !/[\n\r]/u.test(keyword))
    .slice(0, fileLimits.keywordsMax)
  const searched = files.filter((file) => file.size !== 0 && !hasBinaryName(file.path))
  if (usable.length === 0 || searched.length === 0) return
  const ripgrep = options.ripgrep === undefined ? await findRipgrep() : options.ripgrep
  if (ripgrep === null) options.onNote?.('ripgrep is not installed; files are searched more slowly')
  // Names that are no UTF-8 cannot be handed to another program.
  const byProgram = ripgrep === null ? [] : searched.filter((file) => file.placeBytes === null)
  const byHand = ripgrep === null ? searched : searched.filter((file) => file.placeBytes !== null)
  const hits = new HitQueue<ListedFile>()
  const stopped = new AbortController()
  const signal = AbortSignal.any([stopped.signal, ...(options.signal ? [options.signal] : [])])
  const search = { root, keywords: usable, hits, signal, options }
  const work = Promise.all([
    searchByProgram(search, ripgrep ?? '', byProgram),
    searchByHand(search, byHand),
  ])
  work.then(
    () => hits.end(),
    (error: unknown) => hits.fail(error),
  )
  try {
    yield* hits
  } finally {
    stopped.abort()
  }
}

interface Search {
  readonly root: string
  readonly keywords: readonly string[]
  readonly hits: HitQueue<ListedFile>
  readonly signal: AbortSignal
  readonly options: HitOptions
}

interface ProgramSearch extends Search {
  /** Of one process. */
  readonly threads: number
}

async function searchByProgram(
  search: Search,
  ripgrep: string,
  files: readonly ListedFile[],
): Promise<void> {
  const batches = batchesOf(files)
  const takeBatches = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      if (search.signal.aborted) return
      await searchBatch({ ...search, threads }, ripgrep, batch)
    }
  }
  const processes = Math.min(batches.length, fileLimits.searchProcessesMax)
  const threads = Math.ceil(availableParallelism() / Math.max(1, processes))
  await Promise.all(Array.from({ length: processes }, takeBatches))
}

async function searchBatch(
  search: ProgramSearch,
  ripgrep: string,
  batch: readonly ListedFile[],
): Promise<void> {
  const byArgument = new Map(batch.map((file) => [argumentOf(file), file]))
  const found = new Set<ListedFile>()
  const outcome = await runRipgrep({
    program: ripgrep,
    directory: search.root,
    keywords: search.keywords,
    threads: search.threads,
    paths: [...byArgument.keys()],
    signal: search.signal,
    onPath: (argument) => {
      const file = byArgument.get(argument)
      if (file === undefined || found.has(file)) return
      found.add(file)
      search.hits.push(file)
    },
  })
  if (outcome.kind === 'done' || search.signal.aborted) return
  if (outcome.message.includes('E2BIG') && batch.length > 1) {
    // A small limit on the stack makes that on arguments small as well.
    const half = Math.ceil(batch.length / 2)
    await searchBatch(search, ripgrep, batch.slice(0, half))
    await searchBatch(search, ripgrep, batch.slice(half))
    return
  }
  search.options.onNote?.(`ripgrep failed (${outcome.message}); its files are searched more slowly`)
  await searchByHand(
    search,
    batch.filter((file) => !found.has(file)),
  )
}

/** The path `-` would mean the input. */
function argumentOf(file: ListedFile): string {
  return file.place === '-' ? './-' : file.place
}

/**
 * As few batches as the system's limit on arguments allows, since starting a process takes this one 15 ms; of nearly
 * the same size and, when there are several, as many for one process as for the other, so that both end together.
 */
function batchesOf(files: readonly ListedFile[]): (readonly ListedFile[])[] {
  const limit = argumentBytesMax()
  // The system adds a pointer and an end to each argument.
  const bytes = files.map((file) => Buffer.byteLength(file.place) + 9)
  const total = bytes.reduce((sum, one) => sum + one, 0)
  const least = Math.ceil(total / limit)
  const atOnce = fileLimits.searchProcessesMax
  const wanted = least <= 1 ? least : Math.ceil(least / atOnce) * atOnce
  const target = wanted <= 1 ? limit : total / wanted
  const batches: ListedFile[][] = []
  let used = Infinity
  for (const [index, file] of files.entries()) {
    const size = bytes[index] ?? 0
    // Filled beyond the target by part of a path, so that none is left over for one more batch.
    if (used >= target || used + size > limit) {
      batches.push([])
      used = 0
    }
    used += size
    batches.at(-1)?.push(file)
  }
  return batches
}

function argumentBytesMax(): number {
  if (process.platform === 'win32') return fileLimits.argumentBytesMaxWindows
  return process.platform === 'linux'
    ? fileLimits.argumentBytesMaxLinux
    : fileLimits.argumentBytesMax
}

/** The same without a program: reads each file and looks for all keywords at once. */
async function searchByHand(search: Search, files: readonly ListedFile[]): Promise<void> {
  if (files.length === 0) return
  const keywordSearch = new KeywordSearch(search.keywords)
  const waiting = files.values()
  const takeFiles = async (): Promise<void> => {
    for (const file of waiting) {
      if (search.signal.aborted) return
      const place = file.placeBytes ?? file.place
      const found = readBytes(search.root, place, search.options.maxFileBytes)
      // A file that cannot be read is a hit: reading it again tells why.
      const isHit = found.kind === 'skipped' || keywordSearch.matches(searchableBytes(found.bytes))
      if (isHit) search.hits.push(file)
    }
  }
  await Promise.all(Array.from({ length: 8 }, takeFiles))
  await setImmediate()
}
