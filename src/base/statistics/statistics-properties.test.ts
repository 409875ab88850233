import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clusterSums, guardedLowerBound, guardedNonInferiority } from './clustered-mean.ts'
import { robbinsInterval } from './confidence-sequence.ts'
import { advanceEProcess, evidenceOf, passFailEvidence, startEProcess } from './e-process.ts'
import { exactNonInferiority } from './exact-non-inferiority.ts'
import { holm } from './multiplicity.ts'
import { newcombeInterval } from './newcombe-interval.ts'
import type { PairedTable } from './paired-table.ts'
import { bcaInterval, bootstrapT, costRatioInterval } from './paired-bootstrap.ts'
import { clopperPearson } from './proportion-interval.ts'
import { seededSource } from './random-source.ts'
import { tangoInterval, tangoNonInferiority, tangoScore } from './tango-score.ts'

const table = fc
  .tuple(fc.nat(60), fc.nat(20), fc.nat(20), fc.nat(60))
  .filter((counts) => counts.some((count) => count > 0))
  .map(([bothPass, candidateOnly, incumbentOnly, neitherPass]): PairedTable => ({
    bothPass,
    candidateOnly,
    incumbentOnly,
    neitherPass,
  }))
const margin = fc.double({ min: 0.001, max: 0.9, noNaN: true })

function mirrored(of: PairedTable): PairedTable {
  return { ...of, candidateOnly: of.incumbentOnly, incumbentOnly: of.candidateOnly }
}

