import { csvCell } from '../base/csv-cell.ts'
import type { Dependency, Occurrence, Register } from '../schema/register.ts'
import { gapWords } from './gap-words.ts'
import { jurisdictionsOf } from './jurisdictions.ts'
import type { ReportFormat, ReportOptions } from './report-format.ts'
import { viewRegister } from './register-view.ts'
import type { RegisterView } from './register-view.ts'

/** One row an occurrence, so that a spreadsheet can filter and count; RFC 4180. */
export const csvFormat: ReportFormat = {
  id: 'csv',
  title: 'Table for a spreadsheet',
  fileExtension: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  render: renderCsv,
}

interface Row {
  readonly dependency: Dependency
  readonly occurrence: Occurrence | null
  readonly grade: string
  readonly gaps: readonly string[]
  readonly options: ReportOptions
}

const columns: Readonly<Record<string, (row: Row) => string | number | null | undefined>> = {
  dependency: ({ dependency }) => dependency.id,
  workflow: ({ dependency }) => dependency.workflow,
  task: ({ dependency }) => dependency.task,
  role: ({ dependency }) => dependency.role,
  context: ({ dependency }) => dependency.context,
  model: ({ dependency }) => dependency.model,
  model_as_written: ({ dependency }) => dependency.modelAsWritten,
  vendor: ({ dependency }) => dependency.vendor,
  vendor_jurisdictions: ({ dependency, options }) =>
    list(jurisdictionsOf('vendor', dependency.vendor, options)),
  provider: ({ dependency }) => dependency.route.provider,
  provider_jurisdictions: ({ dependency, options }) =>
    list(jurisdictionsOf('provider', dependency.route.provider, options)),
  protocol: ({ dependency }) => dependency.route.protocol,
  region: ({ dependency }) => dependency.route.region,
  base_url: ({ dependency }) => dependency.route.baseUrl,
  route: ({ dependency }) => dependency.route.id,
  fallback_grade: ({ grade }) => grade,
  fallbacks: ({ dependency }) =>
    list(dependency.fallbacks.map((one) => `${one.model ?? one.modelAsWritten} (${one.grade})`)),
  migration_effort: ({ dependency }) => dependency.migrationEffort,
  lifecycle: ({ dependency }) => dependency.lifecycle,
  resolution: ({ dependency }) => dependency.resolution,
  resolution_reason: ({ dependency }) => dependency.resolutionReason,
  overridable_by: ({ dependency }) => list(dependency.overridableBy),
  detection: ({ dependency }) => dependency.detection,
  environment: ({ dependency }) => dependency.environment,
  owners: ({ dependency }) => list(dependency.owners),
  features: ({ dependency }) => list(dependency.features),
  gaps: ({ gaps }) => list(gaps),
  question: ({ dependency }) => dependency.question,
  repository: ({ occurrence }) => occurrence?.repository,
  path: ({ occurrence }) => occurrence?.path,
  line: ({ occurrence }) => occurrence?.line,
  column: ({ occurrence }) => occurrence?.column,
  symbol: ({ occurrence }) => occurrence?.symbol,
  snippet: ({ occurrence }) => occurrence?.snippet,
}

function renderCsv(register: Register, options: ReportOptions): string {
  const view = viewRegister(register, options)
  const gaps = gapTitles(view)
  const lines = [Object.keys(columns).join(',')]
  for (const dependency of view.dependencies) {
    const places = dependency.occurrences.length > 0 ? dependency.occurrences : [null]
    for (const occurrence of places) {
      const row: Row = {
        dependency,
        occurrence,
        grade: view.gradeOf(dependency),
        gaps: gaps.get(dependency.id) ?? [],
        options,
      }
      lines.push(
        Object.values(columns)
          .map((cell) => csvCell(cell(row)))
          .join(','),
      )
    }
  }
  return `${lines.join('\r\n')}\r\n`
}

function gapTitles(view: RegisterView): ReadonlyMap<string, readonly string[]> {
  const titles = new Map<string, string[]>()
  for (const gap of view.gaps) {
    if (gap.dependency === null) continue
    titles.set(gap.dependency, [...(titles.get(gap.dependency) ?? []), gapWords[gap.kind].title])
  }
  return titles
}

function list(items: readonly string[]): string {
  return items.join('; ')
}
