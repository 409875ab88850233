import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  apple,
  assess,
  framework,
  heldApple,
  heldLychee,
  lychee,
  mango,
  workflow,
} from '../../../test/fixtures/sovereignty/orchard.ts'
import { SovereigntyAssessment } from '../../schema/sovereignty.ts'
import { type AttestedAnswer, checkAnswers } from './check-answers.ts'
import { homeRegionOf } from './home-region.ts'
import { maxima } from './score-criteria.ts'

const criteria = framework.objectives.flatMap((one) => one.criteria)

function attested(criterion: string, answer: number): AttestedAnswer {
  return { criterion, answer, evidence: ['file 7'], by: 'counsel', at: '2026-11-01' }
}

/** The best answer to every criterion, which the source does not always put last. */
const best = criteria.map((one) => {
  const values = one.answers.map((answer) => answer.value)
  return attested(one.id, values.indexOf(Math.max(...values)) + 1)
})

function rounded(number: number | undefined, digits: number): number {
  return Number((number ?? Number.NaN).toFixed(digits))
}

describe('the framework', () => {
  test('has 48 criteria, where its narrative names 43', () => {
    assert.deepEqual(
      framework.objectives.map((one) => one.criteria.length),
      [8, 6, 5, 6, 7, 5, 7, 4],
    )
    assert.equal(criteria.length, 48)
    assert.equal(framework.criteriaStated, 43)
  })

  test('reaches the published maxima per objective', () => {
    const all = new Set(framework.objectives.map((one) => one.code))
    assert.deepEqual(
      [...maxima(framework, all).values()].map((one) => rounded(one, 2)),
      [1000.03, 1002, 1000, 1002, 1001, 1000, 1001, 1000],
    )
  })

  test('has weights that add up to one, in both profiles', () => {
    for (const weights of Object.values(framework.weights)) {
      assert.equal(
        rounded(
          Object.values(weights).reduce((sum, one) => sum + one, 0),
          9,
        ),
        1,
      )
    }
  })

  test('has the criteria that can never govern which the guidance implies', () => {
    const inert = assess([])
      .criteria.filter((one) => one.inert)
      .map((one) => one.criterion)
    assert.deepEqual(inert, [
      'SOV-1.2',
      'SOV-1.4',
      'SOV-1.5',
      'SOV-1.6',
      'SOV-1.7',
      'SOV-2.5',
      'SOV-5.3',
      'SOV-7.2',
      'SOV-8.4',
    ])
  })

  test('has two answers without a label, which stay without', () => {
    const [first] = criteria.filter((one) => one.answers.some((answer) => answer.label === null))
    assert.equal(first?.id, 'SOV-1.6')
    const one = assess([], { answers: [attested('SOV-1.6', 2)] }).criteria.find(
      (own) => own.criterion === 'SOV-1.6',
    )
    assert.deepEqual([one?.label, one?.value, one?.gap], [null, 31.25, null])
  })
})

