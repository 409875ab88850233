import { setFlagsFromString } from 'node:v8'

/**
 * Makes V8 finish an expression in its linear-time engine when backtracking runs away. It does so for every
 * expression without look-around and back-references, which `holdfast rules test` refuses; so a hostile file
 * can slow no detector down, not even one that a user wrote carelessly.
 */
export function useLinearTimePatterns(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
}