function near(actual: number, expected: number, within = 1e-7): void {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not near ${expected}`)
}

test('sides swapped, intervals are mirrored', () => {
  fc.assert(
    fc.property(table, (of) => {
      for (const interval of [tangoInterval, newcombeInterval]) {
        const one = interval(of, 0.9)
        const other = interval(mirrored(of), 0.9)
        near(one.lower, -other.upper)
        near(one.upper, -other.lower)
      }
    }),
  )
})

test('Tango’s interval inverts its test', () => {
  fc.assert(
    fc.property(table, (of) => {
      const { lower, upper } = tangoInterval(of, 0.9)
      if (lower > -1) near(tangoScore(of, lower), 1.6448536, 1e-5)
      if (upper < 1) near(tangoScore(of, upper), -1.6448536, 1e-5)
      assert.ok(lower <= upper && lower >= -1 && upper <= 1)
    }),
  )
})

test('one more loss never helps, a wider margin never hurts', () => {
  fc.assert(
    fc.property(table, margin, (of, limit) => {
      const worse = {
        ...of,
        bothPass: of.bothPass + 1,
      }
      const lost = { ...of, incumbentOnly: of.incumbentOnly + 1 }
      assert.ok(tangoNonInferiority(lost, limit).p >= tangoNonInferiority(worse, limit).p - 1e-9)
      assert.ok(
        tangoNonInferiority(of, Math.min(0.99, limit * 1.1)).p <=
          tangoNonInferiority(of, limit).p + 1e-9,
      )
    }),
  )
})

test('the exact p is the chance it says: by enumeration, no nuisance gives more', () => {
  const of = { bothPass: 30, candidateOnly: 1, incumbentOnly: 1, neitherPass: 8 }
  const [n, limit] = [40, 0.15]
  const p = exactNonInferiority(of, limit) ?? Number.NaN
  let most = 0
  for (let psi = limit; psi <= 0.5; psi += 0.01) {
    let sum = 0
    for (let b = 0; b <= n; b++) {
      for (let c = 0; b + c <= n; c++) {
        const like = { bothPass: n - b - c, candidateOnly: b, incumbentOnly: c, neitherPass: 0 }
        if (tangoScore(like, -limit) < tangoScore(of, -limit) - 1e-9) continue
        sum += trinomial(n, b, c, (psi - limit) / 2, (psi + limit) / 2)
      }
    }
    if (psi < 0.28) most = Math.max(most, sum)
  }
  assert.ok(p >= most && p <= most + 0.0015, `${p} and ${most}`)
})

function trinomial(n: number, b: number, c: number, first: number, second: number): number {
  let log = 0
  for (let at = 1; at <= n; at++) log += Math.log(at)
  for (const count of [b, c, n - b - c]) for (let at = 1; at <= count; at++) log -= Math.log(at)
  const power = (share: number, count: number): number =>
    count === 0 ? 0 : count * Math.log(share)
  return Math.exp(log + power(first, b) + power(second, c) + power(1 - first - second, n - b - c))
}

test('extreme tables have finite answers', () => {
  for (const of of [
    { bothPass: 1, candidateOnly: 0, incumbentOnly: 0, neitherPass: 0 },
    { bothPass: 0, candidateOnly: 1, incumbentOnly: 0, neitherPass: 0 },
    { bothPass: 0, candidateOnly: 0, incumbentOnly: 1, neitherPass: 0 },
    { bothPass: 0, candidateOnly: 0, incumbentOnly: 0, neitherPass: 1_000_000 },
    { bothPass: 500_000, candidateOnly: 250_000, incumbentOnly: 250_000, neitherPass: 0 },
  ])
    for (const limit of [1e-6, 0.05, 0.999]) {
      const { lower, upper } = tangoInterval(of, 0.9)
      assert.ok(lower >= -1 && upper <= 1 && lower <= upper)
      assert.ok(Number.isFinite(tangoNonInferiority(of, limit).p))
      const tasks = of.bothPass + of.candidateOnly + of.incumbentOnly + of.neitherPass
      const { logPass, logFail } = passFailEvidence({ ...of, tasks }, limit)
      assert.ok(Number.isFinite(logPass) && Number.isFinite(logFail))
    }
})

test('an e-process that was stored and gone on with is the one that never stopped', () => {
  const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 })
  fc.assert(
    fc.property(differences, fc.nat(60), margin, (values, cut, limit) => {
      const whole = advanceEProcess(startEProcess(limit), values)
      const first = advanceEProcess(startEProcess(limit), values.slice(0, cut))
      const stored = JSON.parse(JSON.stringify(first)) as typeof first
      assert.deepEqual(advanceEProcess(stored, values.slice(cut)), whole)
      assert.ok(whole.highestPass >= evidenceOf(whole).logPass)
    }),
  )
})

test('under the null the mean of the evidence is one', () => {
  // δ = −m exactly: the expectation over one task of each bettor’s factor is 1, so that of the mixture after three is too.
  const limit = 0.2
  let expected = 0
  const chances = [
    [1, 0.1],
    [-1, 0.3],
    [0, 0.6],
  ] as const
  for (const [x, p] of chances)
    for (const [y, q] of chances)
      for (const [z, r] of chances)
        expected +=
          p * q * r * Math.exp(evidenceOf(advanceEProcess(startEProcess(limit), [x, y, z])).logPass)
  near(expected, 1, 1e-12)
})

test('intervals of one share cover it as often as they promise', () => {
  for (const share of [0.02, 0.2, 0.5]) {
    let covered = 0
    const n = 60
    for (let count = 0; count <= n; count++) {
      const { lower, upper } = clopperPearson(count, n, 0.9)
      if (lower <= share && share <= upper) covered += trinomial(n, count, 0, share, 0)
      const always = robbinsInterval(count, n, 0.1)
      assert.ok(always.lower <= lower + 0.02 && always.upper >= upper - 0.02)
    }
    assert.ok(covered >= 0.9, `${covered}`)
  }
})

test('the guarded bound inverts its test and is under the mean', () => {
  const differences = fc.array(fc.constantFrom(-1, 0, 0, 0, 1, 0.5), {
    minLength: 8,
    maxLength: 80,
  })
  fc.assert(
    fc.property(differences, fc.integer({ min: 1, max: 4 }), (values, size) => {
      const sums = clusterSums(
        values,
        values.map((_, at) => Math.floor(at / size)),
      )
      const lower = guardedLowerBound(sums, 0.05)
      assert.ok(lower <= sums.sum / sums.tasks)
      if (lower > -1) near(guardedNonInferiority(sums, -lower), 0.05, 1e-6)
    }),
  )
})

test('Holm never falls below the p it adjusts, and keeps their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (ps) => {
      const adjusted = holm(ps)
      for (const [at, p] of ps.entries()) {
        assert.ok((adjusted[at] ?? 0) >= p && (adjusted[at] ?? 2) <= 1)
        for (const [other, q] of ps.entries())
          if (p < q) assert.ok((adjusted[at] ?? 0) <= (adjusted[other] ?? 0))
      }
    }),
  )
})

test('the bootstrap repeats by its seed and covers the mean', () => {
  const random = seededSource(0)
  let covered = 0
  let coveredBca = 0
  const rounds = 120
  for (let round = 0; round < rounds; round++) {
    const values = Array.from({ length: 40 }, () => random() ** 2 - 1 / 3)
    const sums = clusterSums(
      values,
      values.map((_, at) => at),
    )
    const plan = { confidence: 0.9, replicates: 300 }
    const one = bootstrapT(sums, { ...plan, random: seededSource(round) })
    assert.deepEqual(one, bootstrapT(sums, { ...plan, random: seededSource(round) }))
    const bca = bcaInterval(sums, { ...plan, random: seededSource(round) })
    if (one.lower <= 0 && one.upper >= 0) covered++
    if (bca.lower <= 0 && bca.upper >= 0) coveredBca++
  }
  assert.ok(covered >= 0.82 * rounds && covered <= 0.97 * rounds, `${covered}`)
  assert.ok(coveredBca >= 0.8 * rounds && coveredBca <= 0.97 * rounds, `${coveredBca}`)
})

test('the ratio of costs lies in its interval and scales with prices', () => {
  const incumbent = Array.from({ length: 50 }, (_, at) => 1 + (at % 7))
  const candidate = incumbent.map((cost, at) => cost * (0.5 + (at % 3) / 10))
  const plan = { confidence: 0.9, replicates: 400 }
  const one = costRatioInterval({ candidate, incumbent }, { ...plan, random: seededSource(5) })
  assert.ok(one.lower < 0.6 && one.upper > 0.58 && one.upper < 0.7)
  const doubled = costRatioInterval(
    { candidate: candidate.map((cost) => cost * 2), incumbent },
    { ...plan, random: seededSource(5) },
  )
  near(doubled.upper, 2 * one.upper, 1e-9)
})
