/** Limits of the search for remedies; reaching one is told in the plan, not hidden. */
export const remedyLimits = {
  /** Rounds of solving, looking for what is still cut off, and solving again. */
  roundsMax: 2_000,
  /** Plans that only the engine refutes (shared capacity) before the search gives up on a certificate. */
  refutationsMax: 5_000,
  /** Faults of one plan that are learnt from. */
  refutationsAtOnce: 50,
  /** Other plans that are shown. */
  alternativesMax: 5,
  /** How much dearer than the optimum another plan may be, as a share. */
  alternativeShare: 0.1,
  /** Minimal ways of one workflow that are listed; with more, or after so many steps, its rows stand for it. */
  patternsMax: 2_000,
  coverStepsMax: 20_000,
  /** Share of the time after which no other plans are looked for. */
  alternativesUntil: 0.7,
  /** Cut sets listed for one action. */
  removesMax: 100,
  /** Contingencies that are simulated one by one where shared capacity matters. */
  contingenciesMax: 20_000,
  /** With more actions than this, ties of cost and number are left to the solver, which is deterministic too. */
  tieBreakActionsMax: 400,
  /** Share of the whole time that one call of the solver may take. */
  solveShare: 0.8,
  /** Share of the whole time that the search near the greedy plan may take. */
  improveShare: 0.15,
  /** Sets of elements that actions cannot remove which are told, for one workflow. */
  unsavableMax: 20,
  /** Providers that are offered as a new route, beside those that a cost names. */
  providersMax: 12,
  /** Models of the catalogue that are offered although nothing here names them. */
  poolModelsMax: 8,
  /** Options that actions may bring, over all workflows. */
  newOptionsMax: 200_000,
} as const
