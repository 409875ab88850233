import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusteredMean, clusterSums, robustLowerBound } from './clustered-mean.ts'
import { clusteredMcnemar } from './clustered-mcnemar.ts'
import { cochranQ } from './cochran-q.ts'
import { robbinsInterval, zeroEventUpper } from './confidence-sequence.ts'
import { disparityLogEValue } from './disparity-e-value.ts'
import { advanceEProcess, evidenceOf, passFailEvidence, startEProcess } from './e-process.ts'
import type { Interval } from './interval.ts'
import { mcnemar } from './mcnemar.ts'
import { benjaminiHochberg, holm } from './multiplicity.ts'
import { newcombeInterval } from './newcombe-interval.ts'
import { pairedTable, type PairedTable } from './paired-table.ts'
import { clopperPearson, clopperPearsonUpper } from './proportion-interval.ts'
import { bonettPriceInterval, waldInterval } from './reference-intervals.ts'
import { pairsNeeded, powerOf, tasksForMean } from './sample-size.ts'
import { tangoInterval, tangoNonInferiority, tangoScore } from './tango-score.ts'

/** Values of papers and of other people's tests, each to its printed digits. */

function table(a: number, b: number, c: number, d: number): PairedTable {
  return { bothPass: a, candidateOnly: b, incumbentOnly: c, neitherPass: d }
}

function printed(actual: number, expected: string): void {
  const digits = (expected.split('.')[1] ?? '').length
  assert.equal(actual.toFixed(digits).replace(/^-0(\.0+)?$/, '0$1'), expected)
}

function interval(actual: Interval, lower: string, upper: string): void {
  printed(actual.lower, lower)
  printed(actual.upper, upper)
}

const bentur = table(1, 1, 7, 12)
const cavo = table(59, 6, 16, 80)

test('Tango’s interval has the published limits', () => {
  const cases: readonly [PairedTable, number, string, string][] = [
    [table(4, 9, 3, 16), 0.95, '-0.027', '0.390'],
    [table(4, 9, 3, 16), 0.95, '-0.0271', '0.3897'],
    [table(43, 0, 1, 0), 0.9, '-0.096', '0.037'],
    [table(43, 0, 1, 0), 0.9, '-0.0957', '0.0365'],
    [table(43, 0, 1, 0), 0.95, '-0.1181', '0.0594'],
    [table(53, 16, 8, 9), 0.95, '-0.020', '0.207'],
    [table(53, 16, 8, 9), 0.95, '-0.0197', '0.2069'],
    [bentur, 0.95, '-0.517', '-0.026'],
    [bentur, 0.95, '-0.5172', '-0.0260'],
    [cavo, 0.95, '-0.1240', '-0.0054'],
    [table(20, 12, 2, 16), 0.95, '0.0611', '0.3447'],
    [table(8, 3, 1, 2), 0.95, '-0.1670', '0.4327'],
    [table(0, 3, 0, 0), 0.95, '-0.1230', '1.0000'],
    [table(0, 0, 3, 0), 0.95, '-1.0000', '0.1230'],
    // PropCIs prints (c − b)/n.
    [table(0, 20, 40, 100), 0.95, '-0.218064', '-0.030865'],
    [table(0, 40, 20, 100), 0.95, '0.030865', '0.218064'],
  ]
  for (const [of, confidence, lower, upper] of cases)
    interval(tangoInterval(of, confidence), lower, upper)
})

test('Tango’s score and its non-inferiority p have the published values', () => {
  printed(tangoScore(table(4, 9, 3, 16), 0), '1.732')
  const paper = tangoNonInferiority(table(43, 0, 1, 0), 0.1)
  printed(paper.z, '1.709')
  printed(paper.p, '0.0438')
  printed(paper.z, '1.70856')
  const cases: readonly [number, number, number, number, string, string][] = [
    [4, 6, 200, 0.05, '2.0955', '0.01806'],
    [12, 15, 300, 0.05, '2.1424', '0.01608'],
    [2, 8, 150, 0.05, '0.4606', '0.3226'],
    [9, 3, 32, 0.1, '2.5515', '0.00536'],
    [0, 1, 44, 0.1, '1.7086', '0.04377'],
  ]
  for (const [b, c, n, margin, z, p] of cases) {
    const found = tangoNonInferiority(table(n - b - c, b, c, 0), margin)
    printed(found.z, z)
    printed(found.p, p)
  }
  printed(tangoInterval(table(190, 4, 6, 0), 0.9).lower, '-0.0397')
})

