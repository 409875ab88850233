import type {
  CriterionAssessment,
  LayerExposure,
  SovereigntyAssessment,
} from '../../schema/sovereignty.ts'
import { count } from '../count.ts'
import { directiveLines } from '../simulation/legal-line.ts'
import { percentText } from '../simulation/remedy-words.ts'

/** Names of the levels as the implementation guidance of June 2026 has them. */
const levelNames = [
  'No Sovereignty',
  'Jurisdictional Sovereignty',
  'Data Sovereignty',
  'Technological Sovereignty',
  'Full Digital Sovereignty',
] as const

/** `SEAL-2`, or `level 2` where the method is re-anchored; `none shown` while nothing is answered. */
export function levelText(level: number | null, assessment: SovereigntyAssessment): string {
  if (level === null) return 'none shown'
  return isSeal(assessment) ? `SEAL-${level}` : `level ${level}`
}

function isSeal({ label }: SovereigntyAssessment): boolean {
  return label === 'SEAL'
}

/** `Overall: SEAL-0 (No Sovereignty), set by SOV-1.8`. */
export function overallText(assessment: SovereigntyAssessment): string {
  const { level, governedBy, label } = assessment
  const name = isSeal(assessment) ? 'Overall' : label
  if (level === null) return `${name}: none shown, no criterion is answered`
  const words = isSeal(assessment) ? ` (${levelNames[level]})` : ''
  return `${name}: ${levelText(level, assessment)}${words}, set by ${governedBy.join(', ')}`
}

export function scoreText({ score, weightProfile }: SovereigntyAssessment): string {
  return `Sovereignty Score: ${percentOf(score.percent)} of at most ${percentOf(score.maximumPercent)}, with the weights ${weightProfile}; ${score.answered} of ${count(score.of, 'criterion', 'criteria')} answered`
}

/** Rounded half up to four decimals, as the published check values are. */
function percentOf(percent: number): string {
  return `${Math.round(percent * 1e4 + 1e-5) / 1e4} %`
}

/** Level and score are two readings of the same answers. */
export const independenceLine =
  'The level is the least of all answers; the score is the weighted sum of their values. Neither says anything of the other, and the level outranks the score. What is not answered adds nothing, and each answer that comes could lower the level.'

export function criterionText(one: CriterionAssessment): string {
  return one.answer === null
    ? `open: ${one.gap ?? ''}`
    : `answer ${one.answer} of ${one.of}: ${labelText(one)}`
}

function labelText(one: { readonly label: string | null }): string {
  return one.label ?? '(no label in the source)'
}

export const layerWords: Readonly<Record<LayerExposure['layer'], string>> = {
  weights: 'Weights and vendor',
  provider: 'Provider',
  route: 'Route',
  region: 'Region',
  jurisdiction: 'Jurisdiction',
  hardware: 'Hardware',
}

export const layerTitles = [
  'Layer',
  'HHI',
  'As if equal parts',
  'Known',
  'Largest part',
  'Worst single loss',
  'Stopped by some single loss',
] as const

export function layerCells(layer: LayerExposure): readonly string[] {
  const [largest] = layer.shares
  return [
    layerWords[layer.layer],
    layer.hhi === null ? 'unknown' : Math.round(layer.hhi).toLocaleString('en'),
    layer.effectiveNumber === null ? 'unknown' : layer.effectiveNumber.toFixed(2),
    percentText(layer.known),
    largest === undefined ? '–' : `${largest.element} ${percentText(largest.share)}`,
    layer.worstLoss === null
      ? 'stops nothing'
      : `${layer.worstLoss.element} ${percentText(layer.worstLoss.share)}`,
    percentText(layer.cutOffExposure),
  ]
}

/** Which directives were applied, whose framework it is, and what was made of it. */
export function basisLines(assessment: SovereigntyAssessment): readonly string[] {
  return [...directiveLines(assessment.directives), ...frameworkLines(assessment)]
}

/** Whose framework it is, and what was made of it. */
export function frameworkLines({ framework, tool, at }: SovereigntyAssessment): readonly string[] {
  return [
    `${framework.title}: ${framework.criteria} criteria; the narrative of its guidance names ${framework.criteriaStated}.`,
    framework.attribution,
    'A self-assessment: nobody else has looked at it. Not legal advice; counsel decides.',
    `holdfast ${tool.version}; for ${at}`,
  ]
}
