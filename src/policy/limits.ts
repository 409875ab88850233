/** Longest own policy file that is read, in characters. */
export const ownPolicyCharactersMax = 1_000_000

/** How many own policies are read altogether. */
export const ownPoliciesMax = 2_000

/** A unit whose tests tell more combinations apart than this is asked per request instead of tabulated. */
export const unitCellsMax = 20_000

/** How many kinds of principals a snapshot remembers; beyond it, the memory starts anew. */
export const principalShapesMax = 20_000

/** How many merged decisions a snapshot keeps; beyond it, the memory starts anew. */
export const rowCellsMax = 50_000_000

/** Longest snapshot file that is read, in characters. */
export const snapshotCharactersMax = 200_000_000
