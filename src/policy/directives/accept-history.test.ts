import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Directive } from '../../schema/directive.ts'
import { acceptDirective } from './accept-history.ts'
import { amendDirective } from './amend-directive.ts'

const source = { title: 'gazette', retrieved: '2026-06-30' }
const effective = { at: '2026-06-12T21:21:00Z', is: 'effective' }
const lifted = { on: '2026-06-30', is: 'lifted', source, by: 'Ada' }

function directive(changes: object = {}): Directive {
  return Directive.parse({
    id: 'xx-orchard',
    title: 'Licence requirement on two apples',
    instrument: 'regulation',
    issuer: 'xx/orchard',
    publication: 'published',
    source,
    effect: 'forbid',
    scope: { models: ['orchard/apple-1', 'orchard/pear-1'], routes: ['a', 'b'] },
    status: [effective],
    ...changes,
  })
}

function problemsOf(accepted: object, current: object, twoPerson = false): readonly string[] {
  return acceptDirective(directive(accepted), directive(current), { twoPerson }).problems
}

function assertKept(accepted: object, current: object, problem: RegExp, twoPerson = false): void {
  const before = directive(accepted)
  const verdict = acceptDirective(before, directive(current), { twoPerson })
  assert.match(verdict.problems.join('\n'), problem)
  assert.equal(verdict.inForce, before)
  assert.equal(verdict.isNew, false)
}

describe('history', () => {
  test('the first version is accepted as it stands, even a lifted one that nobody signed', () => {
    const first = directive({ status: [effective, { on: '2026-06-30', is: 'lifted' }] })
    assert.deepEqual(acceptDirective(null, first, { twoPerson: true }), {
      inForce: first,
      isNew: true,
      problems: [],
    })
  })

  test('the same version is accepted and not new', () => {
    const verdict = acceptDirective(directive(), directive(), { twoPerson: false })
    assert.deepEqual([verdict.isNew, verdict.problems], [false, []])
  })

  test('a line that is lost, changed or moved leaves the last accepted version in force', () => {
    const two = { status: [effective, lifted] }
    assertKept(two, { status: [effective] }, /`lifted` 2026-06-30 is gone or was changed/)
    assertKept({}, { status: [{ ...effective, at: '2026-06-13T00:00:00Z' }] }, /`effective`/)
    assertKept({}, { status: [{ ...effective, note: 'another reading' }] }, /only appended to/)
    assertKept(two, { status: [lifted, effective] }, /is gone or was changed/)
  })

  test('a line may come between accepted ones: two parties append', () => {
    const between = { on: '2026-06-20', is: 'issued', note: 'read again' }
    assert.deepEqual(
      problemsOf({ status: [effective, lifted] }, { status: [effective, between, lifted] }),
      [],
    )
  })

  test('a restriction needs nobody to sign', () => {
    const again = { on: '2026-07-08', is: 'effective' }
    assert.deepEqual(
      problemsOf({ status: [effective, lifted] }, { status: [effective, lifted, again] }),
      [],
    )
    assert.deepEqual(problemsOf({}, { scope: { models: 'all' } }), [])
    assert.deepEqual(problemsOf({ effect: 'require-authorisation' }, { effect: 'forbid' }), [])
  })
})

