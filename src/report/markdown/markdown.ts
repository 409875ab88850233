import type { Dependency, Occurrence, Register } from '../../schema/register.ts'
import { count } from '../count.ts'
import { fallbackName, standingWords } from '../fallback-words.ts'
import { gapWords } from '../gap-words.ts'
import { gradeWords } from '../grade-words.ts'
import { headline, repositoryLine } from '../headline.ts'
import { hasJurisdictions } from '../jurisdictions.ts'
import { reportLimits } from '../limits.ts'
import { nextSteps, placeOf } from '../next-steps.ts'
import { viewRegister } from '../register-view.ts'
import type { RegisterView, WorkflowView } from '../register-view.ts'
import type { ReportFormat, ReportOptions } from '../report-format.ts'
import { joinSimilarGaps } from '../similar-gaps.ts'
import type { SimilarGaps } from '../similar-gaps.ts'
import { trafficWords } from '../traffic-words.ts'
import { shorten } from '../../base/visible-text.ts'
import { codeBlock, codeSpan, escapeMarkdown, markdownTable } from './escape-markdown.ts'
import { keepWhatFits } from './keep-what-fits.ts'

/** For a pull request: a summary that is read, and evidence that is folded away. */
export const markdownFormat: ReportFormat = {
  id: 'md',
  title: 'Summary for a pull request',
  fileExtension: 'md',
  mediaType: 'text/markdown; charset=utf-8',
  render: renderMarkdown,
}

function renderMarkdown(register: Register, options: ReportOptions): string {
  const view = viewRegister(register, options)
  const parts = [
    headPart(view),
    stepsPart(view),
    workflowsPart(view, options),
    fallbacksPart(view),
    gapsPart(view),
    questionsPart(view),
    footPart(register),
  ].filter((part) => part !== '')
  const { markdownCharactersMax } = reportLimits
  const fitting = keepWhatFits(parts, markdownCharactersMax)
  const used = fitting.reduce((sum, part) => sum + part.length + 2, 0)
  const evidence = evidencePart(view, markdownCharactersMax - used)
  // The foot stays last; evidence stands in front of it.
  const body = [...fitting.slice(0, -1), evidence, ...fitting.slice(-1)]
  return `${body.filter((part) => part !== '').join('\n\n')}\n`
}

function headPart(view: RegisterView): string {
  const { register } = view
  const names = register.repositories.slice(0, 5).map((one) => codeSpan(repositoryLine(one)))
  const left = register.repositories.length - names.length
  return [
    '## Dependencies on hosted models',
    ...(names.length === 0 ? [] : [`${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`]),
    ...(register.partial
      ? ['> **Partial:** the audit was stopped before its end; more may be hidden.']
      : []),
    headline(view).join('  \n'),
  ].join('\n\n')
}

function stepsPart(view: RegisterView): string {
  const steps = nextSteps(view).slice(0, 6)
  if (steps.length === 0) return ''
  const lines = steps.map((step, index) => {
    const named = step.subjects.slice(0, 3).map((subject) => codeSpan(subject, 60))
    const rest = step.subjects.length > named.length ? ', …' : ''
    return `${index + 1}. ${step.text}${named.length === 0 ? '' : `: ${named.join(', ')}${rest}`}`
  })
  return ['### What to do next', '', ...lines].join('\n')
}

function workflowsPart(view: RegisterView, options: ReportOptions): string {
  if (view.workflows.length === 0) return ''
  const shown = view.workflows.slice(0, reportLimits.markdownWorkflowsMax)
  const withLaw = hasJurisdictions(options)
  const titles = ['Workflow', 'Model', 'Provider', ...(withLaw ? ['Law'] : []), 'Fallback', 'Gaps']
  return [
    '### Workflows',
    '',
    markdownTable(
      titles,
      shown.map((one) => workflowCells(one, withLaw)),
    ),
    ...moreLines(view.workflows.length - shown.length, 'workflow'),
  ].join('\n')
}

/** Fallbacks that holdfast.yaml names, each with what trials say of it. */
function fallbacksPart(view: RegisterView): string {
  const rows = view.workflows.flatMap(({ workflow }) =>
    (workflow.fallbacks ?? []).map((one) => {
      const { text, tone } = standingWords(one)
      const words = escapeMarkdown(text)
      return [
        codeSpan(workflow.id, 80),
        codeSpan(fallbackName(one), 120),
        tone === 'bad' ? `**${words}**` : words,
      ]
    }),
  )
  if (rows.length === 0) return ''
  const shown = rows.slice(0, reportLimits.markdownWorkflowsMax)
  return [
    '### Fallbacks and their trials',
    '',
    markdownTable(['Workflow', 'Fallback', 'Trial'], shown),
    ...moreLines(rows.length - shown.length, 'fallback'),
  ].join('\n')
}

function workflowCells(view: WorkflowView, withLaw: boolean): readonly string[] {
  const { workflow, uses, gaps, grade } = view
  const shown = uses.slice(0, 4)
  const rest = uses.length > shown.length ? [`and ${uses.length - shown.length} more`] : []
  const cells = (pick: (use: (typeof shown)[number]) => string): string =>
    [...shown.map(pick), ...rest.map(() => '')].join('<br>').replace(/(?:<br>)+$/, '')
  const critical = workflow.criticality === 'critical' ? ' **critical**' : ''
  return [
    `${codeSpan(workflow.id, 80)}${critical}`,
    [...shown.map((use) => codeSpan(use.model, 80)), ...rest].join('<br>') || 'none found',
    cells((use) => (use.provider === null ? '–' : codeSpan(use.provider, 40))),
    ...(withLaw ? [cells((use) => escapeMarkdown(use.jurisdictions.join(' ')) || '–')] : []),
    grade === 'none' ? '**none**' : gradeWords[grade],
    String(gaps.length),
  ]
}

