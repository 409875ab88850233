import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  answerTo,
  apple,
  deny,
  durian,
  heldApple,
  heldLychee,
  lychee,
  mango,
  papaya,
  sorters,
  unqualified,
  workflow,
} from '../../../test/fixtures/sovereignty/orchard.ts'

const foreign = [
  'foreign-person-authorised',
  'foreign-person-not-authorised',
  'undetermined',
] as const

describe('SOV-1.8, resilience to cut-off', () => {
  const answer = (
    ...args: Parameters<typeof answerTo> extends [string, ...infer Rest] ? Rest : never
  ) => answerTo('SOV-1.8', ...args)

  test('a single loss abroad that stops critical work is an immediate shutdown', () => {
    const one = answer([workflow('sorting', [mango, papaya])])
    assert.deepEqual([one.answer, one.seal, one.value, one.answeredBy], [1, 0, 0, 'simulation'])
    assert.deepEqual(one.evidence, ['sorting stops without jurisdiction:US'])
  })

  test('work that stops before anything is lost is shut down already', () => {
    const one = answer([workflow('sorting', [mango])], {
      held: deny('us-1', 'mango/ripe', foreign),
    })
    assert.equal(one.answer, 1)
    assert.match(one.evidence[0] ?? '', /sorting stops already/)
  })

  test('when only unqualified fallbacks are left the work would likely stop with a delay', () => {
    const one = answer([workflow('sorting', [mango, unqualified(apple)])])
    assert.deepEqual([one.answer, one.seal], [2, 0])
  })

  test('when it goes on below full service it continues for a time', () => {
    const late = { ...apple, rtoMs: 60_000 }
    const one = answer([workflow('sorting', [mango, late], { rtoMs: 1_000, mtpdMs: 600_000 })])
    assert.deepEqual([one.answer, one.seal], [3, 2])
  })

  test('a qualified fallback under another law is an alternative supplier', () => {
    const one = answer([workflow('sorting', [mango, lychee])])
    assert.deepEqual([one.answer, one.seal], [4, 2])
    assert.ok(one.evidence.some((fact) => fact.includes('together stop sorting')))
  })

  test('a foreign member of a pair keeps full autonomy away, even beside weights that are held', () => {
    const one = answer([workflow('sorting', [mango, heldLychee])])
    assert.equal(one.answer, 4)
  })

  test('three foreign suppliers under three laws are no autonomy, though no pair stops the work', () => {
    const kiwi = {
      ...mango,
      id: 'kiwi/x@kiwi',
      model: 'kiwi/x',
      elements: ['jurisdiction:NZ', 'model:kiwi/x', 'provider:kiwi', 'vendor:kiwi'],
    }
    const one = answer([workflow('sorting', [mango, lychee, kiwi])])
    assert.equal(one.answer, 4)
    assert.ok(one.evidence.some((fact) => fact.includes('everything outside home')))
  })

  test('work that only home serves is autonomous', () => {
    const one = answer([workflow('sorting', [heldApple, apple])])
    assert.deepEqual([one.answer, one.seal, one.value], [5, 4, 125])
  })

  test('what lies nowhere known counts as abroad, and the reason says so', () => {
    const one = answer([workflow('sorting', [durian])])
    assert.equal(one.answer, 1)
    assert.match(one.evidence[0] ?? '', /nobody says where it is/)
  })

  test('losses at home are no cut-off: only what others can take away counts', () => {
    assert.equal(answer([workflow('sorting', [heldApple])]).answer, 5)
  })

  test('only critical work is asked about, and all of it where none is called critical', () => {
    const critical = workflow('sorting', [heldApple])
    const other = (criticality: 'supporting' | null) => workflow('labels', [mango], { criticality })
    assert.equal(answer([critical, other('supporting')]).answer, 5)
    assert.equal(answer([other(null)]).answer, 1)
  })

  test('an unknown model leaves a gap, unless the worst is shown already', () => {
    const unknown = (options: Parameters<typeof workflow>[1]) => {
      const own = workflow('sorting', options)
      return {
        ...own,
        needs: own.needs.map((need) => ({ ...need, unknown: 'written `fruit-latest`' })),
      }
    }
    const gap = answer([unknown([heldApple])])
    assert.deepEqual([gap.answer, gap.seal, gap.answeredBy], [null, null, null])
    assert.match(gap.gap ?? '', /not known/)
    assert.equal(answer([unknown([mango])]).answer, 1)
  })

  test('work of which nothing is known shows no autonomy, and a mere mention is no work', () => {
    const bare = { needs: [] }
    assert.equal(answer([workflow('sorting', [heldApple], bare)]).answer, null)
    const mention = { needs: [], source: 'inferred', criticality: null } as const
    assert.equal(
      answer([workflow('sorting', [heldApple]), workflow('docs', [], mention)]).answer,
      5,
    )
    assert.equal(answer([workflow('docs', [], mention)]).gap, 'no work is known')
  })

  test('classes without people are not asked about', () => {
    const headcount = {
      'not-foreign-person': 3,
      'foreign-person-authorised': 0,
      'foreign-person-not-authorised': 0,
      undetermined: 0,
    }
    const held = deny('us-1', 'apple/red', foreign)
    assert.equal(answer([workflow('sorting', [apple], { headcount })], { held }).answer, 5)
    assert.equal(answer([workflow('sorting', [apple])], { held }).answer, 1)
  })

  test('a common cause abroad is lost as one', () => {
    const one = answer([workflow('sorting', [mango, lychee])], {
      commonCauses: { tropics: ['provider:mango', 'provider:lychee'] },
    })
    assert.equal(one.answer, 1)
    assert.match(one.evidence[0] ?? '', /common-cause:tropics/)
  })
})

