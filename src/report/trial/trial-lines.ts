import type {
  LabelledAccuracy,
  TrialArm,
  TrialArmCost,
  TrialReport,
} from '../../schema/trial-report.ts'
import type { GateResult } from '../../schema/trial-result.ts'
import { count } from '../count.ts'
import {
  amountText,
  chanceText,
  confidenceText,
  evidenceText,
  shareText,
  timeText,
  wholeText,
} from './figure-words.ts'
import { foundText, gateScale } from './gate-scale.ts'
import type { TrialStanding } from './trial-report-options.ts'
import {
  armTitles,
  controlTitles,
  gateStateWords,
  modeText,
  momentText,
  outcomeKindWords,
  sourceWords,
} from './trial-words.ts'

/** Sentences and rows that every format of a trial's report shares: each is text, and escaped by who writes it. */

export function sidesLine({ registration, criticality }: TrialReport): string {
  const { candidate, incumbent, workflow } = registration
  const weight = criticality === null ? '' : ` (${criticality})`
  return `${candidate.model} over ${candidate.route}, for ${workflow}${weight}, against ${incumbent.model} over ${incumbent.route}`
}

/** What became of the verdict since it was decided; null: nothing that is known. */
export function standingLine(
  { result }: TrialReport,
  standing: TrialStanding | undefined,
): string | null {
  if (standing === undefined) return null
  if (standing.verdict === result.verdict && standing.invalidatedBy === null) return null
  const why =
    standing.invalidatedBy === null ? '' : `: ${standing.invalidatedBy.replaceAll('-', ' ')}`
  return `It was ${result.verdict} and counts as ${standing.verdict} now, as of ${momentText(standing.at)}${why}.`
}

/** What nobody may overlook, or nothing. */
export function bannerLine(report: TrialReport, standing: TrialStanding | undefined): string {
  const now = standingLine(report, standing)
  const reasons = report.result.reasons.slice(0, 3).map(({ say }) => say)
  const { verdict } = report.result
  const own =
    verdict === 'INVALID' || verdict === 'EXPIRED' ? [`${verdict}: ${reasons.join('; ')}.`] : []
  return [...own, ...(now === null ? [] : [now])].join(' ')
}

/** Why the gates of a trial are shown without their worth; null: they have it. */
export function worthlessLine({ result }: TrialReport): string | null {
  if (result.verdict === 'INVALID')
    return 'Of an invalid trial: the figures are for repairing it, and show nothing of the candidate.'
  return result.verdict === 'EXPIRED' ? 'Of an expired trial: they do not count any more.' : null
}

/** What the ends of the intervals hold with, once for all gates; null: there is no interval. */
export function intervalsLine({ registration, result }: TrialReport): string | null {
  const confidence = result.gates.find(({ interval }) => interval !== null)?.interval?.confidence
  if (confidence === undefined) return null
  return `Intervals are two-sided, of ${confidenceText(confidence)}: each end by itself holds with ${confidenceText((1 + confidence) / 2)}${registration.mode === 'e-process' ? ', at all looks together' : ''}.`
}

/** What stands beside the verdict: the p of the whole, the plan it is part of, how it was looked at. */
export function weightLines({ registration, result, plan }: TrialReport): readonly string[] {
  const needed = `at most ${registration.alpha} is needed`
  const whole =
    result.pMax === null
      ? 'No p: no gate was tested.'
      : registration.mode === 'e-process' && result.logEMin !== null
        ? `Least evidence of all gates: E = ${evidenceText(result.logEMin)}; ${evidenceText(-Math.log(registration.alpha))} is needed (p ${chanceText(result.pMax)}).`
        : `Largest p of all gates, which is that of the trial: ${chanceText(result.pMax)}; ${needed}.`
  return [
    `Registered: ${modeText(registration)}.`,
    whole,
    ...(plan === null
      ? []
      : [
          `One of ${count(plan.trials, 'trial')} of a plan: ${plan.adjustedP === null ? 'it has no p to adjust' : `after Holm its p is ${chanceText(plan.adjustedP)}`}; ${needed}.`,
        ]),
  ]
}

