import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { type CircuitEvent, Circuits } from './circuits.ts'
import { SharedCircuits } from './shared-circuits.ts'

const failure = { class: 'overload', message: 'HTTP 503', retryAfterMs: null } as const

/** One process that decides and two that ask it. */
function fixture() {
  const clock = new ManualClock()
  const deciding = new Circuits(clock, () => undefined)
  const events: CircuitEvent[] = []
  const copies = [0, 1].map(() => new Circuits(clock, () => undefined))
  deciding.watch((standing) => {
    for (const copy of copies) copy.mirror(standing)
  })
  const shared = copies.map(
    (copy) =>
      new SharedCircuits(copy, {
        tell: (event) => {
          events.push(event)
          deciding.heard(event)
        },
        claim: (model, route) =>
          Promise.resolve(
            deciding.admits(model, route) === 'probe' && deciding.began(model, route, false),
          ),
      }),
  )
  const [one, two] = shared
  assert.ok(one !== undefined && two !== undefined)
  return { clock, deciding, events, one, two }
}

test('failures of all processes open a circuit at all of them', () => {
  const { one, two, deciding } = fixture()
  one.failed('v/m', 'r', failure)
  two.failed('v/m', 'r', failure)
  assert.equal(one.admits('v/m', 'r'), 'try')
  one.failed('v/m', 'r', failure)
  assert.deepEqual(
    [one, two, deciding].map((each) => each.admits('v/m', 'r')),
    ['outage', 'outage', 'outage'],
  )
})

test('one request of all processes tries a half-open circuit, and its success closes it everywhere', async () => {
  const { clock, one, two, deciding } = fixture()
  for (let index = 0; index < 3; index += 1) one.failed('v/m', 'r', failure)
  clock.pass(2_000)
  const claims = await Promise.all([
    one.began('v/m', 'r', false),
    two.began('v/m', 'r', false),
    two.began('v/m', 'r', true),
  ])
  assert.deepEqual(claims, [true, false, true], 'who has no other hop goes all the same')
  assert.equal(two.admits('v/m', 'r'), 'outage')
  one.succeeded('v/m', 'r')
  assert.equal(two.admits('v/m', 'r'), 'try')
  assert.deepEqual(deciding.list(), [])
})

test('while all is well nobody is told anything', () => {
  const { events, one, two } = fixture()
  for (const each of [one, two]) {
    assert.equal(each.began('v/m', 'r', false), true)
    each.succeeded('v/m', 'r')
    each.failed('v/m', 'r', { ...failure, class: 'client' })
    each.released('v/m', 'r')
  }
  assert.deepEqual(events, [])
})

test('a model that one process finds withdrawn is out at the others, until it is closed', () => {
  const { one, two, deciding } = fixture()
  one.failed('v/m', 'r', { ...failure, class: 'withdrawn', message: 'gone' })
  assert.equal(two.admits('v/m', 'r'), 'withdrawn')
  deciding.probed('model:v/m@r', true)
  assert.equal(two.admits('v/m', 'r'), 'withdrawn')
  deciding.close('model:v/m@r', 'kim')
  assert.equal(two.admits('v/m', 'r'), 'try')
})