test('the other intervals have the published limits', () => {
  interval(newcombeInterval(bentur, 0.95), '-0.507', '-0.026')
  interval(bonettPriceInterval(bentur, 0.95), '-0.508', '-0.013')
  interval(waldInterval(bentur, 0.95), '-0.520', '-0.052')
  interval(newcombeInterval(cavo, 0.95), '-0.1186', '-0.0046')
  interval(waldInterval(cavo, 0.95), '-0.1184', '-0.0058')
  interval(bonettPriceInterval(cavo, 0.95), '-0.1195', '-0.0032')
  interval(newcombeInterval(table(20, 12, 2, 16), 0.95, 8), '0.0618', '0.3242')
  interval(newcombeInterval(table(20, 12, 2, 16), 0.95, 10), '0.0562', '0.3292')
  interval(newcombeInterval(table(8, 3, 1, 2), 0.95), '-0.1574', '0.4136')
  interval(clopperPearson(13, 16, 0.95), '0.5435', '0.9595')
  interval(clopperPearson(0, 10, 0.95), '0.0000', '0.3085')
})

test('McNemar’s four p have the published values', () => {
  const first = mcnemar(1, 7)
  printed(first.exact, '0.0703')
  printed(first.midP, '0.0391')
  printed(first.asymptotic, '0.0339')
  printed(first.continuityCorrected, '0.0771')
  printed(first.exact, '0.0703125')
  printed(first.midP, '0.0390625')
  printed(first.asymptotic, '0.033895')
  printed(first.continuityCorrected, '0.077100')
  const second = mcnemar(6, 16)
  printed(second.exact, '0.052479')
  printed(second.midP, '0.034690')
  printed(second.asymptotic, '0.033006')
  printed(second.continuityCorrected, '0.055009')
})

const psychiatry = {
  b: [0, 1, 1, 1, 0, 3, 3, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0],
  c: [4, 2, 3, 2, 1, 3, 0, 2, 2, 4, 2, 4, 3, 2, 1, 3, 1, 2, 0, 0, 0, 2, 1, 2, 2, 0, 0, 1, 1],
  n: [7, 6, 7, 6, 4, 6, 5, 8, 4, 7, 3, 6, 7, 6, 5, 4, 6, 5, 4, 3, 5, 4, 4, 2, 3, 2, 2, 3, 1],
}
const thyroids = {
  b: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  c: [2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0],
  n: [3, 3, 3, 1, 3, 4, 3, 2, 2, 1, 3, 2, 3, 2, 2, 3, 3, 3, 2, 1, 2],
}

function differencesOf(data: typeof psychiatry): readonly [number[], number[]] {
  const differences: number[] = []
  const clusters: number[] = []
  for (const [cluster, size] of data.n.entries()) {
    const b = data.b[cluster] ?? 0
    const c = data.c[cluster] ?? 0
    for (let at = 0; at < size; at++) {
      differences.push(at < b ? 1 : at < b + c ? -1 : 0)
      clusters.push(cluster)
    }
  }
  return [differences, clusters]
}

test('clustered McNemar and the cluster-robust bound have the published values', () => {
  for (const [data, obuchowski, durkalski, yang, plain, mean, error, lower] of [
    [psychiatry, '7.19', '7.542', '8.43', '11.8451', '-0.214815', '0.067291', '-0.32929'],
    [thyroids, '2.86', '2.32', '3.13', '4.5', '-0.117647', '0.063206', '-0.22666'],
  ] as const) {
    const clusters = data.n.map((pairs, at) => ({
      pairs,
      candidateOnly: data.b[at] ?? 0,
      incumbentOnly: data.c[at] ?? 0,
    }))
    const found = clusteredMcnemar(clusters)
    printed(found.obuchowski.chiSquare, obuchowski)
    printed(found.durkalski.chiSquare, durkalski)
    printed(found.yang.chiSquare, yang)
    const b = data.b.reduce((sum, one) => sum + one, 0)
    const c = data.c.reduce((sum, one) => sum + one, 0)
    printed(mcnemar(b, c).chiSquare, plain)
    const sums = clusterSums(...differencesOf(data))
    printed(clusteredMean(sums).mean, mean)
    printed(clusteredMean(sums).robustError, error)
    printed(robustLowerBound(sums, 0.05), lower)
  }
  const sums = clusterSums(...differencesOf(psychiatry))
  printed(clusteredMean(sums).naiveError, '0.059837')
  printed(clusteredMean(sums).designEffect, '1.265')
})

test('Cochran’s Q has the published values', () => {
  const read = (rows: readonly string[]): boolean[][] =>
    rows.map((row) => Array.from(row, (digit) => digit === '1'))
  const first = cochranQ(
    read(['1011', '0111', '1110', '0100', '0100', '1010', '0100', '1111', '0100']),
  )
  printed(first.q, '4.2')
  printed(first.p, '0.2407')
  const second = cochranQ(
    read(['00110', '01010', '01101', '10001', '11000', '10100', '01000', '00110', '00000']),
  )
  printed(second.q, '1.2174')
  printed(second.p, '0.8752')
})