export const gateTitles = ['Gate', 'Found', 'Registered', 'p', 'State'] as const

export function gateCells(gate: GateResult): readonly string[] {
  const scale = gateScale(gate)
  return [
    scale.title,
    foundText(gate, scale),
    scale.limitText,
    gate.p === null ? '–' : chanceText(gate.p),
    gateStateWords[gate.state],
  ]
}

export const methodTitles = [
  'Gate',
  'Test that decides',
  'Interval',
  'Tasks',
  'Design effect',
  'Evidence',
  'With unscored against it',
  'For comparison',
] as const

/** How each gate was computed, for who wants to check it. */
export function methodCells(gate: GateResult): readonly string[] {
  const scale = gateScale(gate)
  const { interval, worstCase } = gate
  return [
    gate.gate,
    gate.test,
    interval === null
      ? '–'
      : `${interval.method}, ${confidenceText(interval.confidence)} two-sided`,
    wholeText(gate.counted),
    gate.designEffect.toFixed(2),
    gate.logE === null ? '–' : `E = ${evidenceText(gate.logE)}`,
    worstCase === null
      ? 'the same'
      : `${gateStateWords[worstCase.state]}${worstCase.p === null ? '' : `, p ${chanceText(worstCase.p)}`}`,
    gate.sensitivity
      .slice(0, 6)
      .map((one) => `${one.method}: ${scale.figure(one.lower)} to ${scale.figure(one.upper)}`)
      .join('; ') || '–',
  ]
}

export const controlHeads = ['Control', 'State', 'What was found'] as const

export function controlCells(
  control: TrialReport['result']['controls'][number],
): readonly string[] {
  return [controlTitles[control.control], control.state, control.say]
}

/** Tasks on which both sides agree and disagree, and what is not scored. */
export function agreementLines({ disagreements, result }: TrialReport): readonly string[] {
  const { bothPass, neitherPass, candidateBetter, incumbentBetter, alike } = disagreements
  const { planned, scored, unscored, pending, clusters } = result.counts
  return [
    `${count(planned, 'task')} planned, ${wholeText(scored)} scored in ${count(clusters, 'cluster')}, ${wholeText(unscored)} unscored, ${wholeText(pending)} not asked yet.`,
    bothPass === null || neitherPass === null
      ? `Scored alike: ${wholeText(alike)}; the candidate higher: ${wholeText(candidateBetter)}; the incumbent higher: ${wholeText(incumbentBetter)}.`
      : `Passed by both: ${wholeText(bothPass)}; by the candidate only: ${wholeText(candidateBetter)}; by the incumbent only: ${wholeText(incumbentBetter)}; by neither: ${wholeText(neitherPass)}.`,
  ]
}

export const armHeads = [
  'Who',
  'Model and route',
  'Answers',
  'Mean score',
  'How they came out',
  'Who answered, by the provider',
] as const

export function armCells(arm: TrialArm): readonly string[] {
  return [
    `${armTitles[arm.arm]}${arm.source.kind === 'frozen' ? ' (frozen)' : ''}`,
    `${arm.model} over ${arm.route}; ${sourceText(arm)}`,
    wholeText(arm.answers),
    arm.meanScore === null ? '–' : arm.meanScore.toFixed(4),
    outcomesText(arm),
    servedText(arm.served),
  ]
}

function sourceText({ source }: TrialArm): string {
  const { kind, trial, from, until } = source
  if (kind !== 'frozen') return sourceWords[kind]
  const days =
    from === null || until === null ? '' : `, ${from.slice(0, 10)} to ${until.slice(0, 10)}`
  return `${sourceWords.frozen}${days}${trial === null ? '' : `, asked by ${trial}`}`
}

