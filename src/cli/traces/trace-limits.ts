export const traceLimits = {
  /** Spans that wait or are on their way; what comes then is dropped, and counted. */
  waitingMax: 4_096,
  /** Spans in one message: making it is work that holds up requests, so it is made in small portions. */
  portionMax: 128,
  /** Longest wait for company. */
  waitMs: 1_000,
  /** For what waits at the end of the process. */
  closeMs: 2_000,
} as const
