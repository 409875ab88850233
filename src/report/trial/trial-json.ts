import { TrialReport } from '../../schema/trial-report.ts'

/** The report itself, whole. Members stand in the order of the schema, whatever order they came in. */
export function trialJson(report: TrialReport): string {
  return `${JSON.stringify(TrialReport.parse(report), null, 2)}\n`
}

/** Several reports in one document, in the order they came in. */
export function comparisonJson(reports: readonly TrialReport[]): string {
  const trials = reports.map((report) => TrialReport.parse(report))
  return `${JSON.stringify({ schemaVersion: 1, trials }, null, 2)}\n`
}
