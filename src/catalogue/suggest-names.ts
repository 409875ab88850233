import { compareText } from '../base/compare.ts'
import { suggestionsMax } from './limits.ts'
import { nameKey } from './name-key.ts'

/** The names nearest to one that was not found, best first. */
export function suggestNames(wanted: string, names: Iterable<string>): readonly string[] {
  const target = nameKey(wanted.slice(0, 100))
  const scored: { name: string; distance: number }[] = []
  for (const name of names) {
    const distance = nearness(target, name)
    if (distance <= Math.max(2, target.length / 3)) scored.push({ name, distance })
  }
  return scored
    .toSorted((a, b) => a.distance - b.distance || compareText(a.name, b.name))
    .slice(0, suggestionsMax)
    .map(({ name }) => name)
}

function nearness(target: string, name: string): number {
  const whole = nameKey(name)
  const bare = nameKey(name.slice(name.indexOf('/') + 1))
  if (target.length >= 3 && (whole.includes(target) || bare.includes(target))) {
    return 0.5 + (bare.length - target.length) / 1000
  }
  return Math.min(editDistance(target, whole), editDistance(target, bare))
}

/** Levenshtein distance; both texts are short. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 12) return 99
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change))
    }
    row = next
  }
  return row[b.length] ?? 99
}
