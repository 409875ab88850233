import { shorten } from '../../base/visible-text.ts'
import type { Excerpt, TrialDisagreement, TrialReport } from '../../schema/trial-report.ts'
import type { GateResult } from '../../schema/trial-result.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { htmlPreformatted } from '../html/preformatted.ts'
import { type PageSection, writtenPage } from '../html/written-page.ts'
import { htmlLines, htmlTable, leftOut } from '../html/written-table.ts'
import { chanceText } from './figure-words.ts'
import { drawIntervals } from './draw-intervals.ts'
import { foundText, gateScale } from './gate-scale.ts'
import {
  agreementLines,
  armCells,
  armHeads,
  bannerLine,
  basisLines,
  callLines,
  controlCells,
  controlHeads,
  costCells,
  costHeads,
  costNotes,
  graderCells,
  graderHeads,
  intervalsLine,
  judgeLines,
  methodCells,
  methodTitles,
  sidesLine,
  taskLines,
  weightLines,
  worthlessLine,
  wrongGrades,
} from './trial-lines.ts'
import type { TrialReportOptions } from './trial-report-options.ts'
import {
  gateStateTones,
  gateStateWords,
  momentText,
  nextSteps,
  outcomeKindWords,
  verdictMeanings,
  verdictText,
  verdictTones,
} from './trial-words.ts'

/** One file for a browser: the verdict, every gate drawn against what was registered, and all that a sceptic asks for. */
export function trialHtml(report: TrialReport, options: TrialReportOptions = {}): string {
  const { registration, result } = report
  return writtenPage({
    title: `${result.verdict}: ${shorten(registration.candidate.model, 80)} for ${shorten(report.workflow, 80)}`,
    about: [
      sidesLine(report),
      `Trial ${report.trial}, registered ${momentText(report.createdAt)} by ${report.createdBy}, decided ${momentText(result.decidedAt)}`,
    ],
    banner: bannerLine(report, options.standing),
    sections: [
      verdictSection(report),
      gatesSection(report),
      {
        id: 'controls',
        title: 'Controls',
        body: `<p class="note">Could this trial tell good from bad at all?</p>${htmlTable(controlHeads, result.controls.map(controlCells))}`,
      },
      answersSection(report),
      costSection(report),
      disagreementsSection(report),
      gradersSection(report),
      { id: 'tasks', title: 'Tasks', body: htmlLines(taskLines(report)) },
      registrationSection(report),
    ],
  })
}

function verdictSection(report: TrialReport): PageSection {
  const { result, notices } = report
  return {
    id: 'verdict',
    title: 'Verdict',
    body: `<p class="lead"><span class="badge ${verdictTones[result.verdict]}">${escapeHtml(verdictText(result))}</span> ${escapeHtml(verdictMeanings[result.verdict])}</p>
${result.verdict === 'QUALIFIED' ? '' : htmlLines(result.reasons.map(({ say }) => say))}
<h3>How sure</h3>${htmlLines(weightLines(report))}
<h3>What to do next</h3>${htmlLines(nextSteps(report))}
${notices.length === 0 ? '' : `<h3>Notices</h3>${htmlLines(notices)}`}`,
  }
}

function gatesSection(report: TrialReport): PageSection {
  const { gates } = report.result
  const worthless = worthlessLine(report)
  const notes = [
    'All of them must be passed. The upright line is what was registered, and the shaded side of it passes. Of a passed gate the whole interval lies there, of a failed one nothing of it; a test that is stricter than its interval may leave a gate undecided.',
    ...[intervalsLine(report), worthless].filter((line) => line !== null),
  ]
  return {
    id: 'gates',
    title: 'Gates',
    body:
      gates.length === 0
        ? '<p class="note">No task was looked at.</p>'
        : `<p class="note">${escapeHtml(notes.join(' '))}</p>
<div class="scroll"><table class="gates"><thead><tr>${['Gate', 'State', 'Found', 'p', 'Drawn']
            .map((title) => `<th scope="col">${title}</th>`)
            .join('')}</tr></thead><tbody>
${gates.map((gate) => gateRow(gate, worthless !== null)).join('\n')}
</tbody></table></div>
<details><summary>How each gate was computed</summary><div>${htmlTable(methodTitles, gates.map(methodCells))}
<p class="note">What stands under “for comparison” decides nothing.</p></div></details>`,
  }
}

function gateRow(gate: GateResult, isWorthless: boolean): string {
  const scale = gateScale(gate)
  const tone = isWorthless ? 'faint' : gateStateTones[gate.state]
  return `<tr><th scope="row"><bdi>${escapeHtml(scale.title)}</bdi></th><td><span class="badge ${tone}">${gateStateWords[gate.state]}</span></td><td>${escapeHtml(foundText(gate, scale))}<div class="sub"><bdi>${escapeHtml(shorten(gate.say, 300))}</bdi></div></td><td>${gate.p === null ? '–' : escapeHtml(chanceText(gate.p))}</td><td>${gate.estimate === null ? '–' : drawIntervals([{ label: null, result: gate }])}</td></tr>`
}

