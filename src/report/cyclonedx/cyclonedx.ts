import type { ReportFormat } from '../report-format.ts'
import { billOfMaterials } from './bill-of-materials.ts'
import type { CycloneDxVersion } from './bill-of-materials.ts'

export const cycloneDxFormat = formatOf('cyclonedx', '1.6')
export const cycloneDx17Format = formatOf('cyclonedx-1.7', '1.7')

function formatOf(id: string, version: CycloneDxVersion): ReportFormat {
  return {
    id,
    title: `CycloneDX ${version} bill of materials`,
    fileExtension: 'cdx.json',
    mediaType: `application/vnd.cyclonedx+json; version=${version}`,
    render: (register, options) =>
      `${JSON.stringify(billOfMaterials(register, options, version), null, 2)}\n`,
  }
}
