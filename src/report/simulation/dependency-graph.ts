import { compareText } from '../../base/compare.ts'
import { reportLimits } from '../limits.ts'
import type { SimulationView } from './view-simulation.ts'

/** Layers from the work to the law that reaches it. */
export const graphLayers = ['workflow', 'model', 'provider', 'jurisdiction'] as const
export type GraphLayer = (typeof graphLayers)[number]

export interface GraphNode {
  readonly id: string
  readonly layer: GraphLayer
  readonly label: string
  /** Everything that stands behind it: one name, or the members of a group. */
  readonly members: readonly string[]
  /** Its loss alone stops a workflow. */
  readonly isPoint: boolean
}

interface GraphEdge {
  readonly from: string
  readonly to: string
  /** True on the way that serves today; false on a fallback only. */
  readonly serves: boolean
}

export interface DependencyGraph {
  /** Each layer from top to bottom. */
  readonly layers: Readonly<Record<GraphLayer, readonly GraphNode[]>>
  readonly edges: readonly GraphEdge[]
  /** True when nodes stand for groups because there were too many. */
  readonly isGrouped: boolean
}

/** Who needs whom: the option that serves today and its fallbacks, excluded ones left out. */
export function dependencyGraph(view: SimulationView): DependencyGraph {
  const raw = collect(view)
  const nodesMax = reportLimits.graphNodesMax
  if (raw.nodes.size <= nodesMax) return arrange(raw, false)
  const alike = groupAlike(raw)
  return arrange(alike.nodes.size <= nodesMax ? alike : gatherRest(alike), true)
}

interface RawGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>
  /** `from\nto` → whether it serves today. */
  readonly edges: ReadonlyMap<string, boolean>
}

function collect(view: SimulationView): RawGraph {
  const points = new Set(
    view.simulation.exposure.singlePointsOfFailure.flatMap((one) => one.elements),
  )
  const nodes = new Map<string, GraphNode>()
  const edges = new Map<string, boolean>()
  const add = (layer: GraphLayer, element: string, label: string): string => {
    const id = `${layer} ${element}`
    if (!nodes.has(id))
      nodes.set(id, { id, layer, label, members: [label], isPoint: points.has(element) })
    return id
  }
  const join = (from: string, to: string, serves: boolean): void => {
    const key = `${from}\n${to}`
    edges.set(key, serves || edges.get(key) === true)
  }
  for (const workflow of view.workflows) {
    const work = add('workflow', `workflow:${workflow.id}`, workflow.id)
    const needs = new Set<string>()
    for (const option of workflow.options) {
      if (option.excluded !== null) continue
      // The first option of a need is the one that serves it today.
      const serves = !needs.has(option.need)
      needs.add(option.need)
      const named = (kind: string): readonly string[] =>
        option.elements.filter((element) => element.startsWith(`${kind}:`))
      const [modelElement] = named('model')
      const model = add('model', modelElement ?? option.id, withoutKind(modelElement ?? option.id))
      join(work, model, serves)
      for (const providerElement of named('provider')) {
        const provider = add('provider', providerElement, withoutKind(providerElement))
        join(model, provider, serves)
        for (const law of named('jurisdiction')) {
          join(provider, add('jurisdiction', law, withoutKind(law)), serves)
        }
      }
    }
  }
  return { nodes, edges }
}

function withoutKind(element: string): string {
  return element.replace(/^(?:model|provider|jurisdiction):/, '')
}

/** Nodes of a layer with the same neighbours become one. */
function groupAlike(graph: RawGraph): RawGraph {
  const near = new Map<string, string[]>([...graph.nodes.keys()].map((id) => [id, []]))
  for (const [key, serves] of graph.edges) {
    const [from = '', to = ''] = key.split('\n')
    near.get(from)?.push(`> ${to} ${serves}`)
    near.get(to)?.push(`< ${from} ${serves}`)
  }
  const groups = Map.groupBy(graph.nodes.values(), (node) =>
    [node.layer, node.isPoint, ...(near.get(node.id) ?? []).toSorted(compareText)].join('\n'),
  )
  return merge(graph, [...groups.values()], (members) =>
    members[0]?.layer === 'workflow'
      ? `${members.length} workflows alike`
      : `${members.length} ${members[0]?.layer ?? ''}s alike`,
  )
}

