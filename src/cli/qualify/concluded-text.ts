import { visibleText } from '../../base/visible-text.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import type { Concluded } from './conclude-plan.ts'

export function concludedText(
  concluded: readonly Concluded[],
  standing: readonly VerdictRecord[],
): string {
  return `${standingText(standing)}${decidedText(concluded)}`
}

function standingText(standing: readonly VerdictRecord[]): string {
  return standing
    .map(({ key, verdict, validUntil, trial }) =>
      visibleText(
        `${key.workflow}: ${key.model}@${key.route}: ${verdict} by trial ${trial}, until ${validUntil}; --again tries it again`,
      ),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function decidedText(concluded: readonly Concluded[]): string {
  return concluded
    .map(({ verdict, result, adjustedP, trial }) => {
      const { workflow, model, route } = verdict.key
      const corrected =
        trial.parameters.plan.trials.length === 1 || adjustedP === null
          ? ''
          : `, p ${adjustedP.toPrecision(3)} after Holm over ${trial.parameters.plan.trials.length}`
      return [
        `${workflow}: ${model}@${route}: ${verdict.verdict}${corrected}, until ${verdict.validUntil}`,
        ...result.reasons.map(({ say }) => `  ${say}`),
        `  next: \`holdfast qualify show ${verdict.trial}\``,
      ]
        .map((line) => `${visibleText(line)}\n`)
        .join('')
    })
    .join('')
}

/** Those that were decided before have no `result`: their reports have it. */
export function concludedJson(
  concluded: readonly Concluded[],
  standing: readonly VerdictRecord[],
): string {
  const before = standing.map((verdict) => ({ verdict, result: null, adjustedP: null }))
  const now = concluded.map(({ verdict, result, adjustedP }) => ({ verdict, result, adjustedP }))
  return `${JSON.stringify({ schemaVersion: 1, trials: [...before, ...now] }, null, 2)}\n`
}
