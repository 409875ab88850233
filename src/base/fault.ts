import type { FaultCode } from './fault-codes.ts'

/** Where a fault was found: a file of the user's, and the place in it. Lines and columns count from 1. */
export interface FaultPlace {
  readonly path: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

export interface FaultDetails {
  /** What was expected instead. */
  readonly expected?: string | undefined
  /** What to do next. */
  readonly advice?: string | undefined
  readonly place?: FaultPlace | undefined
  /** More problems of the same kind, one line each. */
  readonly others?: readonly string[] | undefined
  readonly cause?: unknown
}

/**
 * Something that the surroundings got wrong: a file, a flag, a disk, a network. Never a bug and never an
 * ordinary outcome. The code is public and listed in docs/reference/error-codes.md.
 */
export class Fault extends Error {
  readonly code: FaultCode
  readonly expected: string | undefined
  readonly advice: string | undefined
  readonly place: FaultPlace | undefined
  readonly others: readonly string[]

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.name = 'Fault'
    this.code = code
    this.expected = details.expected
    this.advice = details.advice
    this.place = details.place
    this.others = details.others ?? []
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
