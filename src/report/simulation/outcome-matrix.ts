import type { Outcome } from '../../schema/simulation.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { reportLimits } from '../limits.ts'
import { shorten } from '../../base/visible-text.ts'
import { criticalityWords, outcomeRank, outcomeWords } from './outcome-words.ts'
import type { ContingencyView, SimulationView } from './view-simulation.ts'

interface Cell {
  readonly outcome: Outcome
  readonly classes: number
  readonly isForAll: boolean
  /** One of the losses does it alone. */
  readonly isInherited?: boolean
}

/**
 * Workflows by criticality against contingencies, the worst first. A cell says in words what becomes of the work
 * for the class that fares worst; where the details stand on the page it leads there.
 */
export function outcomeMatrix(view: SimulationView, linkOf: LinkOf): string {
  const { matrixRowsMax, matrixColumnsMax } = reportLimits
  const columns = view.contingencies.slice(0, matrixColumnsMax)
  if (columns.length === 0 || view.workflows.length === 0) {
    return '<p class="note">No contingency was simulated.</p>'
  }
  const cells = columns.map(cellsOf)
  const inherited = inheritance(view)
  const rows = view.workflows.slice(0, matrixRowsMax)
  const moreRows = view.workflows.length - rows.length
  const moreColumns = view.contingencies.length - columns.length
  const before = new Set(view.before.map((one) => one.workflow))
  return `${legend(view)}
<div class="grid"><table role="grid" id="matrix" aria-label="Workflows against contingencies" aria-rowcount="${rows.length + 1}" aria-colcount="${columns.length + 1}">
<thead><tr><th scope="col">Workflow</th>${columns.map(head).join('')}</tr></thead>
<tbody>
${rows
  .map(
    (workflow) =>
      `<tr><th scope="row"><bdi>${escapeHtml(shorten(workflow.id, 80))}</bdi><span class="sub">${criticalityWords(workflow.criticality)}</span></th>${columns
        .map((column, index) =>
          cellHtml(
            cells[index]?.get(workflow.id) ?? inherited(column, workflow.id),
            before.has(workflow.id),
            linkOf(column, workflow.id),
          ),
        )
        .join('')}</tr>`,
  )
  .join('\n')}
</tbody></table></div>
<p class="note">${count(rows.length, 'workflow')} and ${count(columns.length, 'contingency', 'contingencies')} shown${leftOutOf(moreRows, moreColumns)}. Arrow keys move between cells, Enter opens what stands behind one.</p>`
}

function leftOutOf(rows: number, columns: number): string {
  const parts = [
    ...(rows > 0 ? [count(rows, 'more workflow')] : []),
    ...(columns > 0 ? [count(columns, 'more contingency', 'more contingencies')] : []),
  ]
  return parts.length === 0
    ? ''
    : `; ${parts.join(' and ')} left out here: <code>--format json</code> holds all`
}

/**
 * Of losses together a sweep lists only what is worse than under each of them alone: the rest is what the worst of
 * them does by itself.
 */
function inheritance(
  view: SimulationView,
): (column: ContingencyView, workflow: string) => Cell | undefined {
  const alone = new Map(
    view.contingencies
      .filter((one) => one.contingency.contingency.length === 1)
      .map((one) => [one.contingency.contingency[0] ?? '', cellsOf(one)] as const),
  )
  const listed = new Map<ContingencyView, ReadonlySet<string>>()
  return (column, workflow) => {
    const { contingency, outcomes } = column.contingency
    if (contingency.length < 2) return undefined
    const own = listed.get(column) ?? new Set(outcomes.map((one) => one.workflow))
    listed.set(column, own)
    if (own.has(workflow)) return undefined
    return contingency
      .flatMap((element) => alone.get(element)?.get(workflow) ?? [])
      .toSorted((a, b) => outcomeRank(b.outcome) - outcomeRank(a.outcome))
      .map((cell) => ({ ...cell, isInherited: true }))[0]
  }
}

/** Address on the page of what stands behind a cell; null where it was cut. */
export type LinkOf = (contingency: ContingencyView, workflow: string) => string | null

function cellsOf(view: ContingencyView): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>()
  for (const change of view.changes) {
    const worst = cells.get(change.workflow)
    // The worst come first; groups of the same word add up.
    if (worst === undefined) {
      cells.set(change.workflow, {
        outcome: change.outcome,
        classes: change.classes.length,
        isForAll: change.isForAll,
      })
    } else if (outcomeRank(worst.outcome) === outcomeRank(change.outcome)) {
      cells.set(change.workflow, { ...worst, classes: worst.classes + change.classes.length })
    }
  }
  return cells
}

function head(view: ContingencyView): string {
  const title = escapeHtml(shorten(view.title, 160))
  return `<th scope="col" title="${title}"><span><bdi>${escapeHtml(shorten(view.title, 40))}</bdi></span></th>`
}

function cellHtml(cell: Cell | undefined, isHitBefore: boolean, link: string | null): string {
  if (cell === undefined) {
    return isHitBefore
      ? '<td tabindex="-1" class="o-as-before">as before</td>'
      : '<td tabindex="-1" class="o-unaffected">unaffected</td>'
  }
  const part =
    cell.isForAll || cell.classes >= 4 ? '' : `, ${count(cell.classes, 'class', 'classes')}`
  const bare = `${outcomeWords[cell.outcome]}${part}`
  const words = cell.isInherited === true ? `(${bare})` : bare
  const text =
    link === null || cell.isInherited === true
      ? words
      : `<a tabindex="-1" href="#${link}">${words}</a>`
  return `<td tabindex="-1" class="o-${cell.outcome}">${text}</td>`
}

function legend(view: SimulationView): string {
  const together = view.contingencies.some((one) => one.contingency.contingency.length > 1)
    ? '; in brackets when one of the losses does it alone'
    : ''
  return `<p class="note">Each cell: what becomes of the work for the class of people that fares worst; “2 classes” when it holds for these only${together}.</p>`
}