describe('score and level', () => {
  test('the best answers pass 100 % a little, and are not clamped', () => {
    const june = assess([], { evidence: null, answers: best })
    assert.equal(rounded(june.score.percent, 4), 100.0756)
    assert.equal(rounded(june.score.maximumPercent, 4), 100.0756)
    const october = assess([], { evidence: null, answers: best, weightProfile: 'csf-1.2.1' })
    assert.equal(october.score.percent, 100.08045)
    assert.deepEqual([june.overallSeal, june.gaps], [4, []])
  })

  test('a level is the least of the answers, and the answer that set it is named', () => {
    const result = assess([], {
      evidence: null,
      answers: [attested('SOV-2.1', 3), attested('SOV-3.1', 2), attested('SOV-6.4', 3)],
    })
    assert.equal(result.overallSeal, 1)
    assert.deepEqual(result.governingCriterion, {
      criterion: 'SOV-3.1',
      answer: 2,
      label: 'Primarily the provider but not exclusively',
      seal: 1,
    })
    assert.deepEqual(result.governedBy, ['SOV-3.1'])
    assert.deepEqual(
      result.objectives.map((one) => one.level),
      [null, 4, 1, null, null, 3, null, null],
    )
  })

  test('what is not answered is a gap: it adds nothing and sets no level', () => {
    const result = assess([], { evidence: null })
    assert.equal(result.gaps.length, 48)
    assert.deepEqual(
      [result.score.percent, result.overallSeal, result.level, result.governingCriterion],
      [0, null, null, null],
    )
    const one = result.criteria[0]
    assert.deepEqual([one?.value, one?.seal, one?.answeredBy], [null, null, null])
  })

  test('the same level may come with any score: neither is derived from the other', () => {
    const weak = assess([], { evidence: null, answers: [attested('SOV-1.2', 1)] })
    const strong = assess([], { evidence: null, answers: [attested('SOV-1.2', 5)] })
    assert.deepEqual([weak.overallSeal, strong.overallSeal], [4, 4])
    assert.deepEqual([weak.score.percent, strong.score.percent], [0, 2.5])
  })

  test('an assessment fits its published schema', () => {
    for (const home of ['DE', 'CH', null]) {
      SovereigntyAssessment.parse(
        assess([workflow('sorting', [mango, heldLychee])], {
          homeJurisdiction: home,
          answers: best,
          requiredSeals: [{ workflow: 'sorting', seal: 2 }],
        }),
      )
    }
  })
})

describe('attestations', () => {
  const work = [workflow('sorting', [mango, lychee])]
  const answerTo = (answers: readonly AttestedAnswer[]) => {
    const result = assess(work, { answers })
    return { result, one: result.criteria.find((own) => own.criterion === 'SOV-1.8') }
  }

  test('better than what simulation shows is a contradiction and does not count', () => {
    const { result, one } = answerTo([attested('SOV-1.8', 5)])
    assert.deepEqual([one?.answer, one?.answeredBy], [4, 'simulation'])
    assert.deepEqual(
      result.contradictions.map((own) => [own.criterion, own.attested, own.shownAtMost, own.by]),
      [['SOV-1.8', 5, 4, 'counsel']],
    )
  })

  test('worse than what simulation shows counts: a person may know more', () => {
    const { result, one } = answerTo([attested('SOV-1.8', 2)])
    assert.deepEqual([one?.answer, one?.seal, one?.answeredBy], [2, 0, 'attestation'])
    assert.deepEqual(one?.evidence.slice(0, 2), ['attested by counsel as of 2026-11-01', 'file 7'])
    assert.deepEqual(result.contradictions, [])
  })

  test('where simulation leaves a gap an attestation counts up to what the facts allow', () => {
    const open = (answer: number) => {
      const result = assess(work, { answers: [attested('SOV-2.4', answer)] })
      return [
        result.criteria.find((own) => own.criterion === 'SOV-2.4')?.answer,
        result.contradictions.length,
      ]
    }
    assert.deepEqual(open(3), [3, 0])
    assert.deepEqual(open(4), [null, 1])
  })

  test('a criterion or an answer that the framework does not have is told with what it has', () => {
    const problems = checkAnswers(framework, [
      attested('SOV-2.9', 1),
      attested('SOV-2.1', 4),
      attested('SOV-2.2', 1),
      attested('SOV-2.2', 2),
    ])
    assert.deepEqual(
      problems.map((one) => [one.index, one.key]),
      [
        [0, 'criterion'],
        [1, 'answer'],
        [3, 'criterion'],
      ],
    )
    assert.equal(problems[0]?.expected, 'SOV-2.1 to SOV-2.6')
    assert.match(problems[1]?.expected ?? '', /^1 to 3: 1 Non-EU only; 2 Mixed/)
  })
})

