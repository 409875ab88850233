import * as z from 'zod'
import { FindingLabel, type SettingsOf } from '../../schema/grader-settings.ts'
import { cweNumber, isSameFamily } from './cwe-family.ts'
import { failed, type Grader, scored } from './grader.ts'
import { readFindings, type ToldFinding } from './read-findings.ts'

const Labels = z.union([
  z.array(FindingLabel),
  z.strictObject({ findings: z.array(FindingLabel) }).transform(({ findings }) => findings),
])

export const findings: Grader<'findings'> = {
  id: 'findings',
  title: 'findings against labels: file, lines and weakness; precision and recall',
  needs: 'nothing',
  problem: (_settings, task) => {
    const read = Labels.safeParse(task.expected)
    return read.success ? null : '`expected` is no list of findings with `line` and `cwe`'
  },
  grade: (settings, task, answer) => {
    const labels = Labels.parse(task.expected)
    const told = readFindings(answer.text)
    if (told === null) return failed('the answer is no JSON with findings that have a `line`')
    const hits = pairsOf(labels, told, settings)
    const [missed, wrong] = [labels.length - hits, told.length - hits]
    return scored(
      scoreOf(settings.score ?? 'f1', { hits, missed, wrong }),
      settings.passScore ?? 1,
      `${hits} found, ${missed} missed, ${wrong} not labelled`,
    )
  },
}

interface Counts {
  readonly hits: number
  readonly missed: number
  readonly wrong: number
}

/** Where nothing is to be found, silence is right and every finding is wrong. */
function scoreOf(kind: 'f1' | 'precision' | 'recall', { hits, missed, wrong }: Counts): number {
  if (hits + missed + wrong === 0) return 1
  if (kind === 'precision') return hits + wrong === 0 ? 1 : hits / (hits + wrong)
  if (kind === 'recall') return hits + missed === 0 ? 1 : hits / (hits + missed)
  return (2 * hits) / (2 * hits + missed + wrong)
}

/** Most pairs that can be made of labels and findings, each used once (augmenting paths). */
function pairsOf(
  labels: readonly FindingLabel[],
  told: readonly ToldFinding[],
  settings: SettingsOf<'findings'>,
): number {
  const labelOf = new Map<number, number>()
  function takes(label: number, seen: Set<number>): boolean {
    for (const [index, one] of told.entries()) {
      const wanted = labels[label]
      if (wanted === undefined || seen.has(index) || !isHit(wanted, one, settings)) continue
      seen.add(index)
      const holder = labelOf.get(index)
      if (holder === undefined || takes(holder, seen)) {
        labelOf.set(index, label)
        return true
      }
    }
    return false
  }
  return labels.filter((_, label) => takes(label, new Set())).length
}

function isHit(
  label: FindingLabel,
  told: ToldFinding,
  { lineWindow = 3, cwe = 'family' }: SettingsOf<'findings'>,
): boolean {
  if (!isSameFile(label.file, told.file)) return false
  const end = label.endLine ?? label.line
  if (told.line > end + lineWindow || told.endLine < label.line - lineWindow) return false
  // "Somewhere in this file" is no finding of a line.
  if (told.endLine - told.line > end - label.line + 2 * lineWindow + linesOfSpanMax) return false
  if (cwe === 'ignored') return true
  if (told.cwe === null) return false
  return cwe === 'exact'
    ? cweNumber(label.cwe) === cweNumber(told.cwe)
    : isSameFamily(label.cwe, told.cwe)
}

/** A finding may span a function of so many lines more than the label. */
const linesOfSpanMax = 20

/** `./src/a.ts`, `src/a.ts` and, where one of them is short, `a.ts` are the same; no file said: the task has one. */
function isSameFile(label: string | undefined, told: string | null): boolean {
  if (label === undefined || told === null) return true
  const [a, b] = [plainPath(label), plainPath(told)]
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`)
}

function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:file:\/\/)?(?:\.?\/){0,5}/, '')
}
