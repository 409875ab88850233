/** What the plan asks of a solver of mixed-integer programs; `cli` hands one in that runs in a thread of its own. */
export type RemedySolver = (
  /** A model in CPLEX LP format. */
  problem: string,
  options: {
    readonly timeLimitMs: number
    /** A solution to begin with, by the names of the model; variables that are 0 are absent. */
    readonly start?: ReadonlyMap<string, number>
  },
) => Promise<SolverAnswer>

export interface SolverAnswer {
  /** `limit`: the best that was found in time, if anything; `failed`: no answer. */
  readonly status: 'optimal' | 'infeasible' | 'limit' | 'failed'
  /** Proven bound on the objective; null: none. */
  readonly bound: number | null
  /** By the names of the model; null: no solution was found. Variables that are 0 may be absent. */
  readonly values: ReadonlyMap<string, number> | null
}