describe('catalogue answers', () => {
  const answerTo = (criterion: string, options: Parameters<typeof workflow>[1]) => {
    const one = assess([workflow('sorting', options)]).criteria.find(
      (own) => own.criterion === criterion,
    )
    return [one?.answer ?? null, one?.answeredBy ?? null]
  }

  test('SOV-3.5: closed foreign models, an open alternative, models of vendors at home', () => {
    assert.deepEqual(answerTo('SOV-3.5', [mango]), [1, 'catalogue'])
    assert.deepEqual(answerTo('SOV-3.5', [mango, heldLychee]), [3, 'catalogue'])
    assert.deepEqual(answerTo('SOV-3.5', [apple]), [4, 'catalogue'])
  })

  test('SOV-6.3: closed, open by licence, and neither told', () => {
    assert.deepEqual(answerTo('SOV-6.3', [mango]), [1, 'catalogue'])
    assert.deepEqual(answerTo('SOV-6.3', [heldLychee]), [3, 'catalogue'])
    assert.deepEqual(answerTo('SOV-6.3', [apple]), [null, null])
  })
})

describe('home', () => {
  test("is the framework's own region for every member, and where nobody said", () => {
    assert.equal(homeRegionOf('de').anchor, 'EU')
    assert.equal(homeRegionOf('NO').anchor, 'EU')
    assert.equal(homeRegionOf(null).anchor, 'EU')
    assert.equal(homeRegionOf('CH').anchor, 'CH')
    assert.match(assess([], { homeJurisdiction: null }).notices.join(), /homeJurisdiction/)
  })

  test('elsewhere the method is re-anchored, which is no SEAL', () => {
    const result = assess([workflow('sorting', [mango])], { homeJurisdiction: 'us' })
    assert.equal(result.label, 'CSF method re-anchored to US')
    assert.equal(result.overallSeal, null)
    assert.equal(result.level, 2)
    assert.doesNotMatch(JSON.stringify(result), /SEAL/)
    // At home in the US a US supplier is no dependence; SOV-1 keeps the EU, and is told apart.
    const byId = new Map(result.criteria.map((one) => [one.criterion, one]))
    assert.deepEqual([byId.get('SOV-4.6')?.anchor, byId.get('SOV-4.6')?.answer], ['US', 5])
    assert.deepEqual([byId.get('SOV-1.8')?.anchor, byId.get('SOV-1.8')?.answer], ['EU', 1])
    assert.deepEqual(
      result.objectives.map((one) => one.counts),
      [false, true, true, true, true, true, true, true],
    )
    assert.equal(rounded(result.score.maximumPercent, 3), 80.075)
  })
})

describe('workflows that ask for a level', () => {
  test('are assessed from their own part, and those below are told with what sets it', () => {
    const result = assess([workflow('sorting', [mango]), workflow('labels', [heldApple])], {
      requiredSeals: [
        { workflow: 'sorting', seal: 2 },
        { workflow: 'labels', seal: 2 },
        { workflow: 'nowhere', seal: 1 },
      ],
    })
    assert.deepEqual(
      result.workflows.map((one) => [one.workflow, one.level, one.met]),
      [
        ['sorting', 0, false],
        ['labels', 3, true],
        ['nowhere', null, false],
      ],
    )
    assert.match(result.workflows[0]?.text ?? '', /SOV-1\.8.*sorting stops without/)
  })

  test('hold to the attestations of the organisation', () => {
    const [one] = assess([workflow('labels', [heldApple])], {
      requiredSeals: [{ workflow: 'labels', seal: 2 }],
      answers: [attested('SOV-3.1', 1)],
    }).workflows
    assert.deepEqual([one?.level, one?.met, one?.governedBy], [0, false, ['SOV-3.1']])
  })
})

