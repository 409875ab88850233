/** Limits of the admin server. */
export const adminLimits = {
  /** Header lines of a request, together. */
  headerBytesMax: 16 * 1024,
  bodyBytesMax: 64 * 1024,
  /** Of a body with a text of its own: a directive, an overlay, a snapshot. */
  textBytesMax: 4 * 2 ** 20,
  textCharactersMax: 2 * 2 ** 20,
  /** Header lines must be complete after this, a body after `requestMs`, an upload after `uploadMs`. */
  headerMs: 5_000,
  requestMs: 10_000,
  uploadMs: 10 * 60_000,
  uploadBytesMax: 512 * 2 ** 20,
  connectionsMax: 128,
  /** Of a path with its query. */
  urlCharactersMax: 4_000,
  /** A token that is shorter could be guessed. */
  tokenCharactersMin: 20,
  tokenCharactersMax: 1_000,
  tokensMax: 100,
  /** Entries of the ledger in one answer. */
  decisionsMax: 1_000,
  /** Entries of the ledger in one export. */
  exportedMax: 10_000_000,
  /** A search of the ledger takes no longer. */
  searchMs: 30_000,
  /** Searches at the same time; each is a thread. */
  searchesMax: 2,
  /** What is done in a thread of its own takes no longer, and no more memory. */
  workMs: 60_000,
  /** The same of what grows with the ledger, the portfolio or the source that is audited. */
  longWorkMs: 10 * 60_000,
  threadMemoryMb: 2_048,
  /** Threads that are done wait so long for another work, so many of them. */
  threadWaitsMs: 20_000,
  threadsWaitingMax: 2,
  /** Longest time that `holdfast check` may take for requests to providers, and a search for remedies. */
  checkSecondsMax: 60,
  searchSecondsMax: 300,
  /** Works that change nothing: so many at the same time, so many wait. Changes are made one after the other. */
  readingsMax: 2,
  readingsWaitingMax: 8,
  changesWaitingMax: 16,
  /** Commands that run beside the gateway for whoever asked: so many at the same time, so many are remembered. */
  runsMax: 2,
  runsKeptMax: 50,
  runMs: 24 * 60 * 60_000,
  /** One that is told to end has so long when the gateway ends. */
  runEndsMs: 20_000,
  runNotesCharactersMax: 4_000,
  runResultBytesMax: 2 ** 30,
  /** Of an answer that is given piece by piece. */
  streamBytesMax: 4 * 2 ** 30,
  /** So long a command waits for an answer. */
  answerMs: 60_000,
  answerBytesMax: 64 * 2 ** 20,
} as const
