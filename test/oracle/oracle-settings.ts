/** How many cases and from which seed; `npm run test:long` gives both. */
export const oracleSeed = Number(process.env['HOLDFAST_ORACLE_SEED'] ?? 20_261_124)

/** `share`: of the stated count, for comparisons that are dear. */
export function oracleCases(casesByDefault: number, share = 1): number {
  const given = process.env['HOLDFAST_ORACLE_CASES']
  return given === undefined ? casesByDefault : Math.max(1, Math.ceil(Number(given) * share))
}
