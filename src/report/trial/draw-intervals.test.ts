import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inconclusiveReport,
  qualifiedReport,
  sequentialReport,
} from '../../../test/fixtures/report/trials.ts'
import type { GateResult } from '../../schema/trial-result.ts'
import { drawIntervals } from './draw-intervals.ts'
import { axisOf, foundText, gateScale } from './gate-scale.ts'
import { intervalLine } from './interval-line.ts'

function gateOf(report: typeof qualifiedReport, name: string): GateResult {
  const gate = report.result.gates.find((one) => one.gate === name)
  assert.ok(gate !== undefined)
  return gate
}

function draw(gate: GateResult): {
  readonly bound: number
  readonly shaded: readonly [number, number]
  readonly interval: readonly [number, number]
  readonly estimate: number
} {
  const svg = drawIntervals([{ label: null, result: gate }])
  const number = (pattern: RegExp): number => Number(pattern.exec(svg)?.[1])
  const from = number(/class="passes" x="([\d.]+)"/)
  return {
    bound: number(/class="bound" x1="([\d.]+)"/),
    shaded: [from, from + number(/class="passes"[^>]* width="([\d.]+)"/)],
    interval: [
      number(/class="whisker" x1="([\d.]+)"/),
      number(/class="whisker"[^>]* x2="([\d.]+)"/),
    ],
    estimate: number(/class="estimate" cx="([\d.]+)"/),
  }
}

test('the interval of a passed gate lies wholly on the shaded side, above a margin and below a cap', () => {
  const quality = draw(gateOf(qualifiedReport, 'quality'))
  assert.ok(quality.bound < quality.interval[0])
  assert.ok(quality.interval[0] < quality.estimate && quality.estimate < quality.interval[1])
  assert.equal(quality.shaded[0], quality.bound)
  assert.ok(quality.interval[1] <= quality.shaded[1] + 0.2)
  const cost = draw(gateOf(qualifiedReport, 'cost'))
  assert.ok(cost.interval[1] < cost.bound)
  assert.ok(Math.abs(cost.shaded[1] - cost.bound) < 0.2)
})

test('the interval of an undecided gate crosses what was registered', () => {
  const { interval, bound } = draw(gateOf(inconclusiveReport, 'quality'))
  assert.ok(interval[0] < bound && bound < interval[1])
  const line = intervalLine(gateOf(inconclusiveReport, 'quality'), 50)
  assert.match(line, /^ *├─*┊─+●─+┤$/)
})

test('places are in proportion to figures', () => {
  const gate = gateOf(qualifiedReport, 'quality')
  const { from, to } = axisOf([gate], gateScale(gate))
  const { estimate } = draw(gate)
  const expected = 14 + (((gate.estimate ?? 0) - from) / (to - from)) * (420 - 28)
  assert.ok(Math.abs(estimate - expected) < 0.1)
})

test('an end beyond which nothing can be is drawn as open and does not stretch the axis', () => {
  const gate = gateOf(sequentialReport, 'quality')
  assert.equal(gate.interval?.upper, 1)
  assert.ok(axisOf([gate], gateScale(gate)).to < 0.1)
  assert.match(drawIntervals([{ label: null, result: gate }]), /class="open-end"/)
  assert.match(intervalLine(gate, 50), /▸$/)
})

test('a gate of which not one may fail is told as a count', () => {
  assert.equal(foundText(gateOf(qualifiedReport, 'served-model')), '0 of 300')
  assert.equal(
    foundText({ ...gateOf(qualifiedReport, 'served-model'), estimate: 2 / 300 }),
    '2 of 300',
  )
})

test('a gate that nobody knows is drawn, and neither side of it called good', () => {
  const unknown = { ...gateOf(qualifiedReport, 'quality'), gate: 'ripeness', limit: 0.01 }
  const svg = drawIntervals([{ label: null, result: unknown }])
  assert.match(svg, /class="whisker"/)
  assert.doesNotMatch(svg, /class="passes"/)
  assert.equal(gateScale(unknown).limitText, '0.01')
})

test('nothing is drawn where there is nothing', () => {
  assert.equal(drawIntervals([]), '')
  assert.equal(intervalLine({ ...gateOf(qualifiedReport, 'quality'), interval: null }, 50), '')
})