/** `answered 291, refused 6, timed out 3`: the most first. */
function outcomesText({ outcomes }: TrialArm): string {
  const known = Object.entries(outcomes).filter(([, number]) => number > 0)
  return (
    known
      .toSorted(([, a], [, b]) => b - a)
      .map(([kind, number]) => {
        const word: string = (outcomeKindWords as Readonly<Record<string, string>>)[kind] ?? kind
        return `${word} ${wholeText(number)}`
      })
      .join(', ') || 'none'
  )
}

function servedText(served: TrialArm['served']): string {
  const shown = served.slice(0, 4).map(({ model, answers }) => {
    const name = model ?? 'not said'
    return served.length === 1 ? name : `${name} (${wholeText(answers)})`
  })
  const left = served.length - shown.length
  if (shown.length === 0) return '–'
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

export const costHeads = [
  'Who',
  'Per task',
  'In all',
  'Median',
  '95% within',
  'Slowest',
  'Tokens in',
  'Tokens out',
] as const

export function costCells({ arm, cost, latency, tokens }: TrialArm): readonly string[] {
  return [
    armTitles[arm],
    cost === null ? '–' : `${cost.currency} ${amountText(cost.perTask)}`,
    cost === null ? '–' : `${cost.currency} ${amountText(cost.total)}`,
    latency === null ? '–' : timeText(latency.p50Ms),
    latency === null ? '–' : timeText(latency.p95Ms),
    latency === null ? '–' : timeText(latency.maxMs),
    tokens === null ? '–' : wholeText(tokens.input),
    tokens === null ? '–' : wholeText(tokens.output),
  ]
}

/** Where prices are from, and what is known of costs only in part. */
export function costNotes({ arms, judge }: TrialReport): readonly string[] {
  const costs = arms.flatMap(({ cost, answers, arm }) =>
    cost === null ? [] : [{ cost, answers, who: armTitles[arm] }],
  )
  const sources = new Set([
    ...costs.map(({ cost }) => cost.priceSource),
    ...[judge?.cost?.priceSource ?? []].flat(),
  ])
  return [
    ...costs
      .filter(({ cost, answers }) => cost.known < answers)
      .map(({ cost, answers, who }) => partlyKnown(cost, answers, who)),
    ...[...sources].map((source) => `Prices: ${source}.`),
  ]
}

function partlyKnown(cost: TrialArmCost, answers: number, who: string): string {
  return `Of the ${who} the cost of ${wholeText(cost.known)} of ${wholeText(answers)} answers is known; the figures are of those.`
}

/** What calls were lost, asked again or repeated; empty where none was. */
export function callLines({ calls }: TrialReport): readonly string[] {
  const { planned, answered, lost, askedAgain, retried } = calls
  return [
    `${count(planned, 'call')} planned, ${wholeText(answered)} answered.`,
    ...(lost === 0
      ? []
      : [
          `${count(lost, 'call was', 'calls were')} lost when a process ended, perhaps paid, and not asked again: their tasks are unscored.`,
        ]),
    ...(askedAgain === 0
      ? []
      : [
          `${count(askedAgain, 'lost call was', 'lost calls were')} asked again, perhaps paid twice.`,
        ]),
    ...(retried === 0
      ? []
      : [
          `${count(retried, 'call', 'calls')} found no room or no server at first and ${retried === 1 ? 'was' : 'were'} repeated.`,
        ]),
  ]
}

export const graderHeads = [
  'Grader',
  'Tasks',
  'Known-good answers that pass',
  'Known-bad answers that fail',
  'Not graded',
] as const

export function graderCells({
  grader,
  tasks,
  accuracy,
}: TrialReport['graders'][number]): readonly string[] {
  const name = grader === 'all' ? 'all together' : grader
  return accuracy === null
    ? [name, wholeText(tasks), 'not measured', 'not measured', '–']
    : [name, wholeText(tasks), ...accuracyCells(accuracy)]
}

function accuracyCells({ good, bad, unscored }: LabelledAccuracy): readonly string[] {
  return [labelledText(good), labelledText(bad), wholeText(unscored)]
}

function labelledText({ right, of, low, high }: LabelledAccuracy['good']): string {
  if (of === 0) return 'none there'
  return `${wholeText(right)} of ${wholeText(of)} (${shareText(low)} to ${shareText(high)})`
}

/** The judge and what is known of its accuracy. */
export function judgeLines({ judge }: TrialReport): readonly string[] {
  if (judge === null) return ['No model judged: every grade is computed.']
  const { calibration, cost } = judge
  return [
    `Judge: ${judge.model} over ${judge.route}, as the provider says ${servedText(judge.served)}; asked ${count(judge.asked, 'time')}, ${count(judge.errors, 'judgement', 'judgements')} failed.`,
    ...(cost === null ? [] : [`Judging cost ${cost.currency} ${amountText(cost.total)}.`]),
    calibration === null
      ? 'Its accuracy was not measured: every grade of it is worth as much as you trust it.'
      : `Measured on answers whose worth is known, with intervals of 95%: of good ones it passes ${labelledText(calibration.good)}, of bad ones it fails ${labelledText(calibration.bad)}; ${wholeText(calibration.unscored)} without a judgement.`,
    ...(judge.calibratedBy === undefined
      ? []
      : [
          `Calibration ${judge.calibratedBy.measurement}, ${judge.calibratedBy.report}, named in the registration.`,
        ]),
  ]
}

/** Labelled answers that were graded wrongly: each is a reason to repair a grader. */
export function wrongGrades(
  report: TrialReport,
): readonly (LabelledAccuracy['wrong'][number] & { readonly grader: string })[] {
  const graders = report.graders.flatMap(({ grader, accuracy }) =>
    (accuracy?.wrong ?? []).map((one) => ({ ...one, grader })),
  )
  const judge = (report.judge?.calibration?.wrong ?? []).map((one) => ({ ...one, grader: 'judge' }))
  return [...graders, ...judge]
}

const provenanceWords = {
  synthetic: 'synthetic',
  captured: 'captured traffic',
  imported: 'imported',
  public: 'a published set',
} as const

const redactionWords = {
  none: 'nothing was taken out',
  redacted: 'secrets and personal data were taken out',
  'not-needed': 'there is nothing of persons and no secret in it',
} as const

export function taskLines({ tasks, registration }: TrialReport): readonly string[] {
  const { provenance, licences, redaction } = tasks
  return [
    `${tasks.title} (${tasks.id}): ${count(tasks.tasks, 'task')} in ${count(tasks.clusters, 'cluster')}, the largest of ${wholeText(tasks.largestCluster)}${tasks.task === null ? '' : `; kind of work ${tasks.task}`}.`,
    `Drawn from: ${registration.samplingFrame}.`,
    ...provenance
      .slice(0, 10)
      .map(
        ({ kind, source, by, at, tasks: number }) =>
          `${count(number, 'task')}: ${[provenanceWords[kind], source, by === undefined ? undefined : `by ${by}`, at].filter((part) => part !== undefined).join(', ')}.`,
      ),
    ...licences
      .slice(0, 10)
      .map(({ licence, tasks: number }) => `Licence: ${licence} (${count(number, 'task')}).`),
    ...(redaction === null ? [] : [`Redaction: ${redactionWords[redaction.state]}.`]),
    `Digest ${tasks.digest}.`,
  ]
}

/** How one can check all of this, and what it does not say. */
export function basisLines(report: TrialReport): readonly string[] {
  const { registration, registrationDigest, createdAt, createdBy, trial } = report
  return [
    `Trial ${trial}, registered ${momentText(createdAt)} by ${createdBy}, decided ${momentText(report.result.decidedAt)}.`,
    `Registration ${registrationDigest}, in the ledger since before the first call; seed ${registration.seed}.`,
    `The margin of ${registration.gates.quality.margin} was accepted because: ${registration.gates.quality.reason}`,
    'The verdict is computed from registration and answers alone: the same ones give the same verdict.',
    'It speaks of these tasks, graders, prompts and tools, and of the model that answered on those days; not of other work, and it never says that two models are equal.',
  ]
}
