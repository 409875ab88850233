/** Bytes of one directive file: two thousand models fit, and the worst YAML of this size parses in two seconds. */
export const directiveBytesMax = 128 * 1024

/** Entries of one list of a directive: status lines, carve-outs, acts of the vendor. */
export const directiveEntriesMax = 1_000

/** Characters of an unreadable file that are searched for names of models. */
export const recoveryCharactersMax = 4 * 1024 * 1024

/** Models that an unreadable directive may take away by name. */
export const recoveredModelsMax = 10_000
