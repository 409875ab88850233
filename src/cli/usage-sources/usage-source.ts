import type { ImportedUse } from '../usage-draft.ts'

/** One row of a table, one line of a log, or one object of a document. */
export type Entry = Readonly<Record<string, unknown>>

/** What reading an entry may ask of others. */
export interface SourceTools {
  /** Provider of the catalogue by a name that programs use. */
  readonly providerOfName: (name: string) => string | null
  readonly providerOfHost: (
    hostOrUrl: string,
  ) => { readonly provider: string; readonly region: string | null } | null
  readonly looksLikeModel: (text: string) => boolean
  /** The first of some labels that is a workflow of holdfast.yaml. */
  readonly workflowOf: (labels: readonly unknown[]) => string | null
}

/** A kind of export that uses are read from. */
export interface UsageSource {
  readonly id: string
  readonly title: string
  /** Public descriptions of its fields. */
  readonly documentation: readonly string[]
  /** What is read; everything else in a file is passed over. */
  readonly fields: readonly string[]
  /** Whether an entry is of this kind. `parents`: the objects it stands in, outermost first. */
  readonly recognises: (entry: Entry, parents: readonly Entry[]) => boolean
  /** Empty: the entry speaks of no use of a model. Null: it should and cannot be read. */
  readonly read: (
    entry: Entry,
    parents: readonly Entry[],
    tools: SourceTools,
  ) => readonly ImportedUse[] | null
}

/** What most sources leave open. */
export const plainUse = {
  isReport: false,
  servedModel: null,
  provider: null,
  protocol: null,
  region: null,
  workflow: null,
  scope: null,
  requests: null,
  served: null,
  tokens: null,
} satisfies Partial<ImportedUse>

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The entries of a list that may be missing. */
export function entriesOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : []
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** A count; tables write `3.0` and `1,024`. Null: it is none. */
export function countOf(value: unknown): number | null {
  const number =
    typeof value === 'string' && value.trim() !== ''
      ? Number(value.replaceAll(',', ''))
      : typeof value === 'number'
        ? value
        : Number.NaN
  return Number.isFinite(number) && number >= 0 && number <= Number.MAX_SAFE_INTEGER
    ? Math.round(number)
    : null
}

/** Null: none of them is known. */
export function totalOf(...values: readonly unknown[]): number | null {
  const counts = values.map(countOf).filter((one) => one !== null)
  return counts.length === 0 ? null : counts.reduce((sum, one) => sum + one, 0)
}

/** What JSON within a cell or a member says; the value itself where it is none. */
export function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

const earliestMs = Date.parse('2015-01-01T00:00:00Z')
const latestMs = Date.parse('2100-01-01T00:00:00Z')

/** RFC 3339 in milliseconds, of a time in any of the forms that exports have; without a zone it is UTC. */
export function instantOf(value: unknown): string | null {
  const ms =
    typeof value === 'number' ? epochMs(value) : typeof value === 'string' ? textMs(value) : null
  if (ms === null || !(ms >= earliestMs && ms < latestMs)) return null
  return new Date(ms).toISOString()
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970: of our days only one of them can be meant. */
function epochMs(number: number): number | null {
  for (const unit of [1000, 1, 1e-3, 1e-6]) {
    const ms = number * unit
    if (ms >= earliestMs && ms < latestMs) return ms
  }
  return null
}

function textMs(text: string): number | null {
  const trimmed = text.trim()
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return epochMs(Number(trimmed))
  const parts =
    /^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,](?<fraction>\d+))?)?\s*(?<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i.exec(
      trimmed,
    )?.groups
  if (parts === undefined) return wordsMs(trimmed)
  const { day = '', time = '00:00:00', fraction = '0', zone = 'Z' } = parts
  const seconds = time.length === 5 ? `${time}:00` : time
  const offset = /^[+-]\d{2}$/.test(zone)
    ? `${zone}:00`
    : zone
        .replace(/^(?<hours>[+-]\d{2})(?<minutes>\d{2})$/, '$<hours>:$<minutes>')
        .replace(/^utc$/i, 'Z')
  const ms = Date.parse(`${day}T${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`)
  return Number.isNaN(ms) ? null : ms
}

/** `Mon Aug 19 2024 12:00:00 GMT+0000 (…)`, as JavaScript and mail write it; only with its zone. */
function wordsMs(text: string): number | null {
  if (!/^[A-Z][a-z]{2},? .*\b(?:GMT|UTC)/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : ms
}

/** A log has one instant an entry, and the entry is one request. */
export function logged(at: string, isServed: boolean) {
  return { firstAt: at, lastAt: at, requests: 1, served: isServed ? 1 : 0 }
}
