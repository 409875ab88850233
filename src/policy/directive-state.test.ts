import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Directive } from '../schema/directive.ts'
import { directiveStateAt, instantOf, isWithdrawn, widestInstantOf } from './directive-state.ts'

const orchard = {
  id: 'xx-orchard-2026-06-12',
  title: 'Licence requirement on two apples',
  instrument: 'is-informed-letter',
  issuer: 'xx/orchard',
  publication: 'published',
  source: { title: 'letter', retrieved: '2026-06-16' },
  effect: 'require-authorisation',
  scope: {
    models: ['orchard/apple-1', 'orchard/pear-1'],
    persons: 'foreign-person',
    definition: 'us-ear-772.1',
  },
  status: [
    { at: '2026-06-12T21:21:00Z', is: 'effective' },
    { on: '2026-06-30', is: 'lifted' },
  ],
}

function directive(changes: object = {}): Directive {
  return Directive.parse({ ...orchard, ...changes })
}

describe('instantOf', () => {
  test('a restriction known to the day starts where the day starts first, a relief where it ends last', () => {
    assert.equal(instantOf({ on: '2026-06-12' }, 'restriction'), '2026-06-11T10:00:00.000Z')
    assert.equal(instantOf({ on: '2026-06-30' }, 'relief'), '2026-07-01T12:00:00.000Z')
  })

  test('an instant is an instant, with milliseconds', () => {
    assert.equal(
      instantOf({ at: '2026-06-12T21:21:00Z' }, 'restriction'),
      '2026-06-12T21:21:00.000Z',
    )
    assert.equal(instantOf({ at: '2026-06-12T21:21:00.5Z' }, 'relief'), '2026-06-12T21:21:00.500Z')
  })
})

describe('status', () => {
  function isInForce(status: readonly object[], at: string, changes: object = {}): boolean {
    return directiveStateAt(directive({ ...changes, status }), at).isInForce
  }

  test('it is in force from its effective line until it is lifted', () => {
    const { status } = orchard
    assert.equal(isInForce(status, '2026-06-12T21:20:59.999Z'), false)
    assert.equal(isInForce(status, '2026-06-12T21:21:00Z'), true)
    assert.equal(isInForce(status, '2026-07-01T11:59:59.999Z'), true)
    assert.equal(isInForce(status, '2026-07-01T12:00:00Z'), false)
  })

  test('`issued` changes nothing, before or after', () => {
    const status = [
      { at: '2026-06-10T00:00:00Z', is: 'issued' },
      { at: '2026-06-12T00:00:00Z', is: 'effective' },
      { at: '2026-06-13T00:00:00Z', is: 'issued' },
    ]
    assert.equal(isInForce(status, '2026-06-11T00:00:00Z'), false)
    assert.equal(isInForce(status, '2026-06-14T00:00:00Z'), true)
  })

  test('a suspension holds until the next effective line', () => {
    const status = [
      { at: '2026-06-12T00:00:00Z', is: 'effective' },
      { at: '2026-06-14T00:00:00Z', is: 'suspended' },
      { at: '2026-06-16T00:00:00Z', is: 'effective' },
    ]
    assert.equal(isInForce(status, '2026-06-15T00:00:00Z'), false)
    assert.equal(isInForce(status, '2026-06-17T00:00:00Z'), true)
  })

  test('of two lines at one instant the later line of the file wins', () => {
    const both = [
      { at: '2026-06-12T00:00:00Z', is: 'effective' },
      { at: '2026-06-12T00:00:00.000Z', is: 'lifted' },
    ]
    assert.equal(isInForce(both, '2026-06-12T00:00:00Z'), false)
    assert.equal(isInForce(both.toReversed(), '2026-06-12T00:00:00Z'), true)
  })

  test('only instruments that can restrict are ever in force', () => {
    const results = [
      'is-informed-letter',
      'regulation',
      'sanction',
      'licence',
      'request',
      'vendor-decision',
      'contract',
    ].map((instrument) => isInForce(orchard.status, '2026-06-20T00:00:00Z', { instrument }))
    assert.deepEqual(results, [true, true, true, true, false, false, false])
  })

  test('`reviewDue` never lifts', () => {
    const late = directive({
      status: [{ on: '2026-06-12', is: 'effective' }],
      reviewDue: '2026-12-31',
    })
    assert.equal(directiveStateAt(late, '2030-01-01T00:00:00Z').isInForce, true)
    assert.equal(directiveStateAt(late, '2030-01-01T00:00:00Z').changesAt, null)
  })
})

