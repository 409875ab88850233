/** Limits of a simulation; reaching one is told in the answer, never an accident. */
export const simulationLimits = {
  /** Elements of the largest cut sets that are looked for. */
  depthMax: 3,
  /** Places that are named for one need in the reasons of one outcome. */
  placesPerNeedMax: 5,
  /** Cut sets that are listed; those with fewer elements come first. */
  cutSetsMax: 500_000,
  /** Pairs of elements that are listed with their outcomes, the worst first. */
  pairsMax: 20_000,
  /** Outcomes that are listed over all contingencies of `--all`. */
  outcomesMax: 100_000,
  /** Early warnings after which no further workflow is listed, critical work first. */
  earlyWarningsMax: 2_000,
} as const