test('the e-process has the reference values, in closed form and step by step', () => {
  const cases: readonly [number, number, number, number, string, string?][] = [
    [0, 0, 100, 0.05, '31.847783'],
    [0, 0, 59, 0.05, '6.412174'],
    [2, 3, 200, 0.05, '39.489754'],
    [5, 5, 300, 0.05, '488.148198'],
    [3, 4, 150, 0.1, '781.607788'],
    [1, 9, 120, 0.05, '0.230117', '0.841346'],
  ]
  for (const [b, c, n, margin, pass, fail] of cases) {
    const closed = passFailEvidence({ tasks: n, candidateOnly: b, incumbentOnly: c }, margin)
    const differences = Array.from({ length: n }, (_, at) => (at < b ? 1 : at < b + c ? -1 : 0))
    const stepped = evidenceOf(advanceEProcess(startEProcess(margin), differences))
    for (const { logPass, logFail } of [closed, stepped]) {
      printed(Math.exp(logPass), pass)
      if (fail !== undefined) printed(Math.exp(logFail), fail)
    }
  }
})

test('without a discordant task evidence suffices first at the reference n', () => {
  for (const [margin, byEvidence, byScore] of [
    [0.02, 226, 133],
    [0.03, 150, 88],
    [0.05, 89, 52],
    [0.1, 43, 25],
  ] as const) {
    const suffices = (tasks: number): boolean =>
      passFailEvidence({ tasks, candidateOnly: 0, incumbentOnly: 0 }, margin).logPass >=
      Math.log(20)
    const passes = (tasks: number): boolean =>
      tangoNonInferiority(table(tasks, 0, 0, 0), margin).z >= 1.6448536
    assert.deepEqual([suffices(byEvidence - 1), suffices(byEvidence)], [false, true])
    assert.deepEqual([passes(byScore - 1), passes(byScore)], [false, true])
  }
})

test('disparity, bounds for refusals and confidence sequences have the reference values', () => {
  printed(Math.exp(disparityLogEValue(7, 0)), '16.0')
  printed(Math.exp(disparityLogEValue(8, 0)), '28.4444')
  printed(Math.exp(disparityLogEValue(12, 2)), '12.00293')
  printed(Math.exp(disparityLogEValue(25, 9)), '9.35828')
  printed(clopperPearsonUpper(0, 59, 0.05), '0.0495')
  printed(clopperPearsonUpper(0, 149, 0.05), '0.0199')
  printed(clopperPearsonUpper(0, 299, 0.05), '0.00997')
  printed(clopperPearsonUpper(1, 236, 0.05), '0.0199')
  for (const [n, cap] of [
    [69, 0.1],
    [158, 0.05],
    [451, 0.02],
  ] as const) {
    assert.ok(zeroEventUpper(n, 0.05) <= cap && zeroEventUpper(n - 1, 0.05) > cap)
    assert.ok(Math.abs(robbinsInterval(0, n, 0.05).upper - zeroEventUpper(n, 0.05)) < 1e-12)
  }
  interval(robbinsInterval(0, 100, 0.05), '0.000000', '0.073284')
  interval(robbinsInterval(5, 100, 0.05), '0.006577', '0.160259')
  interval(robbinsInterval(700, 1000, 0.05), '0.646985', '0.749662')
})

test('Holm and Benjamini–Hochberg have the reference values', () => {
  const values = [0.01, 0.04, 0.03, 0.005]
  const rounded = (adjusted: readonly number[]): string[] => adjusted.map((p) => p.toFixed(12))
  assert.deepEqual(rounded(holm(values)), rounded([0.03, 0.06, 0.06, 0.02]))
  assert.deepEqual(rounded(benjaminiHochberg(values)), rounded([0.02, 0.04, 0.04, 0.02]))
})

test('sample sizes are those of the table', () => {
  const sizes: readonly [number, number, number, number][] = [
    [0.04, 0.03, 340, 457],
    [0.04, 0.05, 147, 192],
    [0.04, 0.1, 51, 65],
    [0.1, 0.03, 717, 987],
    [0.1, 0.05, 274, 374],
    [0.1, 0.1, 81, 108],
    [0.2, 0.03, 1386, 1918],
    [0.2, 0.05, 507, 699],
    [0.2, 0.1, 134, 183],
  ]
  for (const [discordance, margin, at80, at90] of sizes) {
    const design = { margin, alpha: 0.05, discordance, difference: 0 }
    assert.equal(Math.ceil(pairsNeeded(design, 0.8)), at80)
    assert.equal(Math.ceil(pairsNeeded(design, 0.9)), at90)
    assert.ok(Math.abs(powerOf(design, pairsNeeded(design, 0.8)) - 0.8) < 1e-9)
  }
  printed(tasksForMean({ variance: 1 / 9, difference: 0.03, alpha: 0.025, power: 0.8 }), '968.997')
})

test('a table is counted from two lists', () => {
  assert.deepEqual(
    pairedTable([true, true, false, false, true], [true, false, true, false, true]),
    table(2, 1, 1, 1),
  )
})
