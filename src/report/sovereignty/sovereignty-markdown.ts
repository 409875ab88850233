import type { SovereigntyAssessment } from '../../schema/sovereignty.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { codeSpan, escapeMarkdown, markdownTable } from '../markdown/escape-markdown.ts'
import { keepWhatFits } from '../markdown/keep-what-fits.ts'
import { shorten } from '../../base/visible-text.ts'
import {
  criterionText,
  basisLines,
  independenceLine,
  layerCells,
  layerTitles,
  levelText,
  overallText,
  scoreText,
} from './sovereignty-words.ts'

/** The assessment for a wiki or a pull request. */
export function sovereigntyMarkdown(assessment: SovereigntyAssessment): string {
  const parts = [
    headPart(assessment),
    workflowsPart(assessment),
    contradictionsPart(assessment),
    objectivesPart(assessment),
    criteriaPart(assessment),
    extensionPart(assessment),
  ].filter((part) => part !== '')
  const foot = [
    '### What this rests on',
    '',
    ...basisLines(assessment).map((line) => `- ${text(line)}`),
  ].join('\n')
  const fitting = keepWhatFits(parts, reportLimits.markdownCharactersMax - foot.length - 2)
  return `${[...fitting, foot].join('\n\n')}\n`
}

function text(value: string): string {
  return escapeMarkdown(shorten(value, 600))
}

function headPart(assessment: SovereigntyAssessment): string {
  const notices = assessment.notices.slice(0, 20)
  return [
    `## Sovereignty of ${text(assessment.organisation)}`,
    '',
    `**${text(overallText(assessment))}**  `,
    text(scoreText(assessment)),
    '',
    independenceLine,
    ...(notices.length === 0
      ? []
      : ['', ...notices.map((notice) => `> **Notice:** ${text(notice)}  `)]),
  ].join('\n')
}

function workflowsPart(assessment: SovereigntyAssessment): string {
  const { workflows } = assessment
  if (workflows.length === 0) return ''
  const sorted = workflows.toSorted((a, b) => Number(a.met) - Number(b.met))
  const shown = sorted.slice(0, reportLimits.markdownWorkflowsMax)
  return [
    '### Workflows that ask for a level',
    '',
    markdownTable(
      ['Workflow', 'Asked', 'Shown', 'Met', 'Why'],
      shown.map((one) => [
        codeSpan(one.workflow, 80),
        String(one.requiredSeal),
        levelText(one.level, assessment),
        one.met ? 'yes' : '**no**',
        text(one.text),
      ]),
    ),
    ...(workflows.length > shown.length
      ? ['', `and ${count(workflows.length - shown.length, 'more workflow')}`]
      : []),
  ].join('\n')
}

function contradictionsPart({ contradictions }: SovereigntyAssessment): string {
  if (contradictions.length === 0) return ''
  return [
    '### Contradictions',
    '',
    'Attested better than the facts show, and not counted.',
    '',
    ...contradictions.map((one) => `- ${one.criterion}: ${text(one.text)}`),
  ].join('\n')
}

function objectivesPart(assessment: SovereigntyAssessment): string {
  return [
    '### Objectives',
    '',
    markdownTable(
      ['Objective', 'Level', 'Score', 'Weight', 'Answered', 'Home is'],
      assessment.objectives.map((one) => [
        `${one.objective} ${text(one.name)}`,
        levelText(one.level, assessment),
        one.score.toFixed(2),
        `${Math.round(one.weight * 100)} %`,
        `${one.answered}/${one.of}`,
        one.counts ? one.anchor : `${one.anchor}, does not count`,
      ]),
    ),
  ].join('\n')
}

function criteriaPart(assessment: SovereigntyAssessment): string {
  return [
    '### Criteria',
    '',
    markdownTable(
      ['Criterion', 'Level', 'By', 'Answer', 'Because'],
      assessment.criteria.map((one) => [
        `${one.criterion} ${text(shorten(one.description, 120))}`,
        levelText(one.seal, assessment),
        one.answeredBy ?? '–',
        text(criterionText(one)),
        one.evidence
          .slice(0, 3)
          .map((fact) => text(shorten(fact, 200)))
          .join('<br>') || '–',
      ]),
    ),
  ].join('\n')
}

function extensionPart({ aiExtension }: SovereigntyAssessment): string {
  if (aiExtension.layers.length === 0) return ''
  return [
    '### Apart from the framework: concentration and cut-off exposure of models',
    '',
    text(aiExtension.note),
    '',
    markdownTable(
      layerTitles,
      aiExtension.layers.map((layer) => layerCells(layer).map(text)),
    ),
  ].join('\n')
}