function answersSection(report: TrialReport): PageSection {
  return {
    id: 'answers',
    title: 'Answers',
    body: `${htmlLines([...agreementLines(report), ...callLines(report)])}
${htmlTable(armHeads, report.arms.map(armCells))}`,
  }
}

function costSection(report: TrialReport): PageSection {
  const notes = costNotes(report)
  return {
    id: 'cost',
    title: 'Cost and time',
    body: `${htmlTable(costHeads, report.arms.map(costCells))}${notes.length === 0 ? '' : htmlLines(notes)}`,
  }
}

function disagreementsSection({ disagreements }: TrialReport): PageSection {
  const { shown, incumbentBetter, candidateBetter } = disagreements
  const all = incumbentBetter + candidateBetter
  return {
    id: 'disagreements',
    title: 'Where they differ',
    body:
      all === 0
        ? '<p class="note">On no task.</p>'
        : `<p class="note">On ${count(incumbentBetter, 'task')} the incumbent did better, on ${count(candidateBetter, 'task')} the candidate. Those below were chosen by the seed of the trial, and by nobody.</p>
${shown.map(disagreementHtml).join('\n')}
${all > shown.length ? `<p class="note">${count(all - shown.length, 'more task is', 'more tasks are')} not shown: the answers of the trial hold them.</p>` : ''}`,
  }
}

function disagreementHtml(one: TrialDisagreement, index: number): string {
  const tone = one.better === 'candidate' ? 'good' : 'warning'
  return `<details id="task${index}"${index < 2 ? ' open' : ''}><summary><bdi>${escapeHtml(shorten(one.task, 120))}</bdi> <span class="badge ${tone}">${one.better} better</span></summary><div>
<p class="sub">Cluster <bdi>${escapeHtml(shorten(one.cluster, 120))}</bdi></p>
<h4>Asked</h4>${excerptHtml(one.prompt)}
<div class="sides">${(['incumbent', 'candidate'] as const).map((side) => sideHtml(side, one[side])).join('')}</div></div></details>`
}

function sideHtml(
  name: 'incumbent' | 'candidate',
  { kind, score, servedModel, answer, toolCalls, grades }: TrialDisagreement['candidate'],
): string {
  const said = answer.text === '' && toolCalls !== null ? '' : excerptHtml(answer)
  const how = [
    outcomeKindWords[kind],
    ...(score === null ? [] : [`score ${score}`]),
    ...(servedModel === null ? [] : [servedModel]),
  ].join(', ')
  return `<div><h4>${name} <span class="sub"><bdi>${escapeHtml(shorten(how, 160))}</bdi></span></h4>${said}${toolCalls === null ? '' : `<p class="sub">Tool calls</p>${excerptHtml(toolCalls)}`}<ul class="lines">${grades
    .map(
      (grade) =>
        `<li><span class="badge ${gradeTones[grade.outcome]}">${grade.outcome}</span> <bdi><b>${escapeHtml(shorten(grade.grader, 60))}</b> ${escapeHtml(shorten(grade.reason.text, 600))}</bdi></li>`,
    )
    .join('')}</ul></div>`
}

const gradeTones = { pass: 'good', fail: 'bad', unscored: 'warning' } as const

function excerptHtml({ text, leftOut: left }: Excerpt): string {
  if (text.trim() === '') return '<p class="note">Nothing was written.</p>'
  return `${htmlPreformatted(text)}${left > 0 ? `<p class="sub">${count(left, 'more character')}</p>` : ''}`
}

function gradersSection(report: TrialReport): PageSection {
  const wrong = wrongGrades(report)
  const shown = wrong.slice(0, 40)
  return {
    id: 'graders',
    title: 'Graders',
    body: `<p class="note">How graders do on answers whose worth is known; intervals of 95%.</p>
${report.graders.length === 0 ? '<p class="note">None.</p>' : htmlTable(graderHeads, report.graders.map(graderCells))}
${htmlLines(judgeLines(report))}
${
  wrong.length === 0
    ? ''
    : `<details><summary>Graded wrongly</summary><div>${htmlTable(
        ['Grader', 'Task', 'Answer', 'What it said'],
        shown.map((one) => [
          one.grader,
          one.task,
          `known ${one.label} ${one.index + 1}`,
          one.reason,
        ]),
      )}${leftOut(wrong.length - shown.length, 'answer')}</div></details>`
}`,
  }
}

function registrationSection(report: TrialReport): PageSection {
  return {
    id: 'registration',
    title: 'What this rests on',
    body: `${htmlLines(basisLines(report))}
<details><summary>The registration, as its digest was taken</summary><div>${htmlPreformatted(JSON.stringify(report.registration, null, 2))}</div></details>`,
  }
}
