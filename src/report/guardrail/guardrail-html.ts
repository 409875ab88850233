import { shorten } from '../../base/visible-text.ts'
import type { GuardrailModel, GuardrailReport } from '../../schema/guardrail-report.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { type PageSection, writtenPage } from '../html/written-page.ts'
import { htmlLines, htmlTable } from '../html/written-table.ts'
import { drawShares } from './draw-shares.ts'
import {
  basisLines,
  callLines,
  comparisonLines,
  conclusionTones,
  conclusionWords,
  kindText,
  modelName,
  phrasingCells,
  phrasingHeads,
  purposeLine,
  taskCells,
  taskHeads,
  workCells,
  workHeads,
} from './guardrail-lines.ts'

/** One file for a browser: every model with its phrasings drawn side by side, and every task. */
export function guardrailHtml(report: GuardrailReport): string {
  const bad = report.models.filter(({ conclusion }) => conclusionTones[conclusion] === 'bad')
  return writtenPage({
    title: 'Guardrail consistency',
    about: [purposeLine],
    banner: bad
      .map((model) => `${modelName(model)}: ${conclusionWords[model.conclusion]}.`)
      .join(' '),
    sections: [
      ...report.models.map(modelSection),
      { id: 'basis', title: 'What this rests on', body: htmlLines(basisLines(report)) },
    ],
  })
}

function modelSection(model: GuardrailModel, index: number): PageSection {
  const { conclusion, phrasings, tasks } = model
  const drawn = phrasings
    .filter((one) => one.tasks > 0)
    .map(({ kind, notDoneShare, interval }) => ({
      label: kindText(kind),
      share: notDoneShare,
      interval,
    }))
  return {
    id: `model${index + 1}`,
    title: shorten(modelName(model), 120),
    body: `<p class="lead"><span class="badge ${conclusionTones[conclusion]}">${escapeHtml(conclusionWords[conclusion])}</span> ${escapeHtml(model.say)}${model.state === 'unfinished' ? ' (unfinished)' : ''}</p>
${htmlLines([...comparisonLines(model), ...callLines(model)])}
<h3>By phrasing</h3><p class="note">Share of conversations in which the work was not done, with the interval over tasks.</p>
${drawShares(drawn)}
${htmlTable(phrasingHeads, phrasings.map(phrasingCells))}
<h3>By kind of work</h3>${htmlTable(workHeads, model.byWork.map(workCells))}
<details><summary>All ${count(tasks.length, 'task')}, the most uneven first; share not done</summary><div>${htmlTable(taskHeads, tasks.map(taskCells))}</div></details>`,
  }
}
