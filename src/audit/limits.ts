/** Limits of an audit; reaching one is reported, never an accident. */
export const auditLimits = {
  /** Hops from a use to the place where its model is written. */
  resolutionHopsMax: 6,
  /** Values looked at for one use, all its ways together. */
  resolutionStepsMax: 1_000,
  /** Alternatives kept for one use. */
  candidatesMax: 16,
  /** Definitions that may share a name before the name says nothing any more. */
  sameNameDefinitionsMax: 6,
  snippetCharactersMax: 200,
  modelCharactersMax: 300,
  /** Time for one file, all extractors together. */
  fileTimeMs: 10_000,
  /** Files read at the same time. */
  filesAtOnce: 16,
  /** Files with a keyword that wait for each thread beside this one: fewer do not repay what it takes to start. */
  filesWaitingPerThread: 250,
  threadsMax: 3,
  /** Larger files are read in a thread, which can be given up; what a smaller one can cost is bounded by its size. */
  fileHereCharactersMax: 128 * 1024,
  /** Files that wait at a thread. */
  filesPerThread: 6,
  /** A thread that has not ended by then is left behind. */
  threadEndMs: 1_000,
  /** Facts kept from one file. */
  factsPerFileMax: 5_000,
} as const
