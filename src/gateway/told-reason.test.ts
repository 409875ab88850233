import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide } from '../policy/index.ts'
import { directive, noon, person, snapshotOf } from '../../test/policy/sample-world.ts'
import { toldReason } from './told-reason.ts'

test('whoever is denied by a directive is told the same, whether the class is known or not', () => {
  for (const effect of ['forbid', 'require-authorisation']) {
    const snapshot = snapshotOf({ orders: [directive({ effect })] })
    const told = (['foreign-person-not-authorised', 'undetermined'] as const).map((known) =>
      toldReason(
        decide(snapshot, {
          principal: person({ class: known }),
          model: 'fruit/apple',
          route: 'direct',
          workflow: 'picking',
          purpose: 'code-review',
          at: noon,
        }),
      ),
    )
    assert.ok(told[0] !== undefined)
    assert.deepEqual(told[0], told[1])
  }
})
