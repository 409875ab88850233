import type { ReportFormat } from '../report-format.ts'
import { spdxDocument } from './spdx-document.ts'

export const spdxFormat: ReportFormat = {
  id: 'spdx',
  title: 'SPDX 3.0.1 with the AI profile',
  fileExtension: 'spdx3.json',
  mediaType: 'application/spdx+json; version=3.0.1',
  render: (register, options) => `${JSON.stringify(spdxDocument(register, options), null, 2)}\n`,
}