describe('SOV-4.6, jurisdiction of suppliers', () => {
  test('has the words of SOV-1.8 with other levels', () => {
    const levels = [[mango], [mango, unqualified(apple)], [mango, lychee], [heldApple]].map(
      (options) => {
        const one = answerTo('SOV-4.6', [workflow('sorting', options)])
        return [one.answer, one.seal, one.value]
      },
    )
    assert.deepEqual(levels, [
      [1, 0, 0],
      [2, 2, 41.75],
      [4, 3, 125.25],
      [5, 4, 167],
    ])
  })

  test('asks about suppliers and laws, not about causes that an organisation declares', () => {
    const one = answerTo('SOV-4.6', [workflow('sorting', [mango, lychee])], {
      commonCauses: { tropics: ['provider:mango', 'provider:lychee'] },
    })
    assert.equal(one.answer, 4)
  })
})

describe('SOV-5.6, single point of dependency', () => {
  const answer = (...workflows: Parameters<typeof answerTo>[1]) =>
    answerTo('SOV-5.6', workflows).answer
  const home = (id: string, changes = {}) => workflow(id, [heldApple], changes)
  const abroad = (id: string, changes = {}) => workflow(id, [mango, apple], changes)

  test('only foreign options everywhere', () =>
    assert.equal(answer(workflow('a', [mango, lychee])), 1))
  test('most critical work relies on foreign vendors', () => assert.equal(answer(abroad('a')), 2))
  test('half of the critical work does', () => assert.equal(answer(abroad('a'), home('b')), 3))
  test('only a few pieces of other work do, and they are written down', () => {
    const supporting = { criticality: 'supporting' } as const
    assert.equal(answer(home('a'), abroad('b', supporting), home('c', supporting)), 4)
    assert.equal(answer(home('a'), abroad('b', supporting)), 3, 'most of the other work is not few')
    const inferred = { ...supporting, source: 'inferred' } as const
    assert.equal(
      answer(home('a'), abroad('b', inferred), home('c', supporting)),
      3,
      'not written down',
    )
  })
  test('nothing relies on anything abroad', () => assert.equal(answer(home('a')), 5))
  test('work that a directive has stopped still relies on what it could have used', () => {
    const one = answerTo('SOV-5.6', [workflow('a', [mango])], {
      held: deny('us-1', 'mango/ripe', ['not-foreign-person', ...foreign]),
    })
    assert.equal(one.answer, 1)
  })
  test('work of which nothing is known keeps the best answers away', () => {
    const bare = home('b', { needs: [], criticality: 'supporting' })
    assert.equal(answer(home('a'), bare), null)
    assert.equal(answer(abroad('a'), bare), 2)
  })
  test("people and tools of one's own are at home", () => {
    assert.equal(answer(workflow('a', [sorters])), 5)
  })
})

describe('SOV-2.4, export control', () => {
  const answer = (
    options: Parameters<typeof workflow>[1],
    held: ReturnType<typeof deny> = {},
    homeJurisdiction = 'DE',
  ) => answerTo('SOV-2.4', [workflow('sorting', options)], { held, homeJurisdiction })

  test('a foreign directive that denies everybody restricts a state', () => {
    const one = answer(
      [mango, apple],
      deny('us-1', 'mango/ripe', ['not-foreign-person', ...foreign]),
    )
    assert.deepEqual([one.answer, one.seal], [1, 0])
    assert.match(one.evidence[0] ?? '', /us-1 \(review: unverified\) denies an option of sorting/)
  })

  test('one that denies foreign persons restricts citizens', () => {
    const one = answer([mango, apple], deny('us-1', 'mango/ripe', foreign))
    assert.deepEqual([one.answer, one.seal], [2, 1])
  })

  test('a directive of an authority at home is no export control against home', () => {
    assert.equal(answer([apple, heldApple], deny('fr-1', 'apple/red', foreign)).answer, 5)
  })

  test('exposure without a restriction in force is a gap: revenue cannot be simulated', () => {
    const one = answer([mango, lychee])
    assert.equal(one.answer, null)
    assert.match(one.gap ?? '', /shares of revenue/)
  })

  test('a way home for all critical work is a part that cannot be restricted', () => {
    const one = answer([mango, heldApple])
    assert.deepEqual([one.answer, one.seal], [4, 3])
  })

  test('nothing abroad, nothing to restrict', () => {
    assert.equal(answer([heldApple, apple]).answer, 5)
  })
})