function gapsPart(view: RegisterView): string {
  if (view.gaps.length === 0) return ''
  const shown = joinSimilarGaps(view.gaps).slice(0, reportLimits.markdownGapsMax)
  const shownCount = shown.reduce((sum, one) => sum + one.count, 0)
  return [
    `### ${count(view.gaps.length, 'gap')}`,
    '',
    markdownTable(['Severity', 'Gap', 'Where', 'What closes it'], shown.map(gapCells)),
    ...moreLines(view.gaps.length - shownCount, 'gap'),
  ].join('\n')
}

function gapCells({ first: gap, count: places }: SimilarGaps): readonly string[] {
  const words = gapWords[gap.kind]
  const { markdownCellCharactersMax } = reportLimits
  return [
    words.severity,
    `**${words.title}**: ${escapeMarkdown(shorten(gap.reason, markdownCellCharactersMax))}`,
    codeSpan(placeOf(gap.path, gap.line) ?? gap.workflow ?? '') +
      (places > 1 ? ` and ${count(places - 1, 'more place')}` : ''),
    escapeMarkdown(shorten(gap.advice, markdownCellCharactersMax)),
  ]
}

function questionsPart(view: RegisterView): string {
  const shown = view.openQuestions.slice(0, reportLimits.markdownQuestionsMax)
  if (shown.length === 0) return ''
  return [
    '### Questions that only you can answer',
    '',
    ...shown.map(
      (question) =>
        `- ${codeSpan(question.id)} ${escapeMarkdown(shorten(question.text, 2 * reportLimits.markdownCellCharactersMax))}`,
    ),
    ...moreLines(view.openQuestions.length - shown.length, 'question'),
  ].join('\n')
}

/** As many dependencies, each whole, as `charactersMax` leaves room for. */
function evidencePart(view: RegisterView, charactersMax: number): string {
  const head = (number: number): string =>
    `<details>\n<summary>Evidence: ${count(number, 'dependency', 'dependencies')}</summary>\n`
  const foot = '\n</details>'
  const entries: string[] = []
  let left = charactersMax - head(view.dependencies.length).length - foot.length - 200
  for (const dependency of view.dependencies) {
    const entry = evidenceOf(dependency)
    if (entry.length + 2 > left) break
    left -= entry.length + 2
    entries.push(entry)
  }
  if (entries.length === 0) return ''
  return [
    head(view.dependencies.length),
    entries.join('\n\n'),
    ...moreLines(view.dependencies.length - entries.length, 'dependency', 'dependencies'),
    foot,
  ].join('\n')
}

const occurrencesPerDependencyMax = 5

function evidenceOf(dependency: Dependency): string {
  const { route, occurrences } = dependency
  const shown = occurrences.slice(0, occurrencesPerDependencyMax)
  const facts = [
    dependency.role,
    ...(route.provider === null ? [] : [`over ${codeSpan(route.provider, 40)}`]),
    ...(dependency.workflow === null ? [] : [`in ${codeSpan(dependency.workflow, 60)}`]),
    `effort ${dependency.migrationEffort}`,
  ]
  return [
    `**${codeSpan(dependency.model ?? dependency.modelAsWritten, 120)}** ${facts.join(', ')}  `,
    `${dependency.resolution}: ${escapeMarkdown(shorten(dependency.resolutionReason, 200))}`,
    ...(shown.length === 0 ? [] : ['', codeBlock(shown.flatMap(occurrenceLines))]),
    ...moreLines(occurrences.length - shown.length, 'place'),
    ...trafficLines(dependency),
  ].join('\n')
}

const trafficPerDependencyMax = 5

function trafficLines({ evidence = [] }: Dependency): readonly string[] {
  if (evidence.length === 0) return []
  const shown = evidence.slice(0, trafficPerDependencyMax)
  return [
    '',
    `In traffic: ${shown.map((one) => escapeMarkdown(shorten(trafficWords(one), 200))).join('; ')}`,
    ...moreLines(evidence.length - shown.length, 'line of evidence', 'lines of evidence'),
  ]
}

function occurrenceLines(occurrence: Occurrence): readonly string[] {
  const { path, line, snippet, via } = occurrence
  return [
    `${path}:${line}`,
    `    ${shorten(snippet, 200)}`,
    ...via.slice(0, 8).map((hop) => {
      const words = [hop.kind, hop.name].filter((word) => word !== undefined).join(' ')
      return shorten(`  ← ${hop.path}:${hop.line} ${words}`.trimEnd(), 300)
    }),
  ].map((text) => shorten(text, 300))
}

function footPart(register: Register): string {
  const rules = register.tool.rules.replace(/^sha256:/, '').slice(0, 12)
  const day = register.asOf === undefined ? '' : `, lifecycles as of ${register.asOf}`
  return `<sub>holdfast ${escapeMarkdown(register.tool.version)}, rules ${codeSpan(rules)}${day}</sub>`
}

function moreLines(left: number, singular: string, plural = `${singular}s`): readonly string[] {
  if (left <= 0) return []
  return ['', `and ${count(left, `more ${singular}`, `more ${plural}`)}: see \`--format html\``]
}
