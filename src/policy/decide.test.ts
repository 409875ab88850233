import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  directive,
  engine,
  noon,
  orchard,
  person,
  snapshotOf,
} from '../../test/policy/sample-world.ts'
import type { Decision } from '../schema/decision.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import { decide, decideByEngine, type Question } from './decide.ts'
import { eligibilityClasses } from './person-of.ts'
import type { PolicySnapshot } from './policy-snapshot.ts'

function ask(snapshot: PolicySnapshot, parts: Partial<Question> = {}): Decision {
  const question = {
    principal: person(),
    model: 'fruit/apple',
    route: 'direct',
    workflow: 'picking',
    purpose: 'code-review',
    at: noon,
    ...parts,
  }
  const decision = decide(snapshot, question)
  const byEngine = decideByEngine(snapshot, question)
  assert.equal(decision.verdict, byEngine.verdict)
  return decision
}

function codes(decision: Decision): readonly string[] {
  return decision.reasons.map(({ code }) => code)
}

type Cell = 'allow' | 'deny' | 'authorised'

/** Decision 0009, row by row: effect, persons, then the four classes in their order. */
const truthTable: readonly (readonly [string, string, readonly Cell[]])[] = [
  ['forbid', 'all', ['deny', 'deny', 'deny', 'deny']],
  ['forbid', 'foreign-person', ['allow', 'deny', 'deny', 'deny']],
  ['require-authorisation', 'all', ['authorised', 'authorised', 'deny', 'deny']],
  ['require-authorisation', 'foreign-person', ['allow', 'authorised', 'deny', 'deny']],
]

test('the truth table of effect, persons, class and authorisation holds in every cell', () => {
  for (const [effect, persons, cells] of truthTable) {
    const scope = { models: ['fruit/apple'], persons, definition: 'us-ear-772.1' }
    const snapshot = snapshotOf({ orders: [directive({ effect, scope })] })
    for (const [index, cell] of cells.entries()) {
      const eligibilityClass = eligibilityClasses[index] as EligibilityClass
      for (const authorisations of [[], ['permit-1'], ['another']]) {
        const holds = authorisations.includes('permit-1')
        const expected = cell === 'allow' || (cell === 'authorised' && holds) ? 'allow' : 'deny'
        const principal = person({ class: eligibilityClass, authorisations })
        const { verdict } = ask(snapshot, { principal })
        assert.equal(
          verdict,
          expected,
          `${effect} ${persons} ${eligibilityClass} ${authorisations}`,
        )
      }
    }
  }
})
void engine
void orchard
void codes
