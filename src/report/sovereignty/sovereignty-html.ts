import type { CriterionAssessment, SovereigntyAssessment } from '../../schema/sovereignty.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { writtenPage } from '../html/written-page.ts'
import type { PageSection } from '../html/written-page.ts'
import { htmlLines, htmlTable, leftOut } from '../html/written-table.ts'
import { reportLimits } from '../limits.ts'
import { unverifiedLine } from '../simulation/legal-line.ts'
import { percentText } from '../simulation/remedy-words.ts'
import { shorten } from '../../base/visible-text.ts'
import {
  criterionText,
  basisLines,
  independenceLine,
  layerCells,
  layerTitles,
  layerWords,
  levelText,
  overallText,
  scoreText,
} from './sovereignty-words.ts'

/** One file for a browser: the level and what sets it, every criterion with its reason, the gaps, and apart the AI. */
export function sovereigntyHtml(assessment: SovereigntyAssessment): string {
  return writtenPage({
    title: `Sovereignty of ${shorten(assessment.organisation, 80)}`,
    about: [overallText(assessment), scoreText(assessment)],
    banner: bannerText(assessment),
    sections: [
      summarySection(assessment),
      objectivesSection(assessment),
      criteriaSection(assessment),
      ...(assessment.workflows.length === 0 ? [] : [workflowsSection(assessment)]),
      extensionSection(assessment),
      {
        id: 'basis',
        title: 'What this rests on',
        body: htmlLines(basisLines(assessment)),
      },
    ],
  })
}

function bannerText({ contradictions, directives }: SovereigntyAssessment): string {
  const unverified = directives.filter((one) => one.review === 'unverified')
  return [
    ...(contradictions.length === 0
      ? []
      : [
          `${contradictions.map((one) => one.criterion).join(', ')}: attested better than the facts show, and not counted.`,
        ]),
    ...(unverified.length === 0 ? [] : [unverifiedLine(unverified.map((one) => one.id))]),
  ].join(' ')
}

function summarySection(assessment: SovereigntyAssessment): PageSection {
  const governing = assessment.criteria.filter((one) =>
    assessment.governedBy.includes(one.criterion),
  )
  return {
    id: 'summary',
    title: 'Summary',
    body: `<ul class="lead"><li><b>${escapeHtml(overallText(assessment))}</b></li><li>${escapeHtml(scoreText(assessment))}</li></ul>
<p class="note">${escapeHtml(independenceLine)}</p>
${governing.length === 0 ? '' : `<h3>What sets the level</h3>${criteriaTable(governing, assessment)}`}
${assessment.contradictions.length === 0 ? '' : `<h3>Contradictions</h3><p class="note">Attested better than the facts show, and not counted.</p>${htmlLines(assessment.contradictions.map((one) => `${one.criterion}: ${one.text}`))}`}
${assessment.notices.length === 0 ? '' : `<h3>Notices</h3>${htmlLines(assessment.notices)}`}`,
  }
}

function objectivesSection(assessment: SovereigntyAssessment): PageSection {
  return {
    id: 'objectives',
    title: 'Objectives',
    body: htmlTable(
      ['Objective', 'Level', 'Set by', 'Score', 'Weight', 'Answered', 'Home is'],
      assessment.objectives.map((one) => [
        `${one.objective} ${one.name}`,
        levelText(one.level, assessment),
        one.governedBy.join(', '),
        one.score.toFixed(2),
        `${Math.round(one.weight * 100)} %`,
        `${one.answered} of ${one.of}`,
        one.counts ? one.anchor : `${one.anchor}, does not count`,
      ]),
    ),
  }
}

function criteriaSection(assessment: SovereigntyAssessment): PageSection {
  const open = assessment.gaps.length
  return {
    id: 'criteria',
    title: 'Criteria',
    body: `<p class="note">${open} of ${assessment.criteria.length} criteria are open. An open criterion adds nothing to the score, and its answer could lower the level.</p>
${criteriaTable(assessment.criteria, assessment)}`,
  }
}

function criteriaTable(
  criteria: readonly CriterionAssessment[],
  assessment: SovereigntyAssessment,
): string {
  const rows = criteria.map((one) => {
    const inert = one.inert
      ? '<div class="sub">never governs: every answer allows level 4</div>'
      : ''
    const value = one.value === null ? '–' : String(one.value)
    const badge =
      one.answer === null ? ' warning' : one.seal === 4 ? ' good' : one.seal === 0 ? ' bad' : ''
    return `<tr><td><b>${escapeHtml(one.criterion)}</b> ${escapeHtml(one.description)}${inert}</td><td><span class="badge${badge}">${one.answer === null ? 'open' : escapeHtml(levelText(one.seal, assessment))}</span></td><td>${value}</td><td>${escapeHtml(criterionText(one))}</td><td>${one.answeredBy ?? '–'}</td><td>${one.evidence.length === 0 ? '–' : htmlLines(one.evidence)}</td></tr>`
  })
  const titles = ['Criterion', 'Level', 'Value', 'Answer', 'Answered by', 'Because']
  return `<div class="scroll wide"><table><thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}

function workflowsSection(assessment: SovereigntyAssessment): PageSection {
  const sorted = assessment.workflows.toSorted((a, b) => Number(a.met) - Number(b.met))
  const shown = sorted.slice(0, reportLimits.htmlListMax)
  return {
    id: 'workflows',
    title: 'Workflows',
    body: `<p class="note">Workflows that ask for a level, those below it first.</p>
${htmlTable(
  ['Workflow', 'Criticality', 'Asked', 'Shown', 'Met', 'Why'],
  shown.map((one) => [
    one.workflow,
    one.criticality ?? 'not stated',
    String(one.requiredSeal),
    levelText(one.level, assessment),
    one.met ? 'yes' : 'no',
    one.text,
  ]),
)}${leftOut(sorted.length - shown.length, 'workflow')}`,
  }
}

function extensionSection({ aiExtension }: SovereigntyAssessment): PageSection {
  const { layers, note } = aiExtension
  return {
    id: 'ai',
    title: 'AI extension',
    body:
      layers.length === 0
        ? '<p class="note">No work is known.</p>'
        : `<p class="note">${escapeHtml(note)} HHI: the sum of the squared shares, up to 10,000 when everything hangs on one. A cut-off takes several elements at once; HHI does not see that, the last two columns do.</p>
${htmlTable(layerTitles, layers.map(layerCells))}
<h3>Parts of each layer</h3>
${htmlTable(
  ['Layer', 'Parts, the largest first'],
  layers.map((layer) => [
    layerWords[layer.layer],
    layer.shares
      .slice(0, 20)
      .map((one) => `${one.element} ${percentText(one.share)}`)
      .join(', '),
  ]),
)}`,
  }
}
