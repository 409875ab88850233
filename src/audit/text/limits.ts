/** Bounds of the text engine: reaching one ends the search in that file, it never fails the file. */
export const textLimits = {
  /** Matches of one rule in one file. */
  matchesPerRuleMax: 500,
  /** Facts of one file, generic ones included. */
  factsPerFileMax: 5_000,
  /** A line longer than this is data (a bundle, a blob): rules see only its beginning. */
  lineCharactersMax: 20_000,
  /** How far a command is read, from the program's name. */
  commandCharactersMax: 6_000,
  commandWordsMax: 300,
  /** A quoted text that does not end within this is no quoted text. */
  quotedCharactersMax: 4_000,
  /** How far back the bracket that a line stands in is looked for. */
  enclosingCharactersMax: 2_000,
  /** How far from a model name the address of its request may stand. */
  addressCharactersMax: 1_500,
  /** Nesting of defaults inside defaults (`${A:-${B:-c}}`). */
  nestedDefaultsMax: 4,
} as const
