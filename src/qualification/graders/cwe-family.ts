import { cweParents } from './cwe-parents.ts'

/** How far apart two names of one weakness may be: `CWE-77` for `CWE-78`, `CWE-119` for `CWE-121`. */
const stepsMax = 2

/** The pillars of CWE, and CWE-20, under which nearly everything stands: to name one of them says nothing. */
const tooBroad: ReadonlySet<number> = new Set([
  20, 284, 435, 664, 682, 691, 693, 697, 703, 707, 710,
])

/** True where one of two weaknesses is the other, or stands at most two steps above it. */
export function isSameFamily(first: string, second: string): boolean {
  const [a, b] = [cweNumber(first), cweNumber(second)]
  if (a === null || b === null) return false
  return a === b || isAbove(a, b) || isAbove(b, a)
}

/** `CWE-89`, `cwe_089` and `89` are one. */
export function cweNumber(text: string): number | null {
  const digits = /^\s*(?:CWE)?[-_ :]?0*(?<number>\d{1,5})\b/i.exec(text)?.groups?.['number']
  return digits === undefined ? null : Number(digits)
}

function isAbove(ancestor: number, weakness: number): boolean {
  if (tooBroad.has(ancestor)) return false
  let level: readonly number[] = [weakness]
  for (let step = 0; step < stepsMax; step += 1) {
    level = level.flatMap((one) => cweParents.get(one) ?? [])
    if (level.includes(ancestor)) return true
  }
  return false
}
