import type { Register } from '../schema/register.ts'
import type { Role } from '../schema/vocabulary.ts'

/** What a caller may say about a report. Everything has a default; nothing is read from the surroundings. */
export interface ReportOptions {
  /** Roles that lists hold; `use` and `declare` when left out. The `json` format always holds all. */
  readonly show?: readonly Role[] | undefined
  /** ANSI colours in `text`. */
  readonly colour?: boolean | undefined
  /** Columns of the terminal, for `text`; 100 when left out. */
  readonly width?: number | undefined
  /** RFC 3339, in UTC. Left out, no format holds a time of its own and the same register gives the same bytes. */
  readonly timestamp?: string | undefined
  /** ISO 3166 codes whose law reaches a vendor or provider, by element: `vendor:anthropic` → `['US']`. */
  readonly jurisdictions?: Readonly<Record<string, readonly string[]>> | undefined
  /** Day on which a model was released, by model: `anthropic/claude-fable-5` → `2026-02-03`. For `spdx`. */
  readonly modelReleases?: Readonly<Record<string, string>> | undefined
}

/** One way to write a register down. Pure: the same register and options give the same text. */
export interface ReportFormat {
  /** What a user types after `--format`. */
  readonly id: string
  readonly title: string
  /** Without the leading dot. */
  readonly fileExtension: string
  readonly mediaType: string
  readonly render: (register: Register, options: ReportOptions) => string
}
