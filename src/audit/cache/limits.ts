/** Limits of the cache; what does not fit is forgotten, oldest first. */
export const cacheLimits = {
  /** A larger file is not loaded, and none larger is written. */
  fileBytesMax: 128 * 1024 * 1024,
  /** What one file's facts may take. */
  entryBytesMax: 4 * 1024 * 1024,
  /** Saves that an entry outlives without being asked for. */
  ageMax: 20,
} as const
