/** Limits of reading structured files; a file beyond them is left to the text extractor. */
export const structureLimits = {
  /** Longer texts are not parsed at all. */
  charactersMax: 8_000_000,
  /** Nesting beyond this is cut off and reported as a problem. */
  depthMax: 80,
  /** Brackets open at one time in a YAML text before its parser is spared. */
  openBracketsMax: 1_000,
  /** Nodes of all documents of a file, aliases expanded. */
  nodesMax: 300_000,
  /** Nodes that aliases and merge keys may add: a YAML bomb stops here. */
  aliasNodesMax: 20_000,
  documentsMax: 500,
  /** Documents inside scalars (a ConfigMap's files, a JSON policy in a heredoc). */
  embeddedDocumentsMax: 50,
  problemsMax: 20,
  hintsMax: 6,
  hintCharactersMax: 240,
  symbolCharactersMax: 120,
  expressionDepthMax: 12,
  /** Longer texts are prose or scripts: no single value stands for them. */
  expressionCharactersMax: 4_000,
} as const
