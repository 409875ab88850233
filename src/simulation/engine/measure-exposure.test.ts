import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  modelOption,
  people,
  portfolio,
  work,
} from '../../../test/simulation/hand-made-portfolio.ts'
import type { ElementExposure, Exposure } from '../../schema/simulation.ts'
import { simulationLimits } from '../limits.ts'
import { measureExposure } from './measure-exposure.ts'

const a = modelOption('a', ['model:a', 'vendor:x'])
const b = modelOption('b', ['model:b', 'vendor:x'], { evidence: 'unqualified' })
const c = modelOption('c', ['hardware:h', 'model:c'])

function elementOf(exposure: Exposure, id: string): ElementExposure {
  const found = exposure.elements.find(({ element }) => element === id)
  assert.ok(found, id)
  return found
}

test('elements are ranked by the criticality-weighted work that stops without them', () => {
  const exposure = measureExposure(
    portfolio([
      work('critical', [a, b], { criticality: 'critical' }),
      work('important', [c], { criticality: 'important' }),
      work('unstated', [a]),
    ]),
  )
  assert.deepEqual(
    exposure.elements.slice(0, 5).map(({ element, loss }) => [element, loss]),
    [
      ['vendor:x', 5 / 7],
      ['hardware:h', 2 / 7],
      ['model:c', 2 / 7],
      ['class:foreign-person-authorised', 1 / 4],
      ['class:foreign-person-not-authorised', 1 / 4],
    ],
  )
  assert.deepEqual(elementOf(exposure, 'vendor:x').workflowsStopped, ['critical', 'unstated'])
  assert.deepEqual(elementOf(exposure, 'model:a').workflowsStopped, ['unstated'])
  assert.deepEqual(elementOf(exposure, 'model:a').workflowsAtRisk, ['critical'])
  assert.equal(elementOf(exposure, 'model:b').loss, 0)
})

test('a workflow counts with the share of its people for whom it stops', () => {
  const exposure = measureExposure(
    portfolio([work('w', [a], { headcount: people(6, 0, 2, 0), minStaff: 3 })]),
  )
  assert.equal(elementOf(exposure, 'class:foreign-person-not-authorised').loss, 2 / 8)
  assert.equal(elementOf(exposure, 'class:foreign-person-not-authorised').peopleStopped, 2)
  // Two people are too few: the work stops for them as well.
  assert.equal(elementOf(exposure, 'class:not-foreign-person').loss, 1)
  assert.equal(elementOf(exposure, 'class:not-foreign-person').peopleStopped, 8)
  assert.deepEqual(elementOf(exposure, 'class:undetermined').workflowsStopped, [])
})

test('work that had stopped before does not count as lost, but is part of the whole', () => {
  const exposure = measureExposure(
    portfolio([work('dead', [{ ...a, excluded: 'x' }]), work('w', [a])]),
  )
  assert.equal(elementOf(exposure, 'vendor:x').loss, 1 / 2)
  assert.deepEqual(elementOf(exposure, 'vendor:x').workflowsStopped, ['w'])
})

test('people of a group are counted once, and unknown when nobody stated them', () => {
  const headcount = people(5, 0, 0, 0)
  const groups = [{ id: 'appsec', headcount }]
  const exposure = measureExposure(
    portfolio([
      work('one', [a], { headcount, groups }),
      work('two', [a], { headcount, groups }),
      work('three', [c]),
    ]),
  )
  assert.equal(elementOf(exposure, 'vendor:x').peopleStopped, 5)
  assert.equal(elementOf(exposure, 'model:c').peopleStopped, null)
  assert.equal(elementOf(exposure, 'class:undetermined').peopleStopped, null)
})

test('single points of failure and what is one loss away are told', () => {
  const exposure = measureExposure(
    portfolio([work('safe', [a, c]), work('single', [a], { criticality: 'critical' })]),
  )
  assert.deepEqual(exposure.singlePointsOfFailure, [
    { workflow: 'single', elements: ['model:a', 'vendor:x'] },
  ])
  assert.deepEqual(
    exposure.earlyWarnings.map(({ workflow, element, next }) => [workflow, element, next]),
    [
      ['single', null, ['model:a', 'vendor:x']],
      ['safe', 'hardware:h', ['model:a', 'vendor:x']],
      ['safe', 'model:a', ['hardware:h', 'model:c']],
      ['safe', 'model:c', ['model:a', 'vendor:x']],
      ['safe', 'vendor:x', ['hardware:h', 'model:c']],
    ],
  )
  assert.equal(
    exposure.earlyWarnings[1]?.text,
    'without `hardware:h` the loss of `model:a` or `vendor:x` stops it',
  )
})

test('the jurisdiction of a maker of hardware is a warning and no loss', () => {
  const elements = [{ id: 'hardware:h', name: 'H', takes: [], supplyJurisdictions: ['TW'] }]
  const exposure = measureExposure(portfolio([work('w', [c])], { elements }))
  const warning = exposure.earlyWarnings.find(({ element }) => element === 'jurisdiction:TW')
  assert.deepEqual(warning?.next, ['hardware:h'])
  assert.ok(exposure.elements.every(({ element }) => element !== 'jurisdiction:TW'))
})

test('warnings beyond the limit are counted by workflow, the least critical are left out', () => {
  const count = simulationLimits.earlyWarningsMax + 10
  const many = Array.from({ length: count }, (_, index) => work(`w${index}`, [a]))
  const exposure = measureExposure(
    portfolio([...many, work('last', [a], { criticality: 'critical' })]),
  )
  assert.equal(exposure.earlyWarnings.length, simulationLimits.earlyWarningsMax)
  assert.equal(exposure.earlyWarnings[0]?.workflow, 'last')
  assert.equal(exposure.earlyWarningsOmitted, 11)
})

test('an empty portfolio has no exposure to anything', () => {
  const exposure = measureExposure(portfolio([]))
  assert.ok(exposure.elements.every(({ loss }) => loss === 0))
})
