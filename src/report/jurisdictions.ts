import type { ReportOptions } from './report-format.ts'

/** Codes that the caller gave for a vendor or provider, as given; empty when it gave none. */
export function jurisdictionsOf(
  kind: 'vendor' | 'provider',
  id: string | null,
  options: ReportOptions,
): readonly string[] {
  const table = options.jurisdictions
  const key = `${kind}:${id}`
  return id !== null && table !== undefined && Object.hasOwn(table, key) ? (table[key] ?? []) : []
}

export function hasJurisdictions(options: ReportOptions): boolean {
  return Object.keys(options.jurisdictions ?? {}).length > 0
}
