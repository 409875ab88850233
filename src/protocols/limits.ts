/** Limits of what is read off the wire. */
export const protocolLimits = {
  /** One event of a stream. */
  eventBytesMax: 16 * 2 ** 20,
  /** Objects and lists within one another in a request. */
  depthMax: 100,
} as const
