import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { clopperPearson, clopperPearsonLower, clopperPearsonUpper } from './binomial-interval.ts'
import { clusteredDifference, clusteredLower } from './clustered-difference.ts'
import { clusteredMcNemar } from './clustered-mcnemar.ts'
import {
  bestRho,
  logNormalMixture,
  normalMixtureBound,
  shareSequence,
} from './confidence-sequence.ts'
import { cochranQ, disparityEvidence } from './disparity.ts'
import { EProcess, eValues, firstPassingSize } from './e-process.ts'
import type { Interval } from './interval.ts'
import { mcNemarAsymptotic, mcNemarExact, mcNemarMidP } from './mcnemar.ts'
import { benjaminiHochberg, eHolm, holm } from './multiplicity.ts'
import { newcombeInterval } from './newcombe.ts'
import type { PairedTable } from './paired-table.ts'
import { bonettPriceInterval, waldInterval } from './plain-intervals.ts'
import { meanSampleSize, powerOf, sampleSize } from './sample-size.ts'
import { tangoInterval, tangoLower, tangoNonInferiority, tangoScore } from './tango.ts'

/** Every value that papers, other people's tests or an independent implementation print, to the digits they print. */

type Counts = readonly [number, number, number, number]

function table([both, candidateOnly, incumbentOnly, neither]: Counts): PairedTable {
  return { both, candidateOnly, incumbentOnly, neither }
}

