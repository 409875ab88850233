import type { OutcomeKind } from '../../schema/scored-outcome.ts'
import type { TrialArm, TrialReport } from '../../schema/trial-report.ts'
import type { ControlResult, GateResult, TrialResult } from '../../schema/trial-result.ts'
import type { Tone } from '../text/paint.ts'

export type Verdict = TrialResult['verdict']

export const verdictTones: Readonly<Record<Verdict, Tone>> = {
  QUALIFIED: 'good',
  NOT_QUALIFIED: 'bad',
  INCONCLUSIVE: 'warning',
  INVALID: 'bad',
  EXPIRED: 'warning',
}

export const verdictMeanings: Readonly<Record<Verdict, string>> = {
  QUALIFIED: 'Every gate is passed, each with a small chance of a false pass that was registered.',
  NOT_QUALIFIED: 'At least one gate is shown to be failed, or another model answered.',
  INCONCLUSIVE:
    'Neither is shown: not that the candidate is good enough, and not that it is too bad.',
  INVALID:
    'This trial could not have told good from bad, so its figures mean nothing, whichever way they point.',
  EXPIRED: 'The evidence is too old, or what was tried has changed since.',
}

export const gateStateWords: Readonly<Record<GateResult['state'], string>> = {
  passed: 'passed',
  failed: 'failed',
  undecided: 'undecided',
  'not-tested': 'not tested',
}

export const gateStateTones: Readonly<Record<GateResult['state'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  undecided: 'warning',
  'not-tested': 'faint',
}

export const controlTitles: Readonly<Record<ControlResult['control'], string>> = {
  negative: 'negative control',
  'incumbent-floor': 'incumbent’s floor',
  repeat: 'incumbent asked twice (A/A)',
}

export const controlTones: Readonly<Record<ControlResult['state'], Tone>> = {
  held: 'good',
  broken: 'bad',
  absent: 'bad',
  waived: 'warning',
}

export const armTitles: Readonly<Record<TrialArm['arm'], string>> = {
  incumbent: 'incumbent',
  candidate: 'candidate',
  negative: 'negative control',
  repeat: 'incumbent again',
}

export const sourceWords: Readonly<Record<TrialArm['source']['kind'], string>> = {
  asked: 'asked in this trial',
  frozen: 'frozen answers of before',
  rearranged: 'made from other answers, for nothing',
}

export const outcomeKindWords: Readonly<Record<OutcomeKind, string>> = {
  answered: 'answered',
  missing: 'missing',
  timeout: 'timed out',
  refusal: 'refused',
  truncation: 'cut short',
  'invalid-format': 'invalid format',
  'context-overflow': 'did not fit',
  'provider-error': 'provider error',
  reroute: 'another model',
  'judge-error': 'judge error',
  'runner-error': 'runner error',
}

/** What to do now, the first first. */
export function nextSteps({ trial, registration, result }: TrialReport): readonly string[] {
  const codes = new Set(result.reasons.map(({ code }) => code))
  switch (result.verdict) {
    case 'QUALIFIED':
      return [
        `Rely on it for ${registration.workflow}, over ${registration.candidate.route}, until ${momentText(result.validUntil)}.`,
        'Try again before that day, and at once when the model’s snapshot, prompts, tools, graders, judge, prices or the provider’s policy change.',
      ]
    case 'NOT_QUALIFIED':
      return [
        'Do not rely on it for this work.',
        codes.has('served-model')
          ? 'Another model answered: take the reroute away, or try that model under its own name.'
          : 'Read the disagreements. A better prompt or another candidate is a new trial; the same one repeated until it passes proves nothing.',
      ]
    case 'INCONCLUSIVE':
      return inconclusiveSteps(trial, codes, result.tasksNeeded)
    case 'INVALID':
      return [
        'Repair what the reasons name, then try again. Until then this trial says nothing of the candidate, good or bad.',
        ...(codes.has('too-many-unscored')
          ? [
              'Unscored tasks are failures of judges, of the machine, or lost calls; lost ones can be asked again.',
            ]
          : []),
      ]
    case 'EXPIRED':
      return ['Try again: nothing renews a verdict but a new trial.']
  }
}

function inconclusiveSteps(
  trial: string,
  codes: ReadonlySet<string>,
  tasksNeeded: number | null,
): readonly string[] {
  if (codes.has('unfinished'))
    return [`Let it end: \`holdfast qualify run\` goes on with ${trial}, and repeats no paid call.`]
  if (codes.has('multiplicity'))
    return [
      'On its own it would be qualified; among so many comparisons it is not. Plan fewer candidates, or more tasks.',
    ]
  return [
    tasksNeeded === null
      ? 'Plan a new trial with more tasks, or accept that this work has no proven fallback.'
      : `Plan a new trial with about ${tasksNeeded} tasks; what was found here is not carried over.`,
  ]
}

/** `2026-12-25 12:00Z`. */
export function momentText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)}Z`
}

/** `QUALIFIED until 2026-12-25 12:00Z`: the verdict, and how long it counts where it counts. */
export function verdictText({ verdict, validUntil, decidedAt }: TrialResult): string {
  return verdict === 'QUALIFIED'
    ? `QUALIFIED until ${momentText(validUntil)}`
    : `${verdict}, as of ${momentText(decidedAt)}`
}

/** How many tasks, how often looked at, at which risk. */
export function modeText({ mode, alpha, tasksPlanned }: TrialReport['registration']): string {
  const risk = `one-sided α ${alpha}`
  return mode === 'fixed-n'
    ? `${tasksPlanned} tasks, looked at once, after the last (fixed-n), ${risk}`
    : `at most ${tasksPlanned} tasks, may be looked at and stopped at any time (e-process), ${risk}`
}
