/** Limits of the admin server. */
export const adminLimits = {
  /** Header lines of a request, together. */
  headerBytesMax: 16 * 1024,
  bodyBytesMax: 64 * 1024,
  /** Header lines must be complete after this, a request with its body after `requestMs`. */
  headerMs: 5_000,
  requestMs: 10_000,
  connectionsMax: 128,
  /** Of a path with its query. */
  urlCharactersMax: 4_000,
  /** A token that is shorter could be guessed. */
  tokenCharactersMin: 20,
  tokenCharactersMax: 1_000,
  tokensMax: 100,
  /** Entries of the ledger in one answer. */
  decisionsMax: 1_000,
  /** A search of the ledger takes no longer. */
  searchMs: 30_000,
  /** Searches at the same time; each is a thread. */
  searchesMax: 2,
  /** So long a command waits for an answer. */
  answerMs: 60_000,
  answerBytesMax: 64 * 2 ** 20,
} as const
