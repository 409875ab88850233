/** Limits of calls that are kept for callers who left. */
export const keptLimits = {
  /** Characters of an id. */
  idMax: 128,
  /** Calls under way at once. */
  underWayMax: 1_000,
  /** Answers; the oldest make room. */
  answersMax: 10_000,
  /** Of all answers together, likewise. */
  bytesMax: 256 * 2 ** 20,
  /** From its end an answer is kept so long. */
  keptMs: 24 * 60 * 60_000,
  /** How often it is looked whether answers are too old. */
  sweepMs: 60_000,
  /** Before a call is tried again that found no room. */
  retryAfterSeconds: 5,
} as const
