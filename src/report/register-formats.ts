import { csvFormat } from './csv.ts'
import { cycloneDx17Format, cycloneDxFormat } from './cyclonedx/cyclonedx.ts'
import { htmlFormat } from './html/html.ts'
import { jsonFormat } from './json.ts'
import { markdownFormat } from './markdown/markdown.ts'
import type { ReportFormat } from './report-format.ts'
import { sarifFormat } from './sarif/sarif.ts'
import { spdxFormat } from './spdx/spdx.ts'
import { textFormat } from './text/text.ts'

/** Every format of a register, by id. A new format is one line here. */
export const registerFormats: readonly ReportFormat[] = [
  csvFormat,
  cycloneDxFormat,
  cycloneDx17Format,
  htmlFormat,
  jsonFormat,
  markdownFormat,
  sarifFormat,
  spdxFormat,
  textFormat,
]
