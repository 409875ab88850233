import { runGit } from '../files/git.ts'
import type { Provenance } from '../files/provenance.ts'
import { ownerLimits } from './limits.ts'

/** Who wrote lines, by git's history. */

/** Lines of a file, counted from 1, both ends included. */
export interface LineSpan {
  readonly from: number
  readonly to: number
}

/** The span that answers for a line: lines near each other share one. */
export function spanAround(line: number | undefined): LineSpan {
  if (line === undefined) return { from: 1, to: ownerLimits.linesOfFileMax }
  const width = ownerLimits.linesAround
  const middle = Math.max(0, Math.floor((line - 1) / width)) * width + 1
  return { from: Math.max(1, middle - width), to: middle + 2 * width - 1 }
}

/**
 * Names of the authors who wrote most of each span of a file, first the one with the most; a span without them has none
 * that are known. Git is asked once for all spans. Null: it did not answer within its limits.
 */
export async function lineAuthors(
  provenance: Provenance,
  path: string,
  spans: readonly LineSpan[],
  isShallow: boolean,
): Promise<readonly (readonly string[])[] | null> {
  const { place, environment, revision, prefix } = provenance
  const nobody = spans.map(() => [])
  if (place === null) return nobody
  const asked = (lines: readonly string[]) =>
    runGit(
      place,
      [
        'blame',
        '-w',
        '--incremental',
        // The first commit has an author, unless it is only the first that a shallow clone has.
        ...(isShallow ? [] : ['--root']),
        ...lines,
        revision,
        '--',
        prefix + path,
      ],
      {
        environment,
        timeMs: ownerLimits.blameTimeMs,
        outputBytesMax: ownerLimits.blameOutputBytesMax,
      },
    )
  let result = await asked(joined(spans).map(({ from, to }) => `-L${from},${to}`))
  // A file may be longer now than it was in the commit, where git refuses to look behind the end.
  if (result.kind === 'failed' && /has only \d+ line/u.test(result.message))
    result = await asked([])
  if (result.kind === 'failed') return result.reason === 'refused' ? nobody : null
  const ranges = rangesIn(result.output.toString())
  return spans.map((span) => authorsOf(span, ranges))
}

/** The same lines in fewer spans: those that touch become one. */
export function joined(spans: readonly LineSpan[]): readonly LineSpan[] {
  const result: LineSpan[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last === undefined || span.from > last.to + 1) result.push(span)
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
  }
  return result
}

export async function isShallowClone(provenance: Provenance): Promise<boolean> {
  const { place, environment } = provenance
  if (place === null) return false
  const result = await runGit(place, ['rev-parse', '--is-shallow-repository'], { environment })
  return result.kind === 'done' && result.output.toString().trim() === 'true'
}

/** Accounts of programs write many lines and own none. */
const robotPattern =
  /\[bot\]|(?:^|[\s-])bot$|^(?:dependabot|renovate|greenkeeper|github[ -]?actions?|semantic-release|gitlab|web-flow|jenkins|travis|root|ci|builder)\b/iu

/** Lines that one commit brought. */
export interface AuthoredRange extends LineSpan {
  readonly author: string
}

/**
 * Reads `git blame --incremental` (git-scm.com/docs/git-blame, "Incremental output"): ranges of lines in any order, what is
 * told of a commit with its first one. Lines of programs, and those at the edge of a shallow clone, have no known author
 * and are left out.
 */
export function rangesIn(incremental: string): readonly AuthoredRange[] {
  const authorOf = new Map<string, string>()
  const unknown = new Set<string>()
  const ranges: (LineSpan & { readonly commit: string })[] = []
  let commit = ''
  for (const line of incremental.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+) (\d+)$/u.exec(line)
    if (header !== null) {
      const [, id = '', first, count] = header
      commit = id
      ranges.push({ commit, from: Number(first), to: Number(first) + Number(count) - 1 })
    } else if (line.startsWith('author ')) authorOf.set(commit, line.slice('author '.length).trim())
    else if (line === 'boundary') unknown.add(commit)
  }
  return ranges.flatMap(({ commit: of, from, to }) => {
    const author = authorOf.get(of) ?? ''
    return unknown.has(of) || author === '' || robotPattern.test(author)
      ? []
      : [{ author, from, to }]
  })
}

/** Names of whoever wrote a good part of a span, first the one with the most lines. */
export function authorsOf(span: LineSpan, ranges: readonly AuthoredRange[]): readonly string[] {
  const linesOf = new Map<string, number>()
  let total = 0
  for (const { author, from, to } of ranges) {
    const lines = Math.min(to, span.to) - Math.max(from, span.from) + 1
    if (lines <= 0) continue
    total += lines
    linesOf.set(author, (linesOf.get(author) ?? 0) + lines)
  }
  return [...linesOf]
    .filter(([, lines]) => lines >= total * ownerLimits.authorShareMin)
    .toSorted(([a, linesA], [b, linesB]) => linesB - linesA || (a < b ? -1 : 1))
    .map(([author]) => author)
    .slice(0, ownerLimits.ownersMax)
}
