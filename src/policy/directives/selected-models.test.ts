import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectiveScope } from '../../schema/directive.ts'
import type { PolicyModel } from '../principal.ts'
import { selects } from './selected-models.ts'

const apple: PolicyModel = {
  id: 'orchard/apple-1',
  vendor: 'orchard',
  family: 'apple',
  weights: 'closed',
  trainingOperations: 3e26,
  vendorJurisdictions: ['DE', 'US'],
}
const unknown: PolicyModel = {
  ...apple,
  family: null,
  weights: null,
  trainingOperations: null,
  vendorJurisdictions: [],
}

const cases: readonly (readonly [unknown, string, string])[] = [
  ['all', 'yes', 'yes'],
  [['orchard/apple-1'], 'yes', 'yes'],
  [['orchard/apple-2'], 'no', 'no'],
  [{ vendors: ['orchard'] }, 'yes', 'yes'],
  [{ vendors: ['barn'] }, 'no', 'no'],
  [{ families: ['apple'] }, 'yes', 'unknown'],
  [{ weights: ['open'] }, 'no', 'unknown'],
  [{ trainingOperationsOver: 1e26 }, 'yes', 'unknown'],
  [{ trainingOperationsOver: 3e26 }, 'no', 'unknown'],
  [{ vendorJurisdictions: ['US'] }, 'yes', 'unknown'],
  [{ vendorJurisdictions: ['FR'] }, 'no', 'unknown'],
  [{ vendors: ['barn'], families: ['apple'] }, 'no', 'no'],
  [{ vendors: ['orchard'], weights: ['closed'] }, 'yes', 'unknown'],
]

test('parts of a selector are joined by AND; what nobody knows is unknown, unless another part says no', () => {
  for (const [models, known, blank] of cases) {
    const scope = DirectiveScope.parse({ models })
    assert.equal(selects(scope.models, apple), known, JSON.stringify(models))
    assert.equal(selects(scope.models, unknown), blank, JSON.stringify(models))
  }
})
