import { visibleText } from '../../base/visible-text.ts'
import type { Concluded } from './conclude-plan.ts'

export function concludedText(concluded: readonly Concluded[]): string {
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

export function concludedJson(concluded: readonly Concluded[]): string {
  const trials = concluded.map(({ verdict, result, adjustedP }) => ({ verdict, result, adjustedP }))
  return `${JSON.stringify({ schemaVersion: 1, trials }, null, 2)}\n`
}
