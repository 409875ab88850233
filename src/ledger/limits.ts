/** Limits of the ledger. Reaching one is an answer with a code, never a silent loss. */
export const ledgerLimits = {
  /** A longer entry is refused by whoever records it. */
  entryBytesMax: 2 ** 20,
  /** A segment that has reached this takes no further entry. */
  segmentBytes: 64 * 2 ** 20,
  /** Entries that wait to be written; `record` then says that it is full. */
  queuedEntriesMax: 200_000,
  queuedBytesMax: 256 * 2 ** 20,
  /** Longest wait of an entry for company, in `prompt` mode. */
  batchMs: 5,
  batchBytesMax: 8 * 2 ** 20,
  /** How often, at least, the checkpoint on the disk is brought up to date while entries come. */
  checkpointMs: 250,
  /** After a write that failed. */
  retryMs: 1000,
} as const
