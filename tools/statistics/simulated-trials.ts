import { clusterBet } from '../../src/base/statistics/e-process.ts'
import type { RandomSource } from '../../src/base/statistics/random-source.ts'
import { EvidenceRace } from '../../src/qualification/plan/evidence-race.ts'
import { differenceFinding } from '../../src/qualification/verdict/difference-finding.ts'

/** One setting of the world in which many trials are played, and what their quality gate said. */
export interface Setting {
  readonly margin: number
  readonly alpha: number
  readonly discordance: number
  /** True difference candidate − incumbent: −margin is the edge of what must not be qualified. */
  readonly difference: number
  readonly clusters: number
  readonly clusterSize: number
  /** Share of clusters whose tasks all go the same way; in the others every task goes its own. */
  readonly together: number
  /** `graded`: differences are spread around their mean instead of −1, 0 and 1. */
  readonly graded?: boolean
}

export interface Played {
  readonly trials: number
  /** Share qualified by the rule of the verdict. */
  readonly qualified: number
  readonly failed: number
  readonly meanTasks: number
}

/** Mode `fixed-n`: one look after the last task, by the very function that verdicts use. */
export function playFixed(setting: Setting, trials: number, random: RandomSource): Played {
  const known = new Map<string, string>()
  const tasks = setting.clusters * setting.clusterSize
  const clusters = Array.from({ length: tasks }, (_, at) =>
    String(Math.floor(at / setting.clusterSize)),
  )
  const risks = { mode: 'fixed-n', alpha: setting.alpha, beta: 0.2 } as const
  const sample = {
    clusters,
    largestCluster: setting.clusterSize,
    completeClusters: new Set<string>(),
  }
  let qualified = 0
  let failed = 0
  for (let trial = 0; trial < trials; trial++) {
    const values = draw(setting, random)
    const key = keyOf(setting, values)
    const state =
      (key === null ? undefined : known.get(key)) ??
      differenceFinding({ ...sample, values }, setting.margin, risks).state
    if (key !== null) known.set(key, state)
    if (state === 'passed') qualified++
    if (state === 'failed') failed++
  }
  return { trials, qualified: qualified / trials, failed: failed / trials, meanTasks: tasks }
}

/** Tasks on their own depend on two counts alone, so that each pair of counts is judged once. */
function keyOf(setting: Setting, values: readonly number[]): string | null {
  if (setting.clusterSize > 1 || setting.graded === true) return null
  let b = 0
  let c = 0
  for (const value of values) {
    if (value > 0) b++
    else if (value < 0) c++
  }
  return `${b} ${c}`
}

/** Mode `e-process`: a look after every task, or every cluster, stopping at the first that suffices either way. */
export function playSequential(
  setting: Setting,
  trials: number,
  random: RandomSource,
  beta = 0.2,
): Played {
  const race = new EvidenceRace(setting.margin, setting.alpha, beta)
  let qualified = 0
  let failed = 0
  let bets = 0
  for (let trial = 0; trial < trials; trial++) {
    race.restart()
    for (let cluster = 0; cluster < setting.clusters && race.isOpen; cluster++) {
      const sum = drawCluster(setting, random, null)
      const { clusterSize: size, margin } = setting
      race.add(size === 1 ? sum : clusterBet(sum, size, margin, size))
    }
    bets += race.bets
    if (race.state === 'passed') qualified++
    if (race.state === 'failed') failed++
  }
  return {
    trials,
    qualified: qualified / trials,
    failed: failed / trials,
    meanTasks: (bets / trials) * setting.clusterSize,
  }
}

/** What happens when a fixed-n test is looked at every ten tasks and believed the first time it passes. */
export function playPeeking(setting: Setting, trials: number, random: RandomSource): Played {
  const known = new Map<string, boolean>()
  const risks = { mode: 'fixed-n', alpha: setting.alpha, beta: 0.2 } as const
  let qualified = 0
  let tasks = 0
  for (let trial = 0; trial < trials; trial++) {
    const values: number[] = []
    let isQualified = false
    while (values.length < setting.clusters && !isQualified) {
      values.push(drawOne(setting, random))
      if (values.length < 20 || values.length % 10 !== 0) continue
      const key = `${values.length} ${keyOf(setting, values) ?? ''}`
      const sample = {
        values,
        clusters: values.map(String),
        largestCluster: 1,
        completeClusters: new Set<string>(),
      }
      isQualified =
        known.get(key) ?? differenceFinding(sample, setting.margin, risks).state === 'passed'
      known.set(key, isQualified)
    }
    tasks += values.length
    if (isQualified) qualified++
  }
  return { trials, qualified: qualified / trials, failed: 0, meanTasks: tasks / trials }
}

function draw(setting: Setting, random: RandomSource): number[] {
  const values: number[] = []
  for (let cluster = 0; cluster < setting.clusters; cluster++) drawCluster(setting, random, values)
  return values
}

/** The sum of a cluster; its values are added to the list, if there is one. */
function drawCluster(setting: Setting, random: RandomSource, values: number[] | null): number {
  const together = setting.together > 0 && random() < setting.together
  let sum = 0
  let value = 0
  for (let at = 0; at < setting.clusterSize; at++) {
    if (at === 0 || !together) value = drawOne(setting, random)
    values?.push(value)
    sum += value
  }
  return sum
}

function drawOne({ discordance, difference, graded }: Setting, random: RandomSource): number {
  const draw = random()
  const b = (discordance + difference) / 2
  const whole = draw < b ? 1 : draw < discordance ? -1 : 0
  if (graded !== true) return whole
  return whole === 0 ? (random() - 0.5) * 0.4 : whole
}
