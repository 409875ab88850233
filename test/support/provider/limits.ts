export const limits = {
  /** Above this a request body is refused with 413; the largest image of a test fits. */
  requestBodyBytesMax: 64 * 1024 * 1024,
  /** The newest requests are kept; older ones are only counted. */
  requestsKeptMax: 10_000,
  /** Conversations that a Responses caller can come back to, and cases whose attempts are counted. */
  conversationsMax: 1_000,
  casesMax: 200_000,
  /** The longest answer that a cue may ask for. */
  wordsMax: 200_000,
  /** Calls of one answer, and choices of one answer. */
  callsMax: 64,
  choicesMax: 8,
  /** Depth of the values made up for a JSON Schema. */
  schemaDepthMax: 12,
  /** Size of a body that does not want to end. */
  hugeBodyBytes: 64 * 1024 * 1024,
  /** How long a response that never comes holds its connection, before scaling. */
  silenceMs: 120_000,
} as const
