export { registerDiffFormats, renderRegisterDiff } from './diff/render-register-diff.ts'
export type { RegisterDiffFormat } from './diff/render-register-diff.ts'
export { registerFormats } from './register-formats.ts'
export type { ReportFormat, ReportOptions } from './report-format.ts'
