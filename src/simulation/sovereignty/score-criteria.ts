import type {
  CriterionAssessment,
  ObjectiveAssessment,
  SovereigntyAssessment,
  SovereigntyFramework,
  WeightProfile,
} from '../../schema/sovereignty.ts'
import { europeanHome, type HomeRegion } from './home-region.ts'

/** Sum of values and least level of each objective. Neither is derived from the other. */
export function scoreObjectives(
  framework: SovereigntyFramework,
  criteria: readonly CriterionAssessment[],
  profile: WeightProfile,
  home: HomeRegion,
): ObjectiveAssessment[] {
  const byId = new Map(criteria.map((one) => [one.criterion, one]))
  return framework.objectives.map((objective) => {
    const own = objective.criteria.flatMap(({ id }) => byId.get(id) ?? [])
    const isEuropean = objective.code === 'SOV-1'
    return {
      objective: objective.code,
      name: objective.name,
      anchor: isEuropean ? europeanHome.anchor : home.anchor,
      counts: !isEuropean || home.anchor === europeanHome.anchor,
      weight: framework.weights[profile][objective.code] ?? 0,
      score: withoutNoise(own.reduce((sum, one) => sum + (one.value ?? 0), 0)),
      ...leastLevel(own),
      answered: own.filter((one) => one.answer !== null).length,
      of: own.length,
    }
  })
}

/** Share of the framework that is reached, and the least level of all answers, over the objectives that count. */
export function scoreCriteria(
  framework: SovereigntyFramework,
  counted: readonly ObjectiveAssessment[],
  criteria: readonly CriterionAssessment[],
  profile: WeightProfile,
): Pick<SovereigntyAssessment, 'score' | 'level' | 'governedBy'> {
  const codes = new Set(counted.map((one) => one.objective))
  const own = criteria.filter((one) => codes.has(objectiveOf(one.criterion)))
  return {
    score: {
      percent: weighted(
        framework,
        new Map(counted.map((one) => [one.objective, one.score])),
        profile,
      ),
      maximumPercent: weighted(framework, maxima(framework, codes), profile),
      answered: own.filter((one) => one.answer !== null).length,
      of: own.length,
    },
    ...leastLevel(own),
  }
}

/** The best score of each objective: a little over the nominal 1000 in some, as the source has it. */
export function maxima(
  framework: SovereigntyFramework,
  codes: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  return new Map(
    framework.objectives
      .filter((one) => codes.has(one.code))
      .map((one) => [
        one.code,
        one.criteria.reduce(
          (sum, { answers }) => sum + Math.max(...answers.map((answer) => answer.value)),
          0,
        ),
      ]),
  )
}

/** Σ weight × score ÷ nominal, in per cent. It is not clamped: the source lets it pass 100. */
function weighted(
  framework: SovereigntyFramework,
  scores: ReadonlyMap<string, number>,
  profile: WeightProfile,
): number {
  const { weights, nominalMaxScore, objectives } = framework
  const percent = objectives.reduce((sum, { code }) => {
    const weight = weights[profile][code] ?? 0
    return sum + (100 * weight * (scores.get(code) ?? 0)) / nominalMaxScore
  }, 0)
  return withoutNoise(percent)
}

/** The source's numbers have few decimals; what binary fractions add beyond them is cut off. */
function withoutNoise(number: number): number {
  return Math.round(number * 1e9) / 1e9
}

function leastLevel(criteria: readonly CriterionAssessment[]): {
  level: number | null
  governedBy: string[]
} {
  const levels = criteria.flatMap((one) => one.seal ?? [])
  if (levels.length === 0) return { level: null, governedBy: [] }
  const level = Math.min(...levels)
  return {
    level,
    governedBy: criteria.filter((one) => one.seal === level).map((one) => one.criterion),
  }
}

function objectiveOf(criterion: string): string {
  return criterion.slice(0, criterion.indexOf('.'))
}
