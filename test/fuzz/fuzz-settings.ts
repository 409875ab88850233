/** How often and from which seed; `npm run test:long` gives both. */
export const fuzzSeed = Number(process.env['HOLDFAST_FUZZ_SEED'] ?? 20_261_124)

export function fuzzRuns(runsByDefault: number): number {
  const given = process.env['HOLDFAST_FUZZ_RUNS']
  return given === undefined ? runsByDefault : Math.max(1, Math.ceil(Number(given)))
}

/** A hang fails the run instead of holding it up. */
export const watchdogMs = 20 * 60_000
