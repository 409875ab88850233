/** Limits of the store. Reaching one is an answer with a code, never a silent loss. */
export const storeLimits = {
  /** SQLite itself waits so long for a lock, and blocks the process meanwhile. */
  lockBlockMs: 20,
  /** So long a writer waits for the lock of the embedded store, turn by turn, before `HF_STORE_BUSY`. */
  lockWaitMs: 15_000,
  /** At opening a file up to this size is checked whole. */
  checkBytesMax: 64 * 2 ** 20,
  connectMs: 5_000,
  /** One statement on PostgreSQL. */
  statementMs: 30_000,
  /** A restore or a migration may take longer. */
  longStatementMs: 60 * 60_000,
  connectionsMax: 10,
  /** A write that PostgreSQL undid in favour of another one is done again so often. */
  writeAttempts: 8,
  /** Safety net beside LISTEN on PostgreSQL, and the way changes of other processes are heard on one machine. */
  pollMs: { embedded: 200, postgres: 500 },
  /** A poll that takes longer means a connection that is gone. */
  pollAnswerMs: 3_000,
  reconnectMs: { first: 100, last: 2_000 },
  /** Lines of the change feed that are kept; who has fallen further behind is told to read everything anew. */
  feedLinesKept: 20_000,
  feedBatch: 1_000,
  /** A record of the store, as JSON. */
  recordBytesMax: 256 * 2 ** 20,
  /** Records of one answer; more is a fault, never a part of them. */
  listedMax: 200_000,
  backupLineBytesMax: 300 * 2 ** 20,
} as const

/** Defaults and limits of jobs. */
export const jobLimits = {
  attemptsMax: 5,
  backoffMs: 1_000,
  backoffMsMax: 15 * 60_000,
  leaseMs: 30_000,
  leaseMsMin: 500,
  concurrencyMax: 64,
  /** Between two looks for work when nothing was announced. */
  pollMs: 1_000,
  /** A run that does not end when it is told to is left behind after this; its lease lapses. */
  closeMs: 10_000,
  /** Progress is kept at most so often for each job. */
  progressMs: 500,
  errorLengthMax: 2_000,
} as const
