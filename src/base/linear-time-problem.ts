import { isOpen, parsePattern, type Part, type Repeat, wordCharacters } from './pattern-parts.ts'

export interface LinearTimeOptions {
  /** True for an expression that is looked for anywhere in a text, so that it may begin at every character. */
  readonly isSearched?: boolean
  readonly ignoreCase?: boolean
}

/**
 * Why an expression may take more than linear time, or null. Look-around and back-references are refused, and so
 * is every repetition without an end that stands inside another one (`(a+)+`) or that another one may trade
 * characters with (`\w*\w*`, `\s*\n\s*`). For a searched expression the search itself is such a repetition:
 * `\s+x` is begun at every blank of a long run and reads to its end each time.
 */
export function linearTimeProblem(pattern: string, options: LinearTimeOptions = {}): string | null {
  try {
    RegExp(pattern)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (/\(\?<?[=!]/.test(pattern)) return 'look-around is not allowed'
  if (/\\[1-9]|\\k</.test(pattern)) return 'back-references are not allowed'
  const part = parsePattern(pattern, options.ignoreCase === true)
  const start: readonly Run[] = options.isSearched === true ? [searchRun] : []
  const found: { clash: Clash | null } = { clash: null }
  pass(part, start, found)
  if (found.clash === null) return null
  const { first, second } = found.clash
  return first.repeat === null
    ? `\`${second.source}\` may be begun at every character of a long run; bound it, or let something it cannot match stand before it`
    : `\`${first.repeat.source}\` and \`${second.source}\` may match the same characters; bound one of them`
}

/** An open repetition that was passed, and what had to be matched since. */
interface Run {
  /** Null for the search that begins an expression anywhere. */
  readonly repeat: Repeat | null
  readonly characters: bigint
  readonly since: readonly bigint[]
  /** A word boundary was passed, and only characters of words since. */
  readonly isAtWord: boolean
}

interface Clash {
  readonly first: Run
  readonly second: Repeat
}

const all = -1n
const lineEnd = 1n << 10n
const searchRun: Run = { repeat: null, characters: all, since: [], isAtWord: false }
/** More paths through alternatives than any expression of reason has. */
const runsMax = 2_000

/** The runs that are open behind a part, given those before it. */
function pass(part: Part, runs: readonly Run[], found: { clash: Clash | null }): readonly Run[] {
  switch (part.kind) {
    case 'characters':
      return runs.flatMap((run) => {
        if ((run.characters & part.characters) === 0n) return []
        const isAtWord = run.isAtWord && (part.characters & ~wordCharacters) === 0n
        return [{ ...run, since: [...new Set([...run.since, part.characters])], isAtWord }]
      })
    case 'anchor':
      if (part.anchor === '\\b') return runs.map((run) => ({ ...run, isAtWord: true }))
      // Each line begins once: as if its line end had been matched.
      if (part.anchor === '^') {
        return runs.map((run) =>
          run.repeat === null ? { ...run, since: [...run.since, lineEnd] } : run,
        )
      }
      return runs
    case 'sequence':
      return part.parts.reduce((before, one) => pass(one, before, found), runs)
    case 'choice':
      return distinct(part.parts.flatMap((one) => pass(one, runs, found)))
    case 'repeat': {
      const behind = isOpen(part) ? passOpen(part, runs, found) : passBounded(part, runs, found)
      return part.min === 0 ? distinct([...runs, ...behind]) : behind
    }
  }
}

/** The second time meets what the first has left open: `(a+)+`. */
function passBounded(
  part: Repeat,
  runs: readonly Run[],
  found: { clash: Clash | null },
): readonly Run[] {
  const once = pass(part.part, runs, found)
  return part.max > 1 ? distinct([...once, ...pass(part.part, once, found)]) : once
}

function passOpen(
  part: Repeat,
  runs: readonly Run[],
  found: { clash: Clash | null },
): readonly Run[] {
  const characters = charactersOf(part.part)
  const through = passBounded(part, runs, found)
  const before = new Set(runs.map(({ repeat }) => repeat))
  const first = through.find((run) => before.has(run.repeat) && mayTrade(run, characters))
  if (first !== undefined) found.clash ??= { first, second: part }
  return distinct([...through, { repeat: part, characters, since: [], isAtWord: false }])
}

/** True when a long text exists in which the border between the two may lie at many places. */
function mayTrade(run: Run, characters: bigint): boolean {
  const shared = run.characters & characters
  if (shared === 0n) return false
  // A word has one beginning.
  if (run.isAtWord && (characters & ~wordCharacters) === 0n) return false
  return run.since.every((one) => (one & shared) !== 0n)
}

/** Every character that may stand in a match. */
function charactersOf(part: Part): bigint {
  switch (part.kind) {
    case 'characters':
      return part.characters
    case 'anchor':
      return 0n
    case 'sequence':
    case 'choice':
      return part.parts.reduce((sum, one) => sum | charactersOf(one), 0n)
    case 'repeat':
      return charactersOf(part.part)
  }
}

function distinct(runs: readonly Run[]): readonly Run[] {
  const byKey = new Map(
    runs.map((run) => [
      `${run.repeat?.start} ${run.characters} ${run.since.join(' ')} ${run.isAtWord}`,
      run,
    ]),
  )
  return [...byKey.values()].slice(0, runsMax)
}
