import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Simulation, type WorkflowOutcome } from '../schema/simulation.ts'
import { assembleSimulation, onlyWorse, withoutSmallCounts } from './assemble-simulation.ts'
import { evaluate } from './engine/evaluate.ts'
import { findCutSets } from './engine/find-cut-sets.ts'
import { measureExposure } from './engine/measure-exposure.ts'
import { build, route } from './portfolio/small-world.test.ts'

const apple = 'appletree/apple-large-1'
const plum = 'plumtree/plum-large-1'
const { portfolio } = build(
  {
    routes: [route('direct', 'appletree', [apple]), route('stall', 'plum-stall', [plum])],
    groups: { pickers: { headcount: { 'not-foreign-person': 7, undetermined: 2 } } },
    workflows: [
      {
        id: 'pressing',
        task: 'chat',
        model: apple,
        fallbacks: [plum],
        audience: ['pickers'],
        minStaff: 8,
      },
    ],
  },
  null,
)

function assembled(classes: readonly ('undetermined' | 'not-foreign-person')[] = []): Simulation {
  const lost = evaluate(portfolio, { elements: ['class:undetermined'] })
  return assembleSimulation({
    version: '0',
    organisation: 'Fruit Ltd',
    at: '2026-11-24T00:00:00.000Z',
    inputs: { config: null, register: null, directives: [] },
    notices: ['twice', 'twice'],
    portfolio,
    classes,
    before: evaluate(portfolio, { elements: [] }).outcomes,
    after: [
      {
        contingency: ['class:undetermined'],
        at: null,
        withdrawn: [],
        status: lost.status,
        outcomes: [...lost.outcomes],
        overloads: lost.overloads,
      },
    ],
    cutSets: findCutSets(portfolio, { depth: 1 }),
    exposure: measureExposure(portfolio),
  })
}

suite('the published form of a simulation', () => {
  test('it follows its schema and is the same each time', () => {
    const simulation = assembled()
    assert.deepEqual(Simulation.parse(simulation), simulation)
    assert.equal(JSON.stringify(assembled()), JSON.stringify(simulation))
    assert.deepEqual(simulation.notices, ['twice'])
    assert.equal(simulation.workflows[0]?.options.length, 2)
  })

  test('only the classes that were asked for are in it', () => {
    const simulation = assembled(['undetermined'])
    const classes = [
      ...simulation.preContingency.outcomes,
      ...(simulation.postContingency[0]?.outcomes ?? []),
      ...simulation.cutSets,
    ].map((one) => one.class)
    assert.deepEqual([...new Set(classes)], ['undetermined'])
  })

  test('without counsel no small count can be read or worked out', () => {
    const simulation = assembled()
    const shown = withoutSmallCounts(simulation)
    assert.deepEqual(Simulation.parse(shown), shown)
    const counts = (one: Simulation) => one.postContingency[0]?.outcomes.map(({ people }) => people)
    assert.deepEqual(counts(simulation), [7, 0, 0, 2])
    assert.deepEqual(counts(shown), [7, 0, 0, null])
    assert.deepEqual(shown.workflows[0]?.people, {
      'not-foreign-person': 7,
      'foreign-person-authorised': 0,
      'foreign-person-not-authorised': 0,
    })
    assert.ok(shown.exposure.elements.every(({ peopleStopped }) => peopleStopped === null))
    const words = JSON.stringify(shown.postContingency)
    assert.match(words, /too few people may still work/)
    assert.doesNotMatch(words, /\b7 people may/)
  })

  test('a sweep lists what is new or worse', () => {
    const row = (outcome: WorkflowOutcome['outcome']): WorkflowOutcome => ({
      workflow: 'pressing',
      class: 'undetermined',
      outcome,
      people: null,
      servedBy: [],
      ruleAlone: null,
      reasons: [],
    })
    assert.equal(onlyWorse([row('stops')], [row('at-risk')]).length, 1)
    assert.equal(onlyWorse([row('at-risk')], [row('at-risk')]).length, 0)
    assert.equal(onlyWorse([row('degraded')], [row('stops')]).length, 0)
    assert.equal(onlyWorse([row('fails-over')], []).length, 1)
  })
})
