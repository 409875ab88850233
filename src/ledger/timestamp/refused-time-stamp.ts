/** What can be wrong with a time stamp, the first of which is told. */
export type TimeStampProblem =
  | 'no-time-stamp'
  | 'refused-by-authority'
  | 'other-message'
  | 'other-nonce'
  | 'bad-signature'
  | 'no-time-stamping-certificate'
  | 'untrusted-authority'
  | 'clock-differs'

export interface RefusedTimeStamp {
  readonly kind: 'refused'
  readonly problem: TimeStampProblem
  readonly reason: string
}

export function refused(problem: TimeStampProblem, reason: string): RefusedTimeStamp {
  return { kind: 'refused', problem, reason }
}
