import { TrialReport } from '../../schema/trial-report.ts'
import type { TrialStandings } from './trial-report-options.ts'

/** The report itself, whole. Members stand in the order of the schema, whatever order they came in. */
export function trialJson(report: TrialReport): string {
  return `${JSON.stringify(TrialReport.parse(report), null, 2)}\n`
}

/** Several reports in one document, in the order they came in; `standings`: what each counts for now. */
export function comparisonJson(
  reports: readonly TrialReport[],
  standings: TrialStandings = new Map(),
): string {
  const trials = reports.map((report) => TrialReport.parse(report))
  const now = reports.flatMap(({ trial }) => {
    const standing = standings.get(trial)
    return standing === undefined ? [] : [{ trial, ...standing }]
  })
  return `${JSON.stringify({ schemaVersion: 1, trials, ...(now.length === 0 ? {} : { standings: now }) }, null, 2)}\n`
}
