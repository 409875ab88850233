import { visibleText } from '../../base/visible-text.ts'
import type { CountedShare, JudgeCalibration } from '../../schema/judge-calibration.ts'
import { count } from '../count.ts'
import { shareText } from '../trial/figure-words.ts'

/** What a judge did with known answers, for a terminal. */
export function calibrationText(calibration: JudgeCalibration): string {
  const { registration, calls, rubric, disagreements, pairs, served, state } = calibration
  const { judge, set } = registration
  const lines = [
    `Judge ${judge.model} over ${judge.route}, on the known answers of ${count(set.tasks, 'task')} of ${set.id}${state === 'unfinished' ? ' (unfinished)' : ''}`,
    '',
    row('sensitivity', labelled(rubric.good), 'known-good answers passed'),
    row('specificity', labelled(rubric.bad), 'known-bad answers failed'),
    row('split votes', disagreements, 'answers on which its votes differ: no verdict'),
    row('pairs right', pairs.right, 'the good answer preferred in both orders'),
    row('order flips', pairs.flips, 'another preference when places are changed'),
    row('pairs wrong', pairs.wrong, 'the bad answer preferred in both orders'),
    '',
    `without a verdict: ${count(rubric.unscored, 'answer')}, ${count(pairs.unscored, 'pair')}; intervals of 95% (Clopper–Pearson), as if answers were independent`,
    `${count(calls.answered, 'judgement')} of ${calls.planned}${calls.lost === 0 ? '' : `, ${calls.lost} lost`}; judged by ${served.map(({ model, answers }) => `${model ?? 'somebody unnamed'} (${answers})`).join(', ') || 'nobody'}`,
    ...rubric.wrong.map(
      ({ task, label, index, reason }) =>
        `wrong: known-${label} answer ${index + 1} of ${task}: ${reason}`,
    ),
    `calibration ${calibration.measurement}, registered ${calibration.createdAt}, ${calibration.registrationDigest}`,
  ]
  return `${lines.map(visibleText).join('\n')}\n`
}

function row(name: string, { count: some, of, low, high }: CountedShare, meaning: string): string {
  const share = of === 0 ? '–' : shareText(some / of)
  return `  ${name.padEnd(12)} ${share.padStart(6)}  (${shareText(low)} to ${shareText(high)})  ${some} of ${of} ${meaning}`
}

function labelled({ right, of, low, high }: JudgeCalibration['rubric']['good']): CountedShare {
  return { count: right, of, low, high }
}
