import type { SovereigntyAssessment } from '../../schema/sovereignty.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { directiveLines } from '../simulation/legal-line.ts'
import { wrapToWidth } from '../text/display-width.ts'
import { indented } from '../text/indented.ts'
import { painter } from '../text/paint.ts'
import type { Paint } from '../text/paint.ts'
import { textTable } from '../text/text-table.ts'
import { visibleText } from '../../base/visible-text.ts'
import {
  criterionText,
  frameworkLines,
  independenceLine,
  layerCells,
  levelText,
  overallText,
  scoreText,
} from './sovereignty-words.ts'

export interface SovereigntyTextOptions {
  readonly width?: number | undefined
  readonly colour?: boolean | undefined
}

interface Sheet {
  readonly assessment: SovereigntyAssessment
  readonly width: number
  readonly paint: Paint
}

/** The level and what sets it first; then the score, the answers, what is open, and apart the extension for AI. */
export function sovereigntyText(
  assessment: SovereigntyAssessment,
  options: SovereigntyTextOptions = {},
): string {
  const asked = Math.floor(options.width ?? 100)
  const sheet: Sheet = {
    assessment,
    width: Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax),
    paint: painter(options.colour === true),
  }
  const parts = [
    headPart(sheet),
    objectivesPart(sheet),
    answersPart(sheet),
    contradictionsPart(sheet),
    workflowsPart(sheet),
    gapsPart(sheet),
    extensionPart(sheet),
    basisPart(sheet),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function headPart({ assessment, width, paint }: Sheet): readonly string[] {
  const { governingCriterion } = assessment
  const why = assessment.criteria.find((one) => one.criterion === governingCriterion?.criterion)
  return [
    ...wrapToWidth(`Sovereignty of ${visibleText(assessment.organisation)}`, width).map((line) =>
      paint('heading', line),
    ),
    '',
    ...indented(overallText(assessment), width, 2).map((line) => paint('strong', line)),
    ...(why === undefined
      ? []
      : indented(`${why.criterion} ${why.description}: ${criterionText(why)}`, width, 4)),
    ...(why?.evidence ?? []).flatMap((fact) => indented(`· ${fact}`, width, 6)),
    ...indented(scoreText(assessment), width, 2),
    ...indented(independenceLine, width, 2).map((line) => paint('faint', line)),
    ...assessment.notices
      .slice(0, reportLimits.textListMax)
      .flatMap((notice) =>
        indented(`Notice: ${notice}`, width, 2).map((line) => paint('warning', line)),
      ),
    ...more(assessment.notices.length - reportLimits.textListMax, 'notice', paint),
  ]
}

function objectivesPart({ assessment, width, paint }: Sheet): readonly string[] {
  return [
    paint('heading', 'Objectives'),
    ...textTable(
      [
        { title: 'Objective', widthMin: 20 },
        { title: 'Level', widthMin: 10 },
        { title: 'Score', widthMin: 7, align: 'right' },
        { title: 'Weight', widthMin: 6, align: 'right' },
        { title: 'Answered', widthMin: 8, align: 'right' },
        { title: 'Home is', widthMin: 7 },
      ],
      assessment.objectives.map((one) => [
        { text: `${one.objective} ${one.name}` },
        { text: levelText(one.level, assessment) },
        { text: one.score.toFixed(2) },
        { text: `${Math.round(one.weight * 100)} %` },
        { text: `${one.answered}/${one.of}` },
        { text: one.counts ? one.anchor : `${one.anchor}, does not count` },
      ]),
      width - 2,
      paint,
    ).map((line) => `  ${line}`),
  ]
}

function answersPart({ assessment, width, paint }: Sheet): readonly string[] {
  const answered = assessment.criteria.filter((one) => one.answer !== null)
  return [
    paint('heading', 'Answers'),
    ...(answered.length === 0 ? ['  None.'] : []),
    ...answered.flatMap((one) => [
      ...indented(
        `${one.criterion} ${levelText(one.seal, assessment)}, by ${one.answeredBy ?? ''}: ${criterionText(one)}`,
        width,
        2,
      ),
      ...one.evidence.slice(0, 4).flatMap((fact) => indented(`· ${fact}`, width, 6)),
      ...more(one.evidence.length - 4, 'fact', paint, 6),
    ]),
  ]
}

function contradictionsPart({ assessment, width, paint }: Sheet): readonly string[] {
  if (assessment.contradictions.length === 0) return []
  return [
    paint('heading', 'Contradictions: attested better than the facts, and not counted'),
    ...assessment.contradictions.flatMap((one) =>
      indented(`${one.criterion}: ${one.text}`, width, 2).map((line) => paint('bad', line)),
    ),
  ]
}

function workflowsPart({ assessment, width, paint }: Sheet): readonly string[] {
  const { workflows } = assessment
  if (workflows.length === 0) return []
  const sorted = workflows.toSorted((a, b) => Number(a.met) - Number(b.met))
  const shown = sorted.slice(0, reportLimits.textWorkflowsMax)
  return [
    paint('heading', 'Workflows that ask for a level'),
    ...shown.flatMap((one) =>
      indented(`${one.met ? 'met' : 'NOT MET'}: ${one.workflow}: ${one.text}`, width, 2).map(
        (line) => paint(one.met ? 'good' : 'bad', line),
      ),
    ),
    ...more(workflows.length - shown.length, 'workflow', paint),
  ]
}

function gapsPart({ assessment, width, paint }: Sheet): readonly string[] {
  const open = assessment.criteria.filter((one) => one.answer === null)
  if (open.length === 0) return []
  const byReason = Map.groupBy(open, (one) => one.gap ?? '')
  return [
    paint('heading', `Open: ${count(open.length, 'criterion is', 'criteria are')} not answered`),
    ...[...byReason].flatMap(([reason, members]) =>
      indented(`${members.map((one) => one.criterion).join(', ')}: ${reason}`, width, 2),
    ),
  ]
}

function extensionPart({ assessment, width, paint }: Sheet): readonly string[] {
  const { note, layers } = assessment.aiExtension
  if (layers.length === 0) return []
  return [
    paint('heading', 'Apart from the framework: concentration and cut-off exposure of models'),
    ...indented(note, width, 2),
    ...textTable(
      [
        { title: 'Layer', widthMin: 12 },
        { title: 'HHI', widthMin: 7, align: 'right' },
        { title: 'Parts', widthMin: 5, align: 'right' },
        { title: 'Known', widthMin: 6, align: 'right' },
        { title: 'Cut off', widthMin: 7, align: 'right' },
        { title: 'Largest part', widthMin: 16 },
        { title: 'Worst single loss', widthMin: 16 },
      ],
      layers.map((layer) => {
        const [name = '', hhi = '', parts = '', known = '', largest = '', worst = '', cut = ''] =
          layerCells(layer).map(visibleText)
        return [name, hhi, parts, known, cut, largest, worst].map((text) => ({ text }))
      }),
      width - 2,
      paint,
    ).map((line) => `  ${line}`),
    ...indented(
      'HHI: up to 10,000 when everything hangs on one. Parts: as many equal ones. Cut off: share of criticality-weighted work that some single loss in the layer stops.',
      width,
      2,
    ).map((line) => paint('faint', line)),
  ]
}

function basisPart({ assessment, width, paint }: Sheet): readonly string[] {
  return [
    paint('heading', 'What this rests on'),
    // Whole, however narrow the terminal: these words are looked for, and quoted.
    ...directiveLines(assessment.directives).map((line) => `  ${visibleText(line)}`),
    ...frameworkLines(assessment).flatMap((line) => indented(line, width, 2)),
  ]
}

function more(left: number, singular: string, paint: Paint, by = 2): readonly string[] {
  if (left <= 0) return []
  return [
    `${' '.repeat(by)}${paint('faint', `and ${count(left, `more ${singular}`)}, see --format html`)}`,
  ]
}