/** As many digits as are printed must be the same. */
function printed(value: number, text: string): void {
  const digits = text.split('.')[1]?.length ?? 0
  assert.equal(value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1'), text)
}

function bounds({ lower, upper }: Interval, texts: readonly [string, string]): void {
  printed(lower, texts[0])
  printed(upper, texts[1])
}

suite('paired proportions', () => {
  const rows: readonly (readonly [string, Counts, number, readonly [string, string]])[] = [
    ['Tango 1998 table VII', [4, 9, 3, 16], 0.95, ['-0.0271', '0.3897']],
    ['Tango 1998 table V', [43, 0, 1, 0], 0.9, ['-0.0957', '0.0365']],
    ['the same at 95 %', [43, 0, 1, 0], 0.95, ['-0.1181', '0.0594']],
    ['Agresti and Min 2005', [53, 16, 8, 9], 0.95, ['-0.0197', '0.2069']],
    ['Fagerland 2014, Bentur', [1, 1, 7, 12], 0.95, ['-0.5172', '-0.0260']],
    ['contingencytables, Cavo', [59, 6, 16, 80], 0.95, ['-0.1240', '-0.0054']],
    ['Newcombe 1998', [20, 12, 2, 16], 0.95, ['0.0611', '0.3447']],
    ['Tang 2010', [8, 3, 1, 2], 0.95, ['-0.1670', '0.4327']],
    ['all on one side', [0, 3, 0, 0], 0.95, ['-0.1230', '1']],
    ['all on the other', [0, 0, 3, 0], 0.95, ['-1', '0.1230']],
    ['PropCIs, turned round', [0, 20, 40, 100], 0.95, ['-0.218064', '-0.030865']],
  ]
  for (const [name, counts, level, texts] of rows)
    test(`Tango's interval: ${name}`, () => {
      bounds(tangoInterval(table(counts), level), texts)
    })

  test('Tango’s score', () => {
    printed(tangoScore(table([4, 9, 3, 16]), 0), '1.732')
    const { z, p } = tangoNonInferiority(table([43, 0, 1, 0]), 0.1)
    printed(z, '1.70856')
    printed(p, '0.0438')
  })

  const noninferior: readonly (readonly [number, number, number, number, string, string])[] = [
    [4, 6, 200, 0.05, '2.0955', '0.01806'],
    [12, 15, 300, 0.05, '2.1424', '0.01608'],
    [2, 8, 150, 0.05, '0.4606', '0.3226'],
    [9, 3, 32, 0.1, '2.5515', '0.00536'],
    [0, 1, 44, 0.1, '1.7086', '0.04377'],
  ]
  for (const [b, c, n, margin, z, p] of noninferior)
    test(`not worse by ${margin}: ${b}, ${c} of ${n}`, () => {
      const found = tangoNonInferiority(table([n - b - c, b, c, 0]), margin)
      printed(found.z, z)
      printed(found.p, p)
    })

  test('the lower bound of the first of them', () => {
    printed(tangoLower(table([190, 4, 6, 0]), 0.05), '-0.0397')
  })

  test('Newcombe, Bonett–Price, Wald', () => {
    bounds(newcombeInterval(table([1, 1, 7, 12]), 0.95), ['-0.507', '-0.026'])
    bounds(bonettPriceInterval(table([1, 1, 7, 12]), 0.95), ['-0.508', '-0.013'])
    bounds(waldInterval(table([1, 1, 7, 12]), 0.95), ['-0.520', '-0.052'])
    bounds(newcombeInterval(table([59, 6, 16, 80]), 0.95), ['-0.1186', '-0.0046'])
    bounds(waldInterval(table([59, 6, 16, 80]), 0.95), ['-0.1184', '-0.0058'])
    bounds(bonettPriceInterval(table([59, 6, 16, 80]), 0.95), ['-0.1195', '-0.0032'])
    bounds(newcombeInterval(table([20, 12, 2, 16]), 0.95, 8), ['0.0618', '0.3242'])
    bounds(newcombeInterval(table([20, 12, 2, 16]), 0.95), ['0.0562', '0.3292'])
    bounds(newcombeInterval(table([8, 3, 1, 2]), 0.95), ['-0.1574', '0.4136'])
  })

  test('McNemar: exact, mid-p, asymptotic, corrected', () => {
    const bentur = table([1, 1, 7, 12])
    printed(mcNemarExact(bentur), '0.0703')
    printed(mcNemarMidP(bentur), '0.039063')
    printed(mcNemarAsymptotic(bentur).p, '0.033895')
    printed(mcNemarAsymptotic(bentur, true).p, '0.077100')
    const cavo = table([59, 6, 16, 80])
    printed(mcNemarExact(cavo), '0.052479')
    printed(mcNemarMidP(cavo), '0.034690')
    printed(mcNemarAsymptotic(cavo).p, '0.033006')
    printed(mcNemarAsymptotic(cavo, true).p, '0.055009')
  })
})

suite('shares', () => {
  test('Clopper–Pearson, both sides', () => {
    bounds(clopperPearson(13, 16, 0.95), ['0.5435', '0.9595'])
    bounds(clopperPearson(0, 10, 0.95), ['0', '0.3085'])
  })

  test('no refusal, or one, as an upper bound', () => {
    printed(clopperPearsonUpper(0, 59, 0.05), '0.0495')
    printed(clopperPearsonUpper(0, 149, 0.05), '0.0199')
    printed(clopperPearsonUpper(0, 299, 0.05), '0.00997')
    printed(clopperPearsonUpper(1, 236, 0.05), '0.0199')
    assert.equal(clopperPearsonUpper(5, 5, 0.05), 1)
    assert.equal(clopperPearsonLower(0, 5, 0.05), 0)
  })

  test('the same at every look at once', () => {
    const upper = (n: number): number => 1 - (0.05 / (n + 1)) ** (1 / n)
    for (const [n, cap] of [
      [69, 0.1],
      [158, 0.05],
      [451, 0.02],
    ] as const) {
      assert.ok(Math.abs(shareSequence(0, n, 0.05).upper - upper(n)) < 1e-9)
      assert.ok(upper(n) <= cap && upper(n - 1) > cap, `${n}`)
    }
    bounds(shareSequence(0, 100, 0.05), ['0', '0.073284'])
    bounds(shareSequence(5, 100, 0.05), ['0.006577', '0.160259'])
    bounds(shareSequence(700, 1000, 0.05), ['0.646985', '0.749662'])
  })
})

suite('clusters', () => {
  const psychiatry = clusters(
    [0, 1, 1, 1, 0, 3, 3, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0],
    [4, 2, 3, 2, 1, 3, 0, 2, 2, 4, 2, 4, 3, 2, 1, 3, 1, 2, 0, 0, 0, 2, 1, 2, 2, 0, 0, 1, 1],
    [7, 6, 7, 6, 4, 6, 5, 8, 4, 7, 3, 6, 7, 6, 5, 4, 6, 5, 4, 3, 5, 4, 4, 2, 3, 2, 2, 3, 1],
  )
  const thyroids = clusters(
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0],
    [3, 3, 3, 1, 3, 4, 3, 2, 2, 1, 3, 2, 3, 2, 2, 3, 3, 3, 2, 1, 2],
  )

  test('psychiatry (Durkalski 2003, Yang 2010)', () => {
    const found = clusteredMcNemar(psychiatry)
    printed(found.obuchowski, '7.1858')
    printed(found.durkalski, '7.5423')
    printed(found.yang, '8.4286')
    printed(plain(psychiatry), '11.8451')
    const difference = clusteredDifference(psychiatry.map(differences))
    printed(difference.mean, '-0.214815')
    printed(difference.standardError, '0.067291')
    printed(difference.designEffect, '1.265')
    printed(clusteredLower(difference, 0.05), '-0.32929')
  })

  test('thyroids (Obuchowski 1998, Durkalski 2003)', () => {
    const found = clusteredMcNemar(thyroids)
    printed(found.obuchowski, '2.8571')
    printed(found.durkalski, '2.3151')
    printed(found.yang, '3.1317')
    printed(plain(thyroids), '4.5')
    const difference = clusteredDifference(thyroids.map(differences))
    printed(difference.mean, '-0.117647')
    printed(difference.standardError, '0.063206')
    printed(clusteredLower(difference, 0.05), '-0.22666')
  })

  function clusters(b: readonly number[], c: readonly number[], n: readonly number[]) {
    return n.map((size, at) => ({
      candidateOnly: b[at] ?? 0,
      incumbentOnly: c[at] ?? 0,
      size,
    }))
  }

  function differences({ candidateOnly, incumbentOnly, size }: (typeof psychiatry)[number]) {
    return [
      ...Array.from({ length: candidateOnly }, () => 1),
      ...Array.from({ length: incumbentOnly }, () => -1),
      ...Array.from({ length: size - candidateOnly - incumbentOnly }, () => 0),
    ]
  }

  function plain(all: typeof psychiatry): number {
    const sum = (of: (one: (typeof all)[number]) => number) =>
      all.reduce((total, one) => total + of(one), 0)
    const pair = {
      candidateOnly: sum(({ candidateOnly }) => candidateOnly),
      incumbentOnly: sum(({ incumbentOnly }) => incumbentOnly),
    }
    return mcNemarAsymptotic(pair).statistic
  }
})

