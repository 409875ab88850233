import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Fault } from '../base/fault.ts'
import type { Simulation } from '../schema/simulation.ts'
import { gateLines, parseOutcomeGates } from './simulate-gate.ts'

type Row = Simulation['preContingency']['outcomes'][number]

function row(workflow: string, outcome: Row['outcome'], people: number | null = null): Row {
  return {
    workflow,
    class: 'not-foreign-person',
    outcome,
    people,
    servedBy: [],
    ruleAlone: null,
    reasons: [],
  }
}

function simulation(
  before: readonly Row[],
  after: readonly Row[],
  lost = 'vendor:appletree',
): Simulation {
  const workflow = (id: string, criticality: 'critical' | 'important' | null) => ({
    id,
    task: 'other' as const,
    source: 'configuration' as const,
    criticality,
    owner: null,
    people: null,
    options: [],
  })
  return {
    schemaVersion: 1,
    tool: { name: 'holdfast', version: '0' },
    organisation: 'Fruit Ltd',
    at: '2026-11-24T00:00:00.000Z',
    inputs: { config: null, register: null, directives: [] },
    notices: [],
    workflows: [
      workflow('pressing', 'critical'),
      workflow('bottling', 'important'),
      workflow('labels', null),
    ],
    preContingency: { outcomes: [...before] },
    postContingency: [
      {
        contingency: [lost],
        at: null,
        withdrawn: [],
        status: 'impact',
        outcomes: [...after],
        overloads: [],
      },
    ],
    remedialActions: [],
    cutSets: [],
    exposure: {
      weights: { critical: 4, important: 2, supporting: 1 },
      elements: [],
      singlePointsOfFailure: [],
      earlyWarnings: [],
    },
  }
}

suite('the gate of a simulation', () => {
  test('what is as bad as was said, or worse, fails', () => {
    const found = simulation(
      [],
      [row('pressing', 'stops'), row('bottling', 'at-risk'), row('labels', 'degraded')],
    )
    const failing = (text: string) => gateLines(parseOutcomeGates(text), found).length
    assert.equal(failing('stops'), 1)
    assert.equal(failing('at-risk'), 2)
    assert.equal(failing('degraded'), 3)
    assert.equal(failing('stops,degraded'), 4)
  })

  test('a criticality lets less critical work pass; none stated is supporting', () => {
    const found = simulation(
      [],
      [row('pressing', 'stops'), row('bottling', 'stops'), row('labels', 'stops')],
    )
    const failing = (text: string) => gateLines(parseOutcomeGates(text), found).length
    assert.equal(failing('stops:critical'), 1)
    assert.equal(failing('stops:important'), 2)
    assert.equal(failing('stops:supporting'), 3)
  })

  test('what holds before counts as well, and a class of nobody does not', () => {
    assert.deepEqual(
      gateLines(parseOutcomeGates('stops'), simulation([row('pressing', 'stops')], [])),
      ['stops: pressing stops with nothing lost (not-foreign-person)'],
    )
    assert.deepEqual(
      gateLines(parseOutcomeGates('stops'), simulation([], [row('pressing', 'stops', 0)])),
      [],
    )
  })

  test('that a class without access cannot work is no finding; that others cannot is one', () => {
    const failing = (lost: string) =>
      gateLines(parseOutcomeGates('stops'), simulation([], [row('pressing', 'stops')], lost)).length
    assert.equal(failing('class:not-foreign-person'), 0)
    assert.equal(failing('class:undetermined'), 1)
  })

  test('other words are refused', () => {
    for (const text of ['stop', 'fails-over', 'stops:vital', 'stops:critical:now', '']) {
      assert.throws(() => parseOutcomeGates(text), Fault, text)
    }
    assert.deepEqual(parseOutcomeGates(undefined), [])
  })
})
