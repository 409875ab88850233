import type { GateResult } from '../../schema/trial-result.ts'
import { axisOf, gateScale, isOpenEnd } from './gate-scale.ts'

/** `    ┊  ├──●───┤   `: an interval on a terminal; `┊` is the registered bound. Empty where there is nothing to draw. */
export function intervalLine(gate: GateResult, columns: number): string {
  const { estimate, interval } = gate
  if (estimate === null || interval === null) return ''
  const scale = gateScale(gate)
  const axis = axisOf([gate], scale)
  const at = (value: number): number => {
    const share = (value - axis.from) / (axis.to - axis.from || 1)
    return Math.round(Math.min(1, Math.max(0, share)) * (columns - 1))
  }
  const cells = Array.from({ length: columns }, () => ' ')
  for (let cell = at(interval.lower); cell <= at(interval.upper); cell++) cells[cell] = '─'
  cells[at(interval.lower)] = isOpenEnd(interval.lower, scale) ? '◂' : '├'
  cells[at(interval.upper)] = isOpenEnd(interval.upper, scale) ? '▸' : '┤'
  if (scale.bound !== null) cells[at(scale.bound)] = '┊'
  cells[at(estimate)] = '●'
  return cells.join('').trimEnd()
}
