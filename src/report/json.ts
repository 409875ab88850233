import { Register } from '../schema/register.ts'
import type { ReportFormat } from './report-format.ts'

/** The register itself, whole. Members stand in the order of the schema, whatever order they came in. */
export const jsonFormat: ReportFormat = {
  id: 'json',
  title: 'The register itself',
  fileExtension: 'json',
  mediaType: 'application/json',
  render: (register) => `${JSON.stringify(Register.parse(register), null, 2)}\n`,
}