describe('relief', () => {
  for (const is of ['lifted', 'suspended']) {
    test(`\`${is}\` needs a source and a named person`, () => {
      const line = { on: '2026-06-30', is }
      const with_ = (parts: object) => ({ status: [effective, { ...line, ...parts }] })
      assertKept({}, with_({}), /lacks `source` and `by` with a named person/)
      assertKept({}, with_({ by: 'Ada' }), /lacks `source`$/)
      assertKept({}, with_({ source }), /lacks `by` with a named person$/)
      assertKept({}, with_({ source, by: ' ' }), /lacks `by`/)
      assert.deepEqual(problemsOf({}, with_({ source: 'gazette 12', by: 'Ada' })), [])
    })
  }

  test('two-person rule: two different names, however they are written', () => {
    const by = (names: unknown) => ({ status: [effective, { ...lifted, by: names }] })
    assertKept({}, by('Ada'), /two named persons/, true)
    assertKept({}, by(['Ada', ' ada ']), /two named persons/, true)
    assert.deepEqual(problemsOf({}, by(['Ada', 'Grace']), true), [])
  })

  test('a new or wider carve-out is signed, a narrower or removed one is not', () => {
    const staff = {
      on: '2026-06-26',
      models: ['orchard/pear-1'],
      employment: 'permanent-and-regular',
    }
    assertKept({}, { carveOuts: [staff] }, /clause `carve-out-1` allows more and lacks/)
    assert.deepEqual(problemsOf({}, { carveOuts: [{ ...staff, source, by: 'Ada' }] }), [])
    const accepted = { carveOuts: [staff] }
    assertKept(accepted, { carveOuts: [{ ...staff, employment: 'any' }] }, /allows more/)
    assertKept(accepted, { carveOuts: [{ ...staff, on: '2026-06-25' }] }, /allows more/)
    assertKept(accepted, { carveOuts: [{ ...staff, models: undefined }] }, /allows more/)
    const later = { ...staff, on: '2026-06-27', until: '2026-07-01T00:00:00Z', entities: ['mill'] }
    assert.deepEqual(problemsOf(accepted, { carveOuts: [later] }), [])
    assert.deepEqual(problemsOf(accepted, { carveOuts: [] }), [])
    assertKept(
      { carveOuts: [later] },
      { carveOuts: [{ ...later, until: undefined }] },
      /allows more/,
    )
  })

  const weaker: readonly (readonly [string, object, RegExp])[] = [
    ['a model is left out', { scope: { models: ['orchard/pear-1'], routes: ['a', 'b'] } }, /scope/],
    ['a route is left out', { scope: { models: 'all', routes: ['a'] } }, /scope/],
    ['a provider is asked for', { scope: { models: 'all', providers: ['barn'] } }, /scope/],
    [
      'persons are narrowed',
      { scope: { models: 'all', persons: 'foreign-person', definition: 'us-ear-772.1' } },
      /scope/,
    ],
    ['a selector asks for more', { scope: { models: { vendors: ['orchard'] } } }, /scope/],
    ['the effect is weaker', { effect: 'require-authorisation' }, /the effect is weaker/],
    ['the instrument forbids nothing', { instrument: 'request' }, /`request` restricts less/],
  ]
  for (const [name, change, problem] of weaker) {
    test(`${name}: a status line with source and person says so`, () => {
      assertKept({}, change, problem)
      const line = { on: '2026-06-26', is: 'effective', source, by: 'Ada', note: 'second letter' }
      assert.deepEqual(problemsOf({}, { ...change, status: [effective, line] }), [])
    })
  }

  test('what was accepted does not become a template', () => {
    const signed = { template: true, status: [effective, lifted] }
    assertKept({}, signed, /has become a template/)
  })

  test('a higher threshold of training operations is narrower, a lower one wider', () => {
    const over = (trainingOperationsOver: number) => ({
      scope: { models: { trainingOperationsOver } },
    })
    assertKept(over(1e26), over(1e27), /scope/)
    assert.deepEqual(problemsOf(over(1e26), over(1e25)), [])
  })
})

test('an amendment appends lines and signs; the rule stays as it was', () => {
  const before = directive()
  const amended = amendDirective(before, {
    directive: before.id,
    status: directive({ status: [lifted] }).status,
    review: { state: 'verified', by: 'Ada', at: '2026-07-01' },
  })
  assert.deepEqual(amended.status, directive({ status: [effective, lifted] }).status)
  assert.deepEqual({ ...amended, status: 0, review: 0 }, { ...before, status: 0, review: 0 })
  assert.deepEqual(acceptDirective(before, amended, { twoPerson: false }).problems, [])
})

test('appending never loses: any chain of accepted versions holds every line of the first', () => {
  const line = fc.record({
    on: fc.constantFrom('2026-06-12', '2026-06-20', '2026-06-30'),
    is: fc.constantFrom('issued', 'effective', 'suspended', 'lifted'),
    by: fc.constantFrom(undefined, 'Ada'),
    source: fc.constantFrom(undefined, 'gazette'),
  })
  const versions = fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(versions, (chain) => {
      let inForce: Directive | null = null
      for (const status of chain) {
        const before: Directive | null = inForce
        const current: Directive = directive({ status })
        inForce = acceptDirective(before, current, { twoPerson: false }).inForce
        let next = 0
        for (const accepted of before?.status ?? []) {
          const texts: readonly string[] = inForce.status.map((one) => JSON.stringify(one))
          const at = texts.indexOf(JSON.stringify(accepted), next)
          assert.ok(at >= next, 'an accepted line was lost')
          next = at + 1
        }
      }
    }),
    { seed: 9, numRuns: 500 },
  )
})
