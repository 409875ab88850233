import type { Instant } from '../../schema/instant.ts'
import type { Verdict } from './trial-words.ts'

/** What a caller may say about a report of a trial. */
export interface TrialReportOptions {
  /** Columns of the terminal, for text; 100 when left out. */
  readonly width?: number | undefined
  /** ANSI colours in text. */
  readonly colour?: boolean | undefined
  /** What the verdict counts for now, where that is asked: a trial says what was true when it was decided. */
  readonly standing?: TrialStanding | undefined
}

/** By the id of a trial; one that is not there is taken as it was decided. */
export type TrialStandings = ReadonlyMap<string, TrialStanding>

export interface TrialStanding {
  readonly at: Instant
  readonly verdict: Verdict
  /** In the form of `invalidatedBy` of the verdict record; null while it stands. */
  readonly invalidatedBy: string | null
}