suite('evidence by betting', () => {
  const rows: readonly (readonly [number, number, number, number, string])[] = [
    [0, 0, 100, 0.05, '31.847783'],
    [0, 0, 59, 0.05, '6.412174'],
    [2, 3, 200, 0.05, '39.489754'],
    [5, 5, 300, 0.05, '488.148198'],
    [3, 4, 150, 0.1, '781.607788'],
  ]
  for (const [candidateOnly, incumbentOnly, size, margin, text] of rows)
    test(`${candidateOnly}, ${incumbentOnly} of ${size} at ${margin}`, () => {
      printed(eValues({ candidateOnly, incumbentOnly, size }, margin).pass, text)
    })

  test('for and against', () => {
    const { pass, fail } = eValues({ candidateOnly: 1, incumbentOnly: 9, size: 120 }, 0.05)
    printed(pass, '0.230117')
    printed(fail, '0.841346')
  })

  test('the first size without a difference that is enough', () => {
    assert.deepEqual(
      [0.02, 0.03, 0.05, 0.1].map((margin) => firstPassingSize(margin, 0.05)),
      [226, 150, 89, 43],
    )
  })

  test('the order of tasks does not matter, and a graded task counts by its difference', () => {
    const one = new EProcess(0.05)
    const other = new EProcess(0.05)
    for (const difference of [1, -1, 0, 0.5, 0]) one.add(difference)
    for (const difference of [0, 0, 0.5, -1, 1]) other.add(difference)
    assert.ok(Math.abs(one.logPass - other.logPass) < 1e-12)
    assert.ok(Math.abs(one.logFail - other.logFail) < 1e-12)
  })

  test('phrasings that are refused differently', () => {
    printed(disparityEvidence(7, 0), '16.0')
    printed(disparityEvidence(8, 0), '28.4444')
    printed(disparityEvidence(12, 2), '12.00293')
    printed(disparityEvidence(25, 9), '9.35828')
  })

  test('the normal mixture (confseq)', () => {
    const rho = bestRho(100, 0.05)
    printed(rho, '12.60056')
    printed(logNormalMixture(10, 100, rho), '-0.6510052')
    printed(normalMixtureBound(100, 0.05, rho), '30.35209')
  })
})