describe('carve-outs', () => {
  const spared = directive({
    carveOuts: [
      { on: '2026-06-26', models: ['orchard/pear-1'], until: '2026-06-29T00:00:00Z' },
      { id: 'staff', at: '2026-06-14T00:00:00Z', employment: 'permanent-and-regular' },
    ],
  })

  function clausesAt(at: string): readonly string[] {
    return directiveStateAt(spared, at).carveOuts.map(({ clause }) => clause)
  }

  test('one known to the day starts at the last instant of that day, and ends at `until`', () => {
    assert.deepEqual(clausesAt('2026-06-27T11:59:59.999Z'), ['staff'])
    assert.deepEqual(clausesAt('2026-06-27T12:00:00Z'), ['carve-out-1', 'staff'])
    assert.deepEqual(clausesAt('2026-06-29T00:00:00Z'), ['staff'])
  })

  test('changesAt walks through every change once and then ends', () => {
    const seen: string[] = []
    let at: string | null = '2026-06-01T00:00:00Z'
    while (at !== null) {
      at = directiveStateAt(spared, at).changesAt
      if (at !== null) seen.push(at)
    }
    assert.deepEqual(seen, [
      '2026-06-12T21:21:00.000Z',
      '2026-06-14T00:00:00.000Z',
      '2026-06-27T12:00:00.000Z',
      '2026-06-29T00:00:00.000Z',
      '2026-07-01T12:00:00.000Z',
    ])
  })

  test('a line that repeats what holds is no change', () => {
    const repeated = directive({
      status: [
        { at: '2026-06-12T00:00:00Z', is: 'effective' },
        { at: '2026-06-13T00:00:00Z', is: 'effective' },
        { at: '2026-06-14T00:00:00Z', is: 'lifted' },
      ],
    })
    assert.equal(
      directiveStateAt(repeated, '2026-06-12T00:00:00Z').changesAt,
      '2026-06-14T00:00:00.000Z',
    )
  })
})

describe('acts of the vendor', () => {
  const source = 'notice'
  const apple = 'orchard/apple-1'
  const pear = 'orchard/pear-1'

  function withdrawnAt(vendorActions: readonly object[], at: string): readonly string[] {
    const state = directiveStateAt(directive({ vendorActions }), at)
    return [apple, pear].filter((model) => isWithdrawn(state, model, 'orchard'))
  }

  test('a model is gone from the first instant of the day and back after the last', () => {
    const actions = [
      { on: '2026-06-12', models: [apple, pear], effect: 'withdrawn-for-all', source },
      { on: '2026-07-01', models: [apple], effect: 'restored', source },
    ]
    assert.deepEqual(withdrawnAt(actions, '2026-06-11T09:59:59.999Z'), [])
    assert.deepEqual(withdrawnAt(actions, '2026-06-11T10:00:00Z'), [apple, pear])
    assert.deepEqual(withdrawnAt(actions, '2026-07-02T11:59:59.999Z'), [apple, pear])
    assert.deepEqual(withdrawnAt(actions, '2026-07-02T12:00:00Z'), [pear])
  })

  test('`limited` takes nothing from everybody, and ends a withdrawal only after its day', () => {
    const actions = [
      { at: '2026-06-12T00:00:00Z', models: [apple], effect: 'withdrawn-for-all', source },
      { on: '2026-06-26', models: [apple], effect: 'limited', source },
    ]
    assert.deepEqual(withdrawnAt(actions.slice(1), '2026-07-20T00:00:00Z'), [])
    assert.deepEqual(withdrawnAt(actions, '2026-06-27T11:00:00Z'), [apple])
    assert.deepEqual(withdrawnAt(actions, '2026-06-27T12:00:00Z'), [])
  })

  test('providers are told apart, in both directions', () => {
    const all = { at: '2026-06-12T00:00:00Z', models: [apple], effect: 'withdrawn-for-all', source }
    const back = { at: '2026-06-13T00:00:00Z', models: [apple], effect: 'restored', source }
    const over = (providers: readonly string[]) => ({ providers })
    function gone(actions: readonly object[]): readonly string[] {
      const state = directiveStateAt(directive({ vendorActions: actions }), '2026-06-14T00:00:00Z')
      return ['orchard', 'barn'].filter((provider) => isWithdrawn(state, apple, provider))
    }
    assert.deepEqual(gone([{ ...all, ...over(['barn']) }]), ['barn'])
    assert.deepEqual(gone([all, { ...back, ...over(['barn']) }]), ['orchard'])
    assert.deepEqual(
      gone([
        { ...all, ...over(['barn', 'orchard']) },
        { ...back, ...over(['barn']) },
      ]),
      ['orchard'],
    )
    assert.deepEqual(gone([{ ...all, ...over(['barn']) }, back]), [])
  })

  test('an act of the vendor puts no rule in force', () => {
    const state = directiveStateAt(
      directive({
        instrument: 'vendor-decision',
        vendorActions: [{ on: '2026-06-12', models: [apple], effect: 'withdrawn-for-all', source }],
      }),
      '2026-06-20T00:00:00Z',
    )
    assert.equal(state.isInForce, false)
    assert.equal(state.withdrawn.length, 1)
  })
})

