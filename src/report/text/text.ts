import type { Gap, Register } from '../../schema/register.ts'
import { fallbackName, standingWords } from '../fallback-words.ts'
import { gapWords } from '../gap-words.ts'
import type { Severity } from '../gap-words.ts'
import { gradeWords } from '../grade-words.ts'
import type { GradeOrNone } from '../grade-words.ts'
import { headline, repositoryLine } from '../headline.ts'
import { hasJurisdictions } from '../jurisdictions.ts'
import { reportLimits } from '../limits.ts'
import { nextSteps, placeOf } from '../next-steps.ts'
import { count } from '../count.ts'
import { rolesShownByDefault, viewRegister } from '../register-view.ts'
import type { RegisterView, WorkflowView } from '../register-view.ts'
import type { ReportFormat, ReportOptions } from '../report-format.ts'
import { joinSimilarGaps } from '../similar-gaps.ts'
import type { SimilarGaps } from '../similar-gaps.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import { cutToWidth, wrapToWidth } from './display-width.ts'
import { painter } from './paint.ts'
import type { Paint, Tone } from './paint.ts'
import { textTable } from './text-table.ts'
import type { TextCell, TextColumn, TextRow } from './text-table.ts'

/** What a person at a terminal needs to act: how much, where, how bad, what next. */
export const textFormat: ReportFormat = {
  id: 'text',
  title: 'Summary for a terminal',
  fileExtension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  render: renderText,
}

/** What every part of the summary is given. */
interface Sheet {
  readonly view: RegisterView
  readonly width: number
  readonly paint: Paint
  readonly options: ReportOptions
}