suite('phrasings', () => {
  test('Cochran’s Q (statsmodels)', () => {
    const first = cochranQ([
      [1, 0, 1, 1],
      [0, 1, 1, 1],
      [1, 1, 1, 0],
      [0, 1, 0, 0],
      [0, 1, 0, 0],
      [1, 0, 1, 0],
      [0, 1, 0, 0],
      [1, 1, 1, 1],
      [0, 1, 0, 0],
    ])
    printed(first.statistic, '4.2')
    assert.equal(first.degrees, 3)
    printed(first.p, '0.2407')
    const second = cochranQ([
      [0, 0, 1, 1, 0],
      [0, 1, 0, 1, 0],
      [0, 1, 1, 0, 1],
      [1, 0, 0, 0, 1],
      [1, 1, 0, 0, 0],
      [1, 0, 1, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 1, 1, 0],
      [0, 0, 0, 0, 0],
    ])
    printed(second.statistic, '1.2174')
    printed(second.p, '0.8752')
  })
})

suite('plans', () => {
  const sizes: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
    '0.04': [
      [340, 457],
      [147, 192],
      [51, 65],
    ],
    '0.10': [
      [717, 987],
      [274, 374],
      [81, 108],
    ],
    '0.20': [
      [1386, 1918],
      [507, 699],
      [134, 183],
    ],
  }
  for (const [discordance, row] of Object.entries(sizes))
    for (const [at, margin] of [0.03, 0.05, 0.1].entries())
      test(`tasks for a margin of ${margin} at ${discordance} discordance`, () => {
        const question = { margin, discordance: Number(discordance), difference: 0, alpha: 0.05 }
        assert.deepEqual([sampleSize(question, 0.8), sampleSize(question, 0.9)], row[at])
        assert.ok(powerOf(question, row[at]?.[0] ?? 0) >= 0.8)
        assert.ok(powerOf(question, (row[at]?.[0] ?? 0) - 1) < 0.8)
      })

  test('graded tasks (Miller 2024)', () => {
    assert.equal(meanSampleSize({ variance: 1 / 9, difference: 0.03, alpha: 0.05 }, 0.8), 969)
  })
})

test('many claims at once', () => {
  const ps = [0.01, 0.04, 0.03, 0.005]
  assert.deepEqual(
    holm(ps).map((p) => p.toFixed(2)),
    ['0.03', '0.06', '0.06', '0.02'],
  )
  assert.deepEqual(
    benjaminiHochberg(ps).map((p) => p.toFixed(2)),
    ['0.02', '0.04', '0.04', '0.02'],
  )
  assert.deepEqual(
    eHolm([100, 25, 1000 / 30, 200]).map((p) => p.toFixed(2)),
    ['0.03', '0.06', '0.06', '0.02'],
  )
})