describe('the AI extension', () => {
  const layersOf = (...workflows: Parameters<typeof assess>[0]) =>
    new Map(assess(workflows).aiExtension.layers.map((one) => [one.layer, one]))

  test('sums squared shares of criticality-weighted work', () => {
    const layers = layersOf(
      workflow('a', [mango], { criticality: 'critical' }),
      workflow('b', [lychee], { criticality: 'important' }),
      workflow('c', [apple], { criticality: 'important' }),
    )
    const provider = layers.get('provider')
    assert.equal(rounded(provider?.hhi ?? undefined, 6), 10_000 * (0.25 + 0.0625 + 0.0625))
    assert.equal(rounded(provider?.effectiveNumber ?? undefined, 6), rounded(1 / 0.375, 6))
    assert.deepEqual(provider?.shares[0], { element: 'provider:mango', share: 0.5 })
    assert.deepEqual(provider?.worstLoss, { element: 'provider:mango', share: 0.5 })
    assert.equal(provider?.cutOffExposure, 1)
  })

  test('a fallback lowers the cut-off exposure and not the concentration', () => {
    const bare = layersOf(workflow('a', [mango])).get('provider')
    const backed = layersOf(workflow('a', [mango, lychee])).get('provider')
    assert.deepEqual([bare?.hhi, backed?.hhi], [10_000, 10_000])
    assert.deepEqual([bare?.cutOffExposure, backed?.cutOffExposure], [1, 0])
    assert.equal(backed?.worstLoss, null)
  })

  test('weights that are held are a part of their own, and unknown layers say how much is known', () => {
    const layers = layersOf(workflow('a', [heldLychee]), workflow('b', [mango]))
    assert.deepEqual(
      layers.get('weights')?.shares.map((one) => one.element),
      ['held weights', 'vendor:mango'],
    )
    assert.equal(layers.get('route')?.known, 0.5)
    assert.equal(layers.get('hardware')?.hhi, null)
  })

  test('is no part of the score', () => {
    const one = assess([workflow('a', [mango])])
    const other = assess([workflow('a', [mango]), workflow('b', [mango])])
    assert.equal(one.score.percent, other.score.percent)
  })
})

describe('properties', () => {
  const anyAnswers = fc
    .uniqueArray(fc.nat({ max: criteria.length - 1 }), { maxLength: criteria.length })
    .chain((places) =>
      fc.tuple(
        ...places.map((place) =>
          fc
            .integer({ min: 1, max: criteria[place]?.answers.length ?? 1 })
            .map((answer) => attested(criteria[place]?.id ?? '', answer)),
        ),
      ),
    )

  test('one more answer never raises the level', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const all = assess([], { evidence: null, answers }).level
        const fewer = assess([], { evidence: null, answers: answers.slice(1) }).level
        assert.ok(fewer === null || (all !== null && all <= fewer))
      }),
      { numRuns: 60 },
    )
  })

  test('the order of answers and of workflows changes nothing', () => {
    const work = [
      workflow('a', [mango, lychee]),
      workflow('b', [heldApple], { criticality: 'supporting' }),
      workflow('c', [apple]),
    ]
    fc.assert(
      fc.property(
        anyAnswers.chain((answers) =>
          fc.tuple(
            fc.constant(answers),
            fc.shuffledSubarray([...answers], { minLength: answers.length }),
            fc.shuffledSubarray(work, { minLength: work.length }),
          ),
        ),
        ([answers, shuffled, otherWork]) => {
          const one = assess(work, { answers })
          const other = assess(otherWork, { answers: shuffled })
          assert.deepEqual(
            [other.score, other.level, other.governedBy, other.gaps],
            [one.score, one.level, one.governedBy, one.gaps],
          )
        },
      ),
      { numRuns: 20 },
    )
  })

  test('the level is the least over its objectives', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const result = assess([], { evidence: null, answers })
        const levels = result.objectives.flatMap((one) => one.level ?? [])
        assert.equal(result.level, levels.length === 0 ? null : Math.min(...levels))
      }),
      { numRuns: 40 },
    )
  })
})
