/** Limits of the code extractor; a file past one of them is read line by line, or cut, never refused. */
export const codeLimits = {
  /** A tree of a larger file would not be worth its memory. */
  treeCharactersMax: 1024 * 1024,
  /** A parser that has not ended by then is left behind. */
  parseTimeMs: 4_000,
  /** So little text is parsed in the thread that asks: the parser cannot be left behind, and cannot take long. */
  parsedHereCharactersMax: 2_000,
  /** Parsers and readers recurse; deeper nesting is generated or hostile. */
  bracketDepthMax: 2_000,
  /** Larger files are looked at for nesting before their nodes are searched. */
  nestingCheckedCharacters: 64 * 1024,
  /** How often a character may be part of a node that is searched, in the mean. */
  nestingMeanMax: 200,
  /** Nodes of one file that are looked at. */
  nodesMax: 40_000,
  callTextCharactersMax: 4_000,
  scopeTextCharactersMax: 4_000,
  calleeCharactersMax: 20_000,
  argumentsMax: 400,
  flattenDepthMax: 5,
  valueDepthMax: 24,
  listItemsMax: 200,
  unknownTextCharactersMax: 200,
  literalCharactersMax: 2_000,
  spellingsMax: 400,
  hintCharactersMax: 200,
  fallbackLineCharactersMax: 4_000,
} as const