describe('widestInstantOf', () => {
  const act = { models: ['orchard/apple-1'], effect: 'withdrawn-for-all', source: 'notice' }

  test('it is the first restriction when the vendor acted before or in no time', () => {
    assert.equal(widestInstantOf(directive()), '2026-06-12T21:21:00.000Z')
    assert.equal(
      widestInstantOf(directive({ vendorActions: [{ on: '2026-06-12', ...act }] })),
      '2026-06-12T21:21:00.000Z',
    )
  })

  test('it waits for acts of the vendor on the same day, not for later ones', () => {
    const vendorActions = [
      { at: '2026-06-12T22:50:00Z', ...act },
      { at: '2026-06-20T00:00:00Z', ...act, models: ['orchard/pear-1'] },
    ]
    assert.equal(widestInstantOf(directive({ vendorActions })), '2026-06-12T22:50:00.000Z')
  })

  test('what cannot restrict is widest when the vendor has withdrawn the model', () => {
    const decision = directive({
      instrument: 'vendor-decision',
      status: [{ on: '2026-06-01', is: 'effective' }],
      vendorActions: [
        { ...act, on: '2026-06-05', effect: 'limited' },
        { ...act, at: '2026-09-01T00:00:00Z' },
      ],
    })
    assert.equal(widestInstantOf(decision), '2026-09-01T00:00:00.000Z')
  })

  test('a directive that was only issued is widest at the first act of the vendor, else at its line', () => {
    const issued = { status: [{ on: '2026-06-10', is: 'issued' }] }
    assert.equal(widestInstantOf(directive(issued)), '2026-06-09T10:00:00.000Z')
    assert.equal(
      widestInstantOf(directive({ ...issued, vendorActions: [{ on: '2026-06-12', ...act }] })),
      '2026-06-11T10:00:00.000Z',
    )
  })
})

describe('properties of the history', () => {
  const start = Date.parse('2026-06-01T00:00:00Z')
  const instant = (hours: number) => new Date(start + hours * 3_600_000).toISOString()
  const entries = fc.uniqueArray(
    fc.record({
      hour: fc.integer({ min: 0, max: 400 }),
      is: fc.constantFrom('issued', 'effective', 'suspended', 'lifted'),
    }),
    { selector: ({ hour }) => hour, minLength: 1, maxLength: 8 },
  )

  test('the order of lines with distinct instants is irrelevant', () => {
    fc.assert(
      fc.property(
        entries.chain((lines) =>
          fc.tuple(
            fc.constant(lines),
            fc.shuffledSubarray(lines, { minLength: lines.length }),
            fc.integer({ min: -1, max: 401 }),
          ),
        ),
        ([lines, shuffled, hour]) => {
          const [a, b] = [lines, shuffled].map((list) => {
            const status = list.map(({ hour: h, is }) => ({ at: instant(h), is }))
            const { isInForce, changesAt } = directiveStateAt(directive({ status }), instant(hour))
            return { isInForce, changesAt }
          })
          assert.deepEqual(a, b)
        },
      ),
      { seed: 9, numRuns: 300 },
    )
  })

  test('nothing changes between an instant and the next change', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: -1, max: 401 }), (lines, hour) => {
        const one = directive({ status: lines.map(({ hour: h, is }) => ({ at: instant(h), is })) })
        const now = directiveStateAt(one, instant(hour))
        const next = now.changesAt ?? instant(10_000)
        const justBefore = new Date(Date.parse(next) - 1).toISOString()
        assert.equal(directiveStateAt(one, justBefore).isInForce, now.isInForce)
        if (now.changesAt !== null)
          assert.notEqual(directiveStateAt(one, next).isInForce, now.isInForce)
      }),
      { seed: 9, numRuns: 300 },
    )
  })

  test('a lift after everything ends it, and leaves every instant before as it was', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: -1, max: 500 }), (lines, hour) => {
        const status = lines.map(({ hour: h, is }) => ({ at: instant(h), is }))
        const before = directive({ status })
        const lifted = directive({ status: [...status, { at: instant(450), is: 'lifted' }] })
        const expected = hour < 450 && directiveStateAt(before, instant(hour)).isInForce
        assert.equal(directiveStateAt(lifted, instant(hour)).isInForce, expected)
      }),
      { seed: 9, numRuns: 300 },
    )
  })
})
