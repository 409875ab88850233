import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acmeSimulation, largeSimulation } from '../../../test/fixtures/report/simulation.ts'
import { dependencyGraph, graphLayers } from './dependency-graph.ts'
import { drawGraph } from './draw-graph.ts'
import { viewSimulation } from './view-simulation.ts'

test('a graph leads from work over models and providers to jurisdictions', () => {
  const graph = dependencyGraph(viewSimulation(acmeSimulation))
  assert.deepEqual(graph.layers.jurisdiction.map((one) => one.label).toSorted(), ['DE', 'FR', 'US'])
  assert.deepEqual(graph.layers.model.map((one) => one.label).toSorted(), [
    'alibaba/qwen3-32b',
    'anthropic/claude-fable-5',
    'manual:clerks',
    'mistral/mistral-large-2411',
    'tool:semgrep',
  ])
  const serving = graph.edges.find(
    (one) => one.to.endsWith('claude-fable-5') && one.from.endsWith('customer-support'),
  )
  assert.equal(serving?.serves, true)
  // Excluded by the limits of its data: it is no way at all.
  assert.equal(
    graph.edges.some((one) => one.from.endsWith('customer-support') && one.to.includes('mistral')),
    false,
  )
})

test('single points of failure are marked in words', () => {
  const picture = drawGraph(dependencyGraph(viewSimulation(acmeSimulation)))
  assert.match(picture, /class="node point"><title>US \(a single point of failure\)/)
  assert.match(picture, />single point of failure</)
})

test('beyond sixty nodes those alike stand as one, and the rest of a layer together', () => {
  const graph = dependencyGraph(viewSimulation(largeSimulation(400, 1)))
  const nodes = graphLayers.flatMap((layer) => graph.layers[layer])
  assert.equal(graph.isGrouped, true)
  assert.ok(nodes.length <= 60, String(nodes.length))
  const workflows = graph.layers.workflow.flatMap((one) => one.members)
  assert.equal(new Set(workflows).size, 400)
  assert.deepEqual(
    graph.layers.workflow.map((one) => one.label),
    ['400 workflows alike'],
  )
})

test('of too many that are not alike the heaviest stay, and the rest of a layer stands together', () => {
  const large = largeSimulation(90, 1)
  const workflows = large.workflows.map((workflow, index) => ({
    ...workflow,
    options: workflow.options.slice(0, 1).map((option) => ({
      ...option,
      elements: [
        `model:carrier/van-${index}`,
        `provider:depot-${index % 40}`,
        `jurisdiction:${index % 2 === 0 ? 'DE' : 'FR'}`,
      ],
    })),
  }))
  const graph = dependencyGraph(viewSimulation({ ...large, workflows }))
  const nodes = graphLayers.flatMap((layer) => graph.layers[layer])
  assert.ok(nodes.length <= 60, String(nodes.length))
  assert.ok(graph.layers.model.some((one) => /^\d+ other models$/.test(one.label)))
  assert.equal(new Set(graph.layers.model.flatMap((one) => one.members)).size, 90)
})

test('lines only join nodes that are drawn', () => {
  for (const simulation of [acmeSimulation, largeSimulation(400, 1)]) {
    const graph = dependencyGraph(viewSimulation(simulation))
    const ids = new Set(graphLayers.flatMap((layer) => graph.layers[layer].map((one) => one.id)))
    assert.ok(graph.edges.every((one) => ids.has(one.from) && ids.has(one.to)))
    assert.equal(
      drawGraph(graph),
      drawGraph(dependencyGraph(viewSimulation(structuredClone(simulation)))),
    )
  }
})
