import { runGit } from '../files/git.ts'
import type { Provenance } from '../files/provenance.ts'
import { ownerLimits } from './limits.ts'

/** Who wrote lines, by git's history. */

export interface LineSpan {
  readonly from: number
  readonly to: number
}

/** The span that answers for a line: lines near each other share one, so that git is asked once. */
export function spanAround(line: number | undefined): LineSpan {
  if (line === undefined) return { from: 1, to: ownerLimits.linesOfFileMax }
  const width = ownerLimits.linesAround
  const middle = Math.max(0, Math.floor((line - 1) / width)) * width + 1
  return { from: Math.max(1, middle - width), to: middle + 2 * width - 1 }
}

/** Names of the authors who wrote most of the lines, first the one with the most; empty when unknown. */
export async function lineAuthors(
  provenance: Provenance,
  path: string,
  span: LineSpan,
  isShallow: boolean,
): Promise<readonly string[]> {
  if (provenance.place === null) return []
  const result = await runGit(
    provenance.place,
    [
      'blame',
      '-w',
      '--porcelain',
      // The first commit has an author, unless it is only the first that a shallow clone has.
      ...(isShallow ? [] : ['--root']),
      `-L${span.from},${span.to}`,
      provenance.revision,
      '--',
      provenance.prefix + path,
    ],
    {
      environment: provenance.environment,
      timeMs: ownerLimits.blameTimeMs,
      outputBytesMax: ownerLimits.blameOutputBytesMax,
    },
  )
  return result.kind === 'done' ? authorsIn(result.output.toString()) : []
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

/** Reads `git blame --porcelain`. Lines at the edge of a shallow clone have no known author. */
export function authorsIn(porcelain: string): readonly string[] {
  const authorOf = new Map<string, string>()
  const edges = new Set<string>()
  const linesOf = new Map<string, number>()
  let commit = ''
  for (const line of porcelain.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ \d+(?: \d+)?$/u.exec(line)
    if (header?.[1] !== undefined) commit = header[1]
    else if (line.startsWith('author ')) authorOf.set(commit, line.slice('author '.length).trim())
    else if (line === 'boundary') edges.add(commit)
    else if (line.startsWith('\t')) linesOf.set(commit, (linesOf.get(commit) ?? 0) + 1)
  }
  const byAuthor = new Map<string, number>()
  let total = 0
  for (const [one, lines] of linesOf) {
    const author = authorOf.get(one) ?? ''
    if (edges.has(one) || author === '' || robotPattern.test(author)) continue
    total += lines
    byAuthor.set(author, (byAuthor.get(author) ?? 0) + lines)
  }
  return [...byAuthor]
    .filter(([, lines]) => lines >= total * ownerLimits.authorShareMin)
    .toSorted(([a, linesA], [b, linesB]) => linesB - linesA || (a < b ? -1 : 1))
    .map(([author]) => author)
    .slice(0, ownerLimits.ownersMax)
}
