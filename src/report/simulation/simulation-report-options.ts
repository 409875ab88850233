import type { PeopleOptions } from './people-count.ts'

/** What a caller may say about a report of a simulation. */
export interface SimulationReportOptions extends PeopleOptions {
  /** Columns of the terminal, for text; 100 when left out. */
  readonly width?: number | undefined
  /** ANSI colours in text. */
  readonly colour?: boolean | undefined
}