/** The heaviest nodes of each layer stay; what is left of a layer becomes one. */
function gatherRest(graph: RawGraph): RawGraph {
  const weight = new Map<string, number>()
  for (const [key, serves] of graph.edges) {
    for (const id of key.split('\n')) weight.set(id, (weight.get(id) ?? 0) + (serves ? 100 : 1))
  }
  const perLayer = Math.floor(reportLimits.graphNodesMax / graphLayers.length)
  const groups = graphLayers.flatMap((layer) => {
    const own = [...graph.nodes.values()].filter((node) => node.layer === layer)
    if (own.length <= perLayer) return own.map((node) => [node])
    const heaviest = own.toSorted(
      (a, b) =>
        Number(b.isPoint) - Number(a.isPoint) || (weight.get(b.id) ?? 0) - (weight.get(a.id) ?? 0),
    )
    return [...heaviest.slice(0, perLayer - 1).map((node) => [node]), heaviest.slice(perLayer - 1)]
  })
  return merge(graph, groups, (members) => {
    const all = members.reduce((sum, node) => sum + node.members.length, 0)
    return `${all} other ${members[0]?.layer ?? ''}s`
  })
}

function merge(
  graph: RawGraph,
  groups: readonly (readonly GraphNode[])[],
  labelOf: (members: readonly GraphNode[]) => string,
): RawGraph {
  const nodes = new Map<string, GraphNode>()
  const groupOf = new Map<string, string>()
  for (const members of groups) {
    const [first] = members
    if (first === undefined) continue
    nodes.set(first.id, {
      ...first,
      label: members.length === 1 ? first.label : labelOf(members),
      members: members.flatMap((node) => node.members),
      isPoint: members.some((node) => node.isPoint),
    })
    for (const node of members) groupOf.set(node.id, first.id)
  }
  const edges = new Map<string, boolean>()
  for (const [key, serves] of graph.edges) {
    const joined = key
      .split('\n')
      .map((id) => groupOf.get(id) ?? id)
      .join('\n')
    edges.set(joined, serves || edges.get(joined) === true)
  }
  return { nodes, edges }
}

/** Each layer in the order of the means of its neighbours' places, which keeps most lines from crossing. */
function arrange(graph: RawGraph, isGrouped: boolean): DependencyGraph {
  const edges = [...graph.edges].map(([key, serves]): GraphEdge => {
    const [from = '', to = ''] = key.split('\n')
    return { from, to, serves }
  })
  const layers = {
    workflow: [] as GraphNode[],
    model: [] as GraphNode[],
    provider: [] as GraphNode[],
    jurisdiction: [] as GraphNode[],
  }
  for (const node of graph.nodes.values()) layers[node.layer].push(node)
  const sweeps = [...graphLayers.slice(1), ...graphLayers.toReversed().slice(1)]
  for (const layer of [...sweeps, ...sweeps]) {
    layers[layer] = byNeighbours(layers[layer], edges, placesOf(layers))
  }
  return { layers, edges, isGrouped }
}

function placesOf(
  layers: Readonly<Record<GraphLayer, readonly GraphNode[]>>,
): ReadonlyMap<string, number> {
  return new Map(
    graphLayers.flatMap((layer) =>
      layers[layer].map((node, index) => [node.id, (index + 0.5) / layers[layer].length] as const),
    ),
  )
}

function byNeighbours(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  places: ReadonlyMap<string, number>,
): GraphNode[] {
  const sums = new Map<string, { sum: number; count: number }>()
  const note = (id: string, neighbour: string): void => {
    const place = places.get(neighbour)
    if (place === undefined) return
    const before = sums.get(id) ?? { sum: 0, count: 0 }
    sums.set(id, { sum: before.sum + place, count: before.count + 1 })
  }
  for (const { from, to } of edges) {
    note(from, to)
    note(to, from)
  }
  const mean = (node: GraphNode): number => {
    const sum = sums.get(node.id)
    return sum === undefined ? (places.get(node.id) ?? 0) : sum.sum / sum.count
  }
  return nodes.toSorted((a, b) => mean(a) - mean(b) || compareText(a.id, b.id))
}
