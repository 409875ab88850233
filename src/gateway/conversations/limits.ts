/** Limits of conversations that are held for callers who send only what is new. */
export const conversationLimits = {
  /** Request and answer of one turn together; a longer one is not held. */
  turnBytesMax: 8 * 2 ** 20,
  /** What a turn takes up beside its own bytes. */
  turnBytesBeside: 512,
  /** The same of each id of an item. */
  itemBytesBeside: 256,
  /** Turns of one conversation that are brought together for a provider. */
  chainMax: 2_000,
  /** How often it is looked whether turns are too old. */
  sweepMs: 60_000,
} as const
