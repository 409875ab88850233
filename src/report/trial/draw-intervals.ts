import type { GateResult } from '../../schema/trial-result.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { type Axis, axisOf, foundText, type GateScale, gateScale, isOpenEnd } from './gate-scale.ts'
import { gateStateWords } from './trial-words.ts'

const width = 420
const left = 14
const right = 14
const rowHeight = 22
const top = 18
const bottom = 20

/** One line of a picture: an interval, and whose it is where several stand on one axis. */
export interface DrawnInterval {
  readonly label: string | null
  readonly result: GateResult
}

/**
 * Intervals of one gate on one axis, against the registered bound; the side that passes is shaded. Everything in it also
 * stands in words beside it, so that nothing hangs on a colour.
 */
export function drawIntervals(rows: readonly DrawnInterval[]): string {
  const [first] = rows
  if (first === undefined) return ''
  const scale = gateScale(first.result)
  const axis = axisOf(
    rows.map(({ result }) => result),
    scale,
  )
  const span = axis.to - axis.from || 1
  const labelled = rows.some(({ label }) => label !== null)
  const step = labelled ? rowHeight + 14 : rowHeight
  const height = top + rows.length * step + bottom
  const at = (value: number): number => {
    const share = (value - axis.from) / span
    return round(left + Math.min(1, Math.max(0, share)) * (width - left - right))
  }
  const floor = height - bottom
  const words = rows.map(({ label, result }) => wordsOf(label, result, scale)).join('; ')
  return `<svg class="interval" role="img" aria-label="${escapeHtml(`${words}. ${scale.limitText}`)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${passingSide(scale, axis, at, floor)}<line class="axis" x1="${left}" y1="${floor}" x2="${width - right}" y2="${floor}"/>
${scale.even === null ? '' : `<line class="even" x1="${at(scale.even)}" y1="${top}" x2="${at(scale.even)}" y2="${floor}"/>`}
${boundLine(scale, at, floor)}
${rows.map(({ label, result }, index) => drawRow({ label, result, scale, y: top + index * step + step - rowHeight / 2, at })).join('\n')}
${ends(scale, axis, floor)}
</svg>`
}

function wordsOf(label: string | null, result: GateResult, scale: GateScale): string {
  const name = label === null ? scale.title : `${label}: ${scale.title}`
  return `${name}: ${foundText(result, scale)}, ${gateStateWords[result.state]}`
}

function passingSide(
  scale: GateScale,
  axis: Axis,
  at: (value: number) => number,
  floor: number,
): string {
  if (scale.bound === null || scale.good === 'unknown') return ''
  const [from, to] = scale.good === 'above' ? [scale.bound, axis.to] : [axis.from, scale.bound]
  const shaded = round(at(to) - at(from))
  return `<rect class="passes" x="${at(from)}" y="${top}" width="${Math.max(0, shaded)}" height="${floor - top}"/>`
}

function boundLine(scale: GateScale, at: (value: number) => number, floor: number): string {
  if (scale.bound === null) return ''
  const x = at(scale.bound)
  return `<line class="bound" x1="${x}" y1="${top - 3}" x2="${x}" y2="${floor}"/><text class="bound-text" x="${x}" y="${top - 7}" text-anchor="${anchorAt(x)}">${escapeHtml(scale.limitText)}</text>`
}

interface DrawnRow extends DrawnInterval {
  readonly scale: GateScale
  readonly y: number
  readonly at: (value: number) => number
}

function drawRow(row: DrawnRow): string {
  const { label, result, y, at } = row
  const name =
    label === null ? '' : `<text x="${left}" y="${y - 10}">${escapeHtml(label.slice(0, 64))}</text>`
  const { estimate, interval } = result
  const whiskers =
    interval === null
      ? ''
      : `<line class="whisker" x1="${at(interval.lower)}" y1="${y}" x2="${at(interval.upper)}" y2="${y}"/>${intervalEnd(interval.lower, -1, row)}${intervalEnd(interval.upper, 1, row)}`
  const point =
    estimate === null ? '' : `<circle class="estimate" cx="${at(estimate)}" cy="${y}" r="4"/>`
  return `<g class="state-${result.state}">${name}${whiskers}${point}</g>`
}

/** A bar across, or an arrow where the interval is open. */
function intervalEnd(end: number, side: -1 | 1, { scale, y, at }: DrawnRow): string {
  const x = at(end)
  return isOpenEnd(end, scale)
    ? `<path class="open-end" d="M${x - side * 6} ${y - 4}L${x} ${y}L${x - side * 6} ${y + 4}"/>`
    : `<line class="whisker" x1="${x}" y1="${y - 5}" x2="${x}" y2="${y + 5}"/>`
}

function ends(scale: GateScale, axis: Axis, floor: number): string {
  const y = floor + 14
  return `<text class="tick" x="${left}" y="${y}">${scale.figure(axis.from)}</text><text class="tick" x="${width - right}" y="${y}" text-anchor="end">${scale.figure(axis.to)}</text>`
}

/** Text at an edge of the picture stays inside it. */
function anchorAt(x: number): 'start' | 'middle' | 'end' {
  if (x < 70) return 'start'
  return x > width - 70 ? 'end' : 'middle'
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
