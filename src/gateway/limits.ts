/** Limits of the gateway. Reaching one is an answer in the caller's shape, never a silent loss. */
export const gatewayLimits = {
  /** Body of a request. */
  bodyBytesMax: 64 * 2 ** 20,
  /** Objects and lists within each other in a body: readers go down step by step, and a stack has an end. */
  nestingMax: 500,
  /** Header lines of a request, together. */
  headerBytesMax: 64 * 1024,
  /** A body must be complete after this. */
  bodyMs: 60_000,
  /** Header lines must be complete after this. */
  headerMs: 15_000,
  /** How often it is looked whether a caller is too slow. */
  checkMs: 1_000,
  /** An answer that is not streamed. */
  answerBytesMax: 64 * 2 ** 20,
  /** Of an error's body, what is read. */
  errorBytesMax: 64 * 1024,
  /** What a stream has sent is kept so that it can be continued; a longer one cannot be. */
  continuedBytesMax: 8 * 2 ** 20,
  /** An answer up to this goes out together with its head. */
  oneWriteBytesMax: 16 * 1024,
  /** Of a stream, before what has gone out is digested. */
  gatheredBytesMax: 64 * 1024,
  /** Of a request and of an answer each, where a workflow keeps contents: an entry of the ledger has an end. */
  keptBytesMax: 350 * 1024,
  /** Frames that are held back until a tool call or a thought is complete. */
  heldBytesMax: 16 * 2 ** 20,
  /** For callers to read the last word of a gateway that ends, before their connections are closed. */
  lastWordMs: 1_000,
  /** Between two looks for connections at rest, while it closes. */
  closeIdleMs: 100,
  /** How often one answer is continued. */
  continuationsMax: 2,
  /** Attempts at one route for one request. */
  attemptsPerRoute: 2,
  /** Longest `retry-after` that is waited for. */
  retryAfterMsMax: 2_000,
  /** Before a second attempt that no `retry-after` asks for. */
  backoffMs: 300,
  /** Models named in one request. */
  referencesMax: 64,
  /** Different uses that are remembered until they are written down. */
  observedUsesMax: 10_000,
  /** Connections to one origin. */
  connectionsMax: 256,
  /** Silence on the wire to the caller while frames are held back, before a comment shows life. */
  heldCommentMs: 10_000,
} as const
