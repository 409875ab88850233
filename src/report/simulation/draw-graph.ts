import { escapeHtml } from '../html/escape-html.ts'
import { cutToWidth } from '../text/display-width.ts'
import { visibleText } from '../../base/visible-text.ts'
import { graphLayers } from './dependency-graph.ts'
import type { DependencyGraph, GraphLayer, GraphNode } from './dependency-graph.ts'

const boxWidth = 216
const boxHeight = 30
const columnGap = 96
const rowGap = 10
const top = 34
const margin = 12

const layerTitles: Readonly<Record<GraphLayer, string>> = {
  workflow: 'Workflow',
  model: 'Model, tool or people',
  provider: 'Provider',
  jurisdiction: 'Jurisdiction',
}

/** The graph as a picture that needs nothing but itself. Its table says the same in words. */
export function drawGraph(graph: DependencyGraph): string {
  const rows = Math.max(1, ...graphLayers.map((layer) => graph.layers[layer].length))
  const height = top + rows * (boxHeight + rowGap) + margin
  const width = graphLayers.length * boxWidth + (graphLayers.length - 1) * columnGap + 2 * margin
  const places = new Map<string, { readonly x: number; readonly y: number }>()
  for (const [column, layer] of graphLayers.entries()) {
    const nodes = graph.layers[layer]
    const step = (height - top - margin) / Math.max(1, nodes.length)
    for (const [index, node] of nodes.entries()) {
      places.set(node.id, {
        x: margin + column * (boxWidth + columnGap),
        y: Math.round(top + step * (index + 0.5) - boxHeight / 2),
      })
    }
  }
  const lines = graph.edges.map(({ from, to, serves }) => {
    const start = places.get(from)
    const end = places.get(to)
    if (start === undefined || end === undefined) return ''
    const x1 = start.x + boxWidth
    const y1 = start.y + boxHeight / 2
    const y2 = end.y + boxHeight / 2
    const middle = (x1 + end.x) / 2
    return `<path class="${serves ? 'serves' : 'stands-by'}" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${end.x} ${y2}"/>`
  })
  const titles = graphLayers.map(
    (layer, column) =>
      `<text class="layer" x="${margin + column * (boxWidth + columnGap)}" y="20">${layerTitles[layer]}</text>`,
  )
  const boxes = graphLayers.flatMap((layer) =>
    graph.layers[layer].map((node) => box(node, places.get(node.id) ?? { x: 0, y: 0 })),
  )
  return `<svg id="graph-picture" role="img" aria-labelledby="graph-name" aria-describedby="graph-words" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title id="graph-name">Workflows, what serves them, over which provider, under which jurisdiction</title>
<g>${lines.join('')}</g>
${titles.join('')}
${boxes.join('\n')}
</svg>`
}

function box(node: GraphNode, place: { readonly x: number; readonly y: number }): string {
  const { x, y } = place
  const label = escapeHtml(cutToWidth(visibleText(node.label), 30))
  const shown = node.members.slice(0, 12)
  const left = node.members.length - shown.length
  const full = `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}${node.isPoint ? ' (a single point of failure)' : ''}`
  const text = node.isPoint
    ? `<text x="${x + 8}" y="${y + 13}">${label}</text><text class="sub" x="${x + 8}" y="${y + 25}">single point of failure</text>`
    : `<text x="${x + 8}" y="${y + 19}">${label}</text>`
  return `<g class="node${node.isPoint ? ' point' : ''}"><title>${escapeHtml(full)}</title><rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="5"/>${text}</g>`
}
