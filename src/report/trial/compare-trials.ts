import { compareText } from '../../base/compare.ts'
import type { TrialReport } from '../../schema/trial-report.ts'
import type { GateResult } from '../../schema/trial-result.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { chanceText } from './figure-words.ts'
import { foundText, gateScale } from './gate-scale.ts'
import { costCells, standingLine } from './trial-lines.ts'
import type { TrialStandings } from './trial-report-options.ts'
import { type Verdict, verdictText } from './trial-words.ts'

/** Several trials beside each other, and what keeps them from being comparable. */
export interface Comparison {
  readonly standings: TrialStandings
  /** Workflows of the trials; of one that is asked for, one. */
  readonly workflows: readonly string[]
  /** Those whose verdict is better now first, then those that lost less quality. */
  readonly trials: readonly TrialReport[]
  readonly left: number
  readonly notices: readonly string[]
  /** Every gate with the trials that registered the same limit for it: only those share an axis. */
  readonly gates: readonly ComparedGate[]
}

export interface ComparedGate {
  readonly gate: string
  readonly rows: readonly { readonly report: TrialReport; readonly result: GateResult }[]
}

const ranks: Readonly<Record<Verdict, number>> = {
  QUALIFIED: 0,
  INCONCLUSIVE: 1,
  NOT_QUALIFIED: 2,
  EXPIRED: 3,
  INVALID: 4,
}

export function compareTrials(
  reports: readonly TrialReport[],
  standings: TrialStandings = new Map(),
): Comparison {
  const rankOf = (report: TrialReport): number => ranks[countsAs(report, standings)]
  const sorted = reports.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || qualityOf(b) - qualityOf(a) || compareText(a.trial, b.trial),
  )
  const trials = sorted.slice(0, reportLimits.comparedTrialsMax)
  return {
    standings,
    workflows: [...new Set(reports.map(({ workflow }) => workflow))].toSorted(compareText),
    trials,
    left: sorted.length - trials.length,
    notices: comparisonNotices(reports),
    gates: comparedGates(trials),
  }
}

/** What the verdict of a trial is worth now. */
export function countsAs(report: TrialReport, standings: TrialStandings): Verdict {
  return standings.get(report.trial)?.verdict ?? report.result.verdict
}

function qualityOf({ result }: TrialReport): number {
  return result.gates.find(({ gate }) => gate === 'quality')?.estimate ?? -2
}

function comparedGates(trials: readonly TrialReport[]): readonly ComparedGate[] {
  const groups = new Map<string, { report: TrialReport; result: GateResult }[]>()
  for (const report of trials) {
    // What an invalid or expired trial found is no figure to hold against another.
    if (report.result.verdict === 'INVALID' || report.result.verdict === 'EXPIRED') continue
    for (const result of report.result.gates) {
      if (result.estimate === null || gateScale(result).isCount) continue
      const key = `${result.gate}\n${result.limit}`
      groups.set(key, [...(groups.get(key) ?? []), { report, result }])
    }
  }
  return [...groups].map(([key, rows]) => ({ gate: key.split('\n', 1)[0] ?? '', rows }))
}

/** What differs between trials although it should not, each in a sentence. */
function comparisonNotices(reports: readonly TrialReport[]): readonly string[] {
  const differs = (of: (report: TrialReport) => string): boolean =>
    new Set(reports.map(of)).size > 1
  const checks: readonly (readonly [string, (report: TrialReport) => string])[] = [
    ['for different workflows', ({ workflow }) => workflow],
    ['against different incumbents', ({ registration }) => registration.incumbent.servedModel],
    ['on different tasks', ({ registration }) => registration.digests.tasks],
    ['with different prompts', ({ registration }) => registration.digests.prompt],
    ['with different graders', ({ registration }) => registration.digests.graders],
    ['with different margins', ({ registration }) => String(registration.gates.quality.margin)],
    ['by different measures', ({ registration }) => registration.gates.quality.measure],
    ['with different α', ({ registration }) => String(registration.alpha)],
    ['in different modes', ({ registration }) => registration.mode],
  ]
  const unlike = checks.flatMap(([say, of]) => (differs(of) ? [say] : []))
  const alone = reports.filter(({ plan }) => plan === null).length
  return [
    ...(unlike.length === 0
      ? []
      : [
          `These trials were made ${unlike.join(', ')}: their figures may not be held against each other, only their verdicts each by itself.`,
        ]),
    ...(alone > 1
      ? [
          `${count(alone, 'trial')} of these stand alone: each keeps its own α, and the chance that at least one of them is falsely qualified is higher. Candidates in one plan are held to α together (Holm).`,
        ]
      : []),
    'Intervals are each against the incumbent. That two of them overlap or not does not say which candidate is better.',
  ]
}

export const comparedHeads = [
  'Candidate',
  'Verdict',
  'Quality, against the incumbent',
  'p',
  'Not passed',
  'Per task',
  'Median',
  '95% within',
  'Trial',
] as const

export function comparedCells(
  report: TrialReport,
  standings: TrialStandings = new Map(),
): readonly string[] {
  const { result, plan, arms } = report
  const quality = result.gates.find(({ gate }) => gate === 'quality')
  const candidate = arms.find(({ arm }) => arm === 'candidate')
  const open = result.gates.filter(({ state }) => state !== 'passed').map(({ gate }) => gate)
  const p = plan?.adjustedP ?? result.pMax
  const [, cost = '–', , median = '–', slow = '–'] =
    candidate === undefined ? [] : costCells(candidate)
  return [
    candidateText(report),
    countsAs(report, standings) === result.verdict
      ? verdictText(result)
      : `${countsAs(report, standings)} (was ${result.verdict})`,
    quality === undefined ? '–' : foundText(quality),
    p === null ? '–' : `${chanceText(p)}${plan === null ? '' : ' (Holm)'}`,
    result.verdict === 'INVALID' ? 'the trial itself' : open.join(', ') || 'none',
    cost,
    median,
    slow,
    report.trial,
  ]
}

/** Who could take the work over, in one sentence a workflow. */
export function comparisonHeadlines({
  workflows,
  trials,
  standings,
}: Comparison): readonly string[] {
  if (trials.length === 0) return ['No trial is there to compare.']
  return workflows.map((workflow) => {
    const own = trials.filter((report) => report.workflow === workflow)
    const good = own.filter((report) => countsAs(report, standings) === 'QUALIFIED')
    const all = [...new Set(good.map(candidateText))]
    const names = all.slice(0, 10)
    return all.length === 0
      ? `${workflow}: nothing is qualified, in ${count(own.length, 'trial')}.`
      : `${workflow}: qualified, in ${count(own.length, 'trial')}: ${names.join(', ')}${all.length > names.length ? ` and ${all.length - names.length} more` : ''}.`
  })
}

/** Trials that qualify nobody now, each with why: what ended it since, or else its weightiest reason. */
export function reasonLines({ trials, standings }: Comparison): readonly string[] {
  return trials
    .filter((report) => countsAs(report, standings) !== 'QUALIFIED')
    .map((report) => reasonLine(report, standings))
}

function reasonLine(report: TrialReport, standings: TrialStandings): string {
  const since = standingLine(report, standings.get(report.trial))
  if (since !== null) return `${countsAs(report, standings)}: ${candidateText(report)}: ${since}`
  const [first] = report.result.reasons
  return `${report.result.verdict}: ${candidateText(report)}: ${first?.say ?? 'no reason is given'}`
}

/** As `--candidate` takes it. */
export function candidateText({ registration }: TrialReport): string {
  return `${registration.candidate.model}@${registration.candidate.route}`
}