function renderText(register: Register, options: ReportOptions): string {
  const asked = Math.floor(options.width ?? 100)
  const sheet: Sheet = {
    view: viewRegister(register, options),
    width: Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax),
    paint: painter(options.colour === true),
    options,
  }
  const parts = [
    headPart(sheet),
    workflowsPart(sheet),
    fallbacksPart(sheet),
    risksPart(sheet),
    questionsPart(sheet),
    otherRolesPart(sheet),
    stepsPart(sheet),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function headPart({ view, width, paint }: Sheet): readonly string[] {
  const { register } = view
  const repositories = register.repositories
  const names = repositories
    .slice(0, 3)
    .map((one) => visibleText(repositoryLine(one)))
    .join('; ')
  const title = names === '' ? visibleText(register.root) : names
  return [
    ...wrapToWidth(`Holdfast audit of ${title}`, width).map((line) => paint('heading', line)),
    ...more(repositories.length - Math.min(3, repositories.length), 'repositories', paint),
    ...(register.partial
      ? wrapToWidth(
          'PARTIAL: the audit was stopped before its end; more may be hidden.',
          width,
        ).map((line) => paint('bad', line))
      : []),
    '',
    ...headline(view).flatMap((sentence) => indented(sentence, width)),
  ]
}

function workflowsPart(sheet: Sheet): readonly string[] {
  const { view, width, paint } = sheet
  if (view.workflows.length === 0) return []
  const shown = view.workflows.slice(0, reportLimits.textWorkflowsMax)
  const withLaw = hasJurisdictions(sheet.options)
  const columns: readonly TextColumn[] = [
    { title: 'Workflow', widthMin: 12 },
    { title: 'Model', widthMin: 12 },
    { title: 'Provider', widthMin: 8 },
    ...(withLaw ? [{ title: 'Law', widthMin: 3 }] : []),
    { title: 'Fallback', widthMin: 8 },
    { title: 'Gaps', widthMin: 4, align: 'right' },
  ]
  const rows = shown.flatMap((one) => workflowRows(one, withLaw))
  return [
    paint('heading', 'Workflows'),
    ...textTable(columns, rows, width - 2, paint).map((line) => `  ${line}`),
    ...more(view.workflows.length - shown.length, 'workflows', paint),
  ]
}

function workflowRows(view: WorkflowView, withLaw: boolean): readonly TextRow[] {
  const { workflow, uses, gaps, grade } = view
  const shown = uses.slice(0, reportLimits.textModelsPerWorkflowMax)
  const left = uses.length - shown.length
  const rows = shown.map((use): TextRow => [
    { text: '' },
    { text: visibleText(use.model), ...(use.isResolved ? {} : { tone: 'warning' as const }) },
    { text: visibleText(use.provider ?? '-') },
    ...(withLaw ? [{ text: use.jurisdictions.join(' ') || '-' }] : []),
    { text: '' },
    { text: '' },
  ])
  const empty: TextRow = [
    { text: '' },
    { text: 'none found', tone: 'faint' },
    { text: '-' },
    ...(withLaw ? [{ text: '-' }] : []),
    { text: '' },
    { text: '' },
  ]
  const [first = empty, ...others] = rows
  const cells: TextCell[] = [...first]
  cells[0] = { text: workflowName(view), tone: 'strong' }
  cells[cells.length - 2] = { text: gradeWords[grade], tone: gradeTone(grade) }
  cells[cells.length - 1] = {
    text: String(gaps.length),
    tone: gaps.length === 0 ? 'good' : worstTone(gaps),
  }
  if (workflow.dependencies.length === 0) cells[cells.length - 2] = { text: '-' }
  const rest: readonly TextRow[] =
    left === 0 ? [] : [[{ text: '' }, { text: `and ${left} more`, tone: 'faint' }]]
  return [cells, ...others, ...rest]
}

/** Fallbacks that holdfast.yaml names, each with what trials say of it. */
function fallbacksPart({ view, width, paint }: Sheet): readonly string[] {
  const rows = view.workflows.flatMap((one) =>
    (one.workflow.fallbacks ?? []).map((fallback, index): TextRow => {
      const { text, tone } = standingWords(fallback)
      return [
        { text: index === 0 ? workflowName(one) : '', tone: 'strong' },
        { text: visibleText(fallbackName(fallback)) },
        tone === '' ? { text } : { text: visibleText(text), tone },
      ]
    }),
  )
  if (rows.length === 0) return []
  const shown = rows.slice(0, reportLimits.textWorkflowsMax)
  const columns: readonly TextColumn[] = [
    { title: 'Workflow', widthMin: 12 },
    { title: 'Fallback', widthMin: 16 },
    { title: 'Trial', widthMin: 12 },
  ]
  return [
    paint('heading', 'Fallbacks and their trials'),
    ...textTable(columns, shown, width - 2, paint).map((line) => `  ${line}`),
    ...more(rows.length - shown.length, 'fallbacks', paint),
  ]
}

function workflowName({ workflow }: WorkflowView): string {
  const mark = workflow.criticality === 'critical' ? ' !' : ''
  return `${visibleText(workflow.id)}${mark}`
}

function risksPart({ view, width, paint }: Sheet): readonly string[] {
  if (view.gaps.length === 0) return []
  const serious = view.gaps.filter((gap) => gapWords[gap.kind].severity !== 'low')
  const joined = joinSimilarGaps(serious.length === 0 ? view.gaps : serious)
  const shown = joined.slice(0, reportLimits.textRisksMax)
  const shownCount = shown.reduce((sum, one) => sum + one.count, 0)
  return [
    paint('heading', 'Top risks'),
    ...shown.flatMap((similar) => riskLines(similar, width, paint)),
    ...more(view.gaps.length - shownCount, 'gaps', paint),
  ]
}

function riskLines(
  { first: gap, count: places }: SimilarGaps,
  width: number,
  paint: Paint,
): readonly string[] {
  const words = gapWords[gap.kind]
  const place = placeOf(gap.path, gap.line)
  const [first = '', ...others] = wrapToWidth(
    `${words.title}: ${shorten(visibleText(gap.reason), 400)}`,
    width - 4,
  )
  const repository = gap.repository === null ? '' : ` (${visibleText(gap.repository)})`
  const rest = places > 1 ? `, and ${count(places - 1, 'more place')}` : ''
  return [
    `  ${paint(severityTone[words.severity], '•')} ${first}`,
    ...others.map((line) => `    ${line}`),
    ...(place === null
      ? []
      : [
          `    ${paint('faint', cutToWidth(`${visibleText(place)}${repository}${rest}`, width - 4))}`,
        ]),
    ...indented(`→ ${shorten(visibleText(gap.advice), 300)}`, width, 4),
  ]
}

function questionsPart({ view, width, paint }: Sheet): readonly string[] {
  const shown = view.openQuestions.slice(0, reportLimits.textQuestionsMax)
  if (shown.length === 0) return []
  return [
    paint('heading', 'Questions that only you can answer'),
    ...shown.flatMap((question) =>
      indented(`${visibleText(question.id)}  ${shorten(visibleText(question.text), 300)}`, width),
    ),
    ...more(view.openQuestions.length - shown.length, 'questions', paint),
  ]
}

/** Roles that were asked for beside the two that stop work: the workflows table does not hold them. */
function otherRolesPart({ view, width, paint }: Sheet): readonly string[] {
  const others = view.dependencies.filter((one) => !rolesShownByDefault.includes(one.role))
  const shown = others.slice(0, reportLimits.textListMax)
  if (shown.length === 0) return []
  const rows = shown.map((one): TextRow => {
    const [place] = one.occurrences
    return [
      { text: one.role },
      { text: visibleText(one.model ?? one.modelAsWritten) },
      { text: visibleText(placeOf(place?.path ?? null, place?.line ?? null) ?? '-') },
    ]
  })
  const columns: readonly TextColumn[] = [
    { title: 'Role', widthMin: 8 },
    { title: 'Model', widthMin: 16 },
    { title: 'First place', widthMin: 16 },
  ]
  return [
    paint('heading', 'Other references'),
    ...textTable(columns, rows, width - 2, paint).map((line) => `  ${line}`),
    ...more(others.length - shown.length, 'references', paint),
  ]
}

function stepsPart({ view, width, paint }: Sheet): readonly string[] {
  const steps = nextSteps(view)
  if (steps.length === 0) return []
  return [
    paint('heading', 'What to do next'),
    ...steps.flatMap((step, index) => {
      const named = step.subjects.slice(0, 3).map((subject) => shorten(visibleText(subject), 60))
      const left = step.subjects.length - named.length
      const subjects = named.length === 0 ? '' : `: ${named.join(', ')}${left > 0 ? ', …' : ''}`
      const [first = '', ...others] = wrapToWidth(`${step.text}${subjects}`, width - 5)
      return [
        `  ${String(index + 1).padStart(2)} ${first}`,
        ...others.map((line) => `     ${line}`),
      ]
    }),
  ]
}

function more(left: number, what: string, paint: Paint): readonly string[] {
  if (left <= 0) return []
  const singular = what === 'repositories' ? 'repository' : what.slice(0, -1)
  return [
    `  ${paint('faint', `and ${count(left, `more ${singular}`, `more ${what}`)}, see --format html`)}`,
  ]
}

function indented(text: string, width: number, by = 2): readonly string[] {
  return wrapToWidth(text, width - by).map((line) => `${' '.repeat(by)}${line}`)
}

const severityTone: Readonly<Record<Severity, Tone>> = {
  high: 'bad',
  medium: 'warning',
  low: 'faint',
}

function worstTone(gaps: readonly Gap[]): Tone {
  const severities = new Set(gaps.map((gap) => gapWords[gap.kind].severity))
  return severities.has('high') ? 'bad' : severities.has('medium') ? 'warning' : 'faint'
}

function gradeTone(grade: GradeOrNone): Tone {
  switch (grade) {
    case 'none':
    case 'unknown':
    case 'same-model-other-route':
      return 'bad'
    case 'same-vendor':
    case 'same-jurisdiction':
      return 'warning'
    case 'independent':
    case 'self-hosted':
      return 'good'
  }
}
