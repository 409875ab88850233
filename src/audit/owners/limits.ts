/** Limits on finding owners; beyond one, less is known, and nothing fails. */
export const ownerLimits = {
  rulesMax: 20_000,
  patternCharactersMax: 1_000,
  /** Owners told of one place. */
  ownersMax: 5,
  /** Lines asked about on each side of the one in question. */
  linesAround: 10,
  /** Lines of a file asked about when no line is in question. */
  linesOfFileMax: 400,
  /** Processes of git that read history at once. */
  blamesAtOnceMax: 8,
  /** Time for one file's history, and for all of an audit. */
  blameTimeMs: 5_000,
  blameTotalTimeMs: 60_000,
  blameOutputBytesMax: 4 * 1024 * 1024,
  /** An author of fewer of the lines is no owner. */
  authorShareMin: 0.2,
  manifestBytesMax: 256 * 1024,
  yamlAliasesMax: 50,
} as const
