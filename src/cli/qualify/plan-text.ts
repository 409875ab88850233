import { visibleText } from '../../base/visible-text.ts'
import type { Preregistration } from '../../schema/preregistration.ts'
import { parametersOf } from './registration.ts'
import type { TargetPlan } from './plan-target.ts'

/** A plan for people: what is compared, what it takes, and honestly what the tasks can show. */
export function planText(plan: TargetPlan, trials: number): string {
  const { name, registration, calls, cost, problems, notices } = plan
  const { incumbent, mode, gates, digests } = registration
  const lines: readonly (readonly [string, string])[] = [
    [
      'incumbent',
      `${incumbent.model} over ${incumbent.route}${plan.frozen === null ? '' : ', frozen answers'}`,
    ],
    ['tasks', tasksText(plan)],
    ['margin', `${gates.quality.margin}: ${gates.quality.reason}`],
    ['risk', riskText(registration, trials)],
    ['gates', gatesText(registration)],
    ['calls', callsText(plan)],
    [
      'cost',
      cost === null
        ? 'not known: not all have a price'
        : `about ${cost.amount.toFixed(2)} ${cost.currency} (${calls.total} calls)`,
    ],
    ['power', powerText(plan)],
    ['can show', reachText(plan)],
    ['mode', modeText(mode)],
    [
      'verdict',
      `counts ${registration.validityDays} days; to be decided before ${registration.decideBefore.slice(0, 10)}`,
    ],
    ['corpus', digests.tasks],
  ]
  return `${[
    name,
    ...lines.map(([title, text]) => `  ${title.padEnd(10)}${text}`),
    ...notices.map((text) => `  note      ${text}`),
    ...problems.map((text) => `  problem   ${text}`),
  ]
    .map((line) => visibleText(line))
    .join('\n')}\n`
}

function tasksText({ size, registration }: TargetPlan): string {
  const { attempts } = parametersOf(registration)
  const each = attempts === 1 ? '' : `, ${attempts} answers to each`
  return `${size.tasks} in ${size.clusters} clusters${each}: ${registration.samplingFrame}`
}

function riskText({ alpha, beta }: Preregistration, trials: number): string {
  const together = trials === 1 ? '' : `; Holm over ${trials} trials of this plan`
  return `at most ${alpha} of a false qualification, planned for ${1 - beta} power${together}`
}

function gatesText({ gates }: Preregistration): string {
  const { refusal, format, toolCalls, contextFit, latency, cost } = gates
  return [
    'quality',
    ...(refusal === null
      ? []
      : [`refusals at most ${refusal.cap}, ${refusal.margin} over the incumbent’s`]),
    ...(format === null ? [] : [`format at least ${format.floor}`]),
    ...(toolCalls === null ? [] : [`tool calls at least ${toolCalls.floor}`]),
    ...(contextFit === null ? [] : [`fits ${contextFit.windowTokens} tokens`]),
    ...(latency === null ? [] : [`over ${latency.objectiveMs} ms at most ${latency.overShareMax}`]),
    ...(cost === null ? [] : [`cost at most ${cost.ratioMax} times`]),
  ].join(', ')
}

function callsText({ calls }: TargetPlan): string {
  const { candidate, incumbent, repeat, judge, total } = calls
  return [
    `${total}: candidate ${candidate}, incumbent ${incumbent}, asked again ${repeat}`,
    ...(judge === 0 ? [] : [`judge up to ${judge}`]),
    'negative control none',
  ].join(', ')
}

function powerText({ size, registration }: TargetPlan): string {
  const { needed, comparisons, power, discordance, sequential } = size
  const enough =
    comparisons >= needed ? 'enough' : `${needed} would be needed for ${1 - registration.beta}`
  const race =
    sequential === null
      ? ''
      : `; at least ${sequential.fewest} tasks, ${sequential.mean} on average`
  return `${power.toFixed(2)} were both alike and ${discordance * 100}% discordant; ${enough}${race}`
}

function reachText({ size, registration }: TargetPlan): string {
  const { margin } = registration.gates.quality
  const { smallestMargin, marginWithPower, netLossesMax } = size
  if (smallestMargin === null) return 'nothing: there are too few tasks for any margin'
  const least = `a margin of ${smallestMargin.toFixed(3)} without a single loss`
  const usual = marginWithPower === null ? '' : `, of ${marginWithPower.toFixed(3)} with that power`
  const own =
    netLossesMax === null
      ? `; a margin of ${margin} not even without a loss: it cannot qualify anybody`
      : `; for ${margin} the incumbent may win at most ${netLossesMax} tasks more`
  return `${least}${usual}${own}`
}

function modeText(mode: Preregistration['mode']): string {
  return mode === 'fixed-n'
    ? 'fixed-n: one look, after the last task'
    : 'e-process: may end early, either way'
}
