import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { clusteredMean, clusterSums, robustLowerBound } from './clustered-mean.ts'
import { cochranQ } from './cochran-q.ts'
import { disparityLogEValue } from './disparity-e-value.ts'
import * as distributions from './distributions.ts'
import { mcnemar } from './mcnemar.ts'
import { benjaminiHochberg, holm } from './multiplicity.ts'
import { clopperPearson, clopperPearsonUpper, wilson } from './proportion-interval.ts'
import { tangoScore } from './tango-score.ts'

/** Every row of a table that SciPy and statsmodels made (tools/statistics/reference.py), function by function. */
const reference = JSON.parse(
  readFileSync(
    new URL('../../../test/fixtures/statistics/reference.json', import.meta.url),
    'utf8',
  ),
) as { readonly rows: readonly [string, never, readonly number[]][] }

const ends = ({ lower, upper }: { lower: number; upper: number }): number[] => [lower, upper]

const functions: Readonly<Record<string, (...args: never[]) => number[]>> = {
  tangoScore: (a: number, b: number, c: number, d: number, delta: number) => [
    tangoScore({ bothPass: a, candidateOnly: b, incumbentOnly: c, neitherPass: d }, delta),
  ],
  mcnemarExact: (b: number, c: number) => [mcnemar(b, c).exact],
  mcnemarAsymptotic: (b: number, c: number) => [mcnemar(b, c).asymptotic],
  mcnemarCorrected: (b: number, c: number) => [mcnemar(b, c).continuityCorrected],
  clopperPearson: (count: number, trials: number, confidence: number) =>
    ends(clopperPearson(count, trials, confidence)),
  clopperPearsonUpper: (count: number, trials: number, alpha: number) => [
    clopperPearsonUpper(count, trials, alpha),
  ],
  wilson: (count: number, trials: number, confidence: number) =>
    ends(wilson(count, trials, confidence)),
  normalQuantile: (p: number) => [distributions.normalQuantile(p)],
  studentQuantile: (p: number, freedom: number) => [distributions.studentQuantile(p, freedom)],
  normalUpperTail: (z: number) => [distributions.normalUpperTail(z)],
  studentUpperTail: (t: number, freedom: number) => [distributions.studentUpperTail(t, freedom)],
  chiSquareUpperTail: (x: number, freedom: number) => [
    distributions.chiSquareUpperTail(x, freedom),
  ],
  binomialLowerTail: (count: number, trials: number, share: number) => [
    distributions.binomialLowerTail(count, trials, share),
  ],
  binomialUpperTail: (count: number, trials: number, share: number) => [
    distributions.binomialUpperTail(count, trials, share),
  ],
  holm: (values: number[]) => [...holm(values)],
  benjaminiHochberg: (values: number[]) => [...benjaminiHochberg(values)],
  cochranQ: (table: number[][]) => {
    const { q, p } = cochranQ(table.map((row) => row.map((value) => value === 1)))
    return [q, p]
  },
  disparityLogEValue: (first: number, second: number) => [disparityLogEValue(first, second)],
  robustLowerBound: (differences: number[], groups: number[], alpha: number) => {
    const sums = clusterSums(differences, groups)
    const { mean, robustError } = clusteredMean(sums)
    return [mean, robustError, robustLowerBound(sums, alpha)]
  },
}

/** Where a value about zero is itself the outcome of a subtraction: differences are measured against this instead. */
const leastScale: Readonly<Record<string, number>> = { tangoScore: 1, wilson: 1e-6 }

/** How close: relative. Tango by a numerical search is good to six digits. */
function closeness(name: string): number {
  return name === 'tangoScore' ? 2e-6 : 1e-8
}

test('SciPy and statsmodels give the same for every row of the table', () => {
  assert.ok(reference.rows.length >= 500, `${reference.rows.length} rows`)
  const used = new Set<string>()
  const apart = reference.rows.flatMap(([name, args, expected]) => {
    const call = functions[name]
    assert.ok(call !== undefined, name)
    used.add(name)
    const actual = call(...(args as never[]))
    const differs = expected.some((value, at) => {
      const got = actual[at] ?? Number.NaN
      return !(
        Math.abs(got - value) <=
        closeness(name) * Math.max(Math.abs(value), leastScale[name] ?? 0)
      )
    })
    return differs
      ? [`${name}(${JSON.stringify(args)}) = ${actual.join()}, expected ${expected.join()}`]
      : []
  })
  assert.deepEqual(apart, [])
  assert.deepEqual([...used].toSorted(), Object.keys(functions).toSorted())
})
