import type { GateResult } from '../../schema/trial-result.ts'
import { differenceText, ratioText, shareText, wholeText } from './figure-words.ts'

/** How one gate is drawn and told: what its figures are, where its bound lies, and which side of it is good. */
export interface GateScale {
  readonly title: string
  /** The registered limit as it lies on the axis of estimate and interval; null: it lies on none. */
  readonly bound: number | null
  /** Which side of the bound passes. */
  readonly good: 'above' | 'below' | 'unknown'
  /** Where the axis may not go beyond. */
  readonly least: number
  readonly most: number
  /** A value that is worth a line of its own: no difference, the same cost. */
  readonly even: number | null
  /** A figure of the axis. */
  readonly figure: (value: number) => string
  /** The registered limit. */
  readonly limitText: string
  /** True: what is found is told as a count, since not one may be. */
  readonly isCount: boolean
}

type Kind = 'difference' | 'cap' | 'floor' | 'ratio' | 'none-may' | 'tokens'

const gates: Readonly<Record<string, { readonly title: string; readonly kind: Kind }>> = {
  quality: { title: 'quality, candidate − incumbent', kind: 'difference' },
  'refusal-cap': { title: 'refused tasks', kind: 'cap' },
  'refusal-difference': { title: 'refusals, incumbent − candidate', kind: 'difference' },
  format: { title: 'valid format', kind: 'floor' },
  'tool-calls': { title: 'valid tool calls', kind: 'floor' },
  'context-fit': { title: 'tasks that do not fit', kind: 'tokens' },
  latency: { title: 'answers over the time', kind: 'cap' },
  cost: { title: 'cost, candidate ÷ incumbent', kind: 'ratio' },
  'served-model': { title: 'answers of another model', kind: 'none-may' },
}

export function gateScale(gate: GateResult): GateScale {
  const known = gates[gate.gate]
  if (known === undefined) return unknownScale(gate)
  const { title } = known
  switch (known.kind) {
    case 'difference':
      return {
        title,
        bound: -gate.limit,
        good: 'above',
        least: -1,
        most: 1,
        even: 0,
        figure: differenceText,
        limitText: `margin ${differenceText(-gate.limit)}`,
        isCount: false,
      }
    case 'cap':
      return {
        ...shares(title, gate.limit, 'below'),
        limitText: `at most ${shareText(gate.limit)}`,
      }
    case 'floor':
      return {
        ...shares(title, gate.limit, 'above'),
        limitText: `at least ${shareText(gate.limit)}`,
      }
    case 'none-may':
      return { ...shares(title, 0, 'below'), limitText: 'none', isCount: true }
    case 'tokens':
      return {
        ...shares(title, 0, 'below'),
        limitText: `none, in ${wholeText(gate.limit)} tokens`,
        isCount: true,
      }
    case 'ratio':
      return {
        title,
        bound: gate.limit,
        good: 'below',
        least: 0,
        most: Infinity,
        even: 1,
        figure: ratioText,
        limitText: `at most ${ratioText(gate.limit)}`,
        isCount: false,
      }
  }
}

function shares(
  title: string,
  bound: number,
  good: 'above' | 'below',
): Omit<GateScale, 'limitText'> {
  return { title, bound, good, least: 0, most: 1, even: null, figure: shareText, isCount: false }
}

/** A gate that this report does not know is told as it stands; no side of it is called good. */
function unknownScale(gate: GateResult): GateScale {
  const figure = (value: number): string => String(Number(value.toPrecision(4)))
  return {
    title: gate.gate,
    bound: gate.limit,
    good: 'unknown',
    least: -Infinity,
    most: Infinity,
    even: null,
    figure,
    limitText: figure(gate.limit),
    isCount: false,
  }
}

/** Estimate and interval in figures: `−0.0033 (−0.0224 to +0.0151)`. */
export function foundText(gate: GateResult, scale: GateScale = gateScale(gate)): string {
  if (gate.estimate === null) return '–'
  if (scale.isCount)
    return `${wholeText(gate.estimate * gate.counted)} of ${wholeText(gate.counted)}`
  const { interval } = gate
  const estimate = scale.figure(gate.estimate)
  return interval === null
    ? estimate
    : `${estimate} (${scale.figure(interval.lower)} to ${scale.figure(interval.upper)})`
}

export interface Axis {
  readonly from: number
  readonly to: number
}

/**
 * The part of an axis that shows estimates, intervals and bound with some room around. An end of an interval that lies where
 * nothing can be beyond says nothing, and does not stretch the axis: it is drawn as open.
 */
export function axisOf(results: readonly GateResult[], scale: GateScale): Axis {
  const values = [
    ...(scale.bound === null ? [] : [scale.bound]),
    ...(scale.even === null ? [] : [scale.even]),
    ...results.flatMap(({ estimate, interval }) => [
      ...(estimate === null ? [] : [estimate]),
      ...(interval === null ? [] : [interval.lower, interval.upper]).filter(
        (end) => scale.good === 'unknown' || !isOpenEnd(end, scale),
      ),
    ]),
  ].filter((value) => Number.isFinite(value))
  const low = Math.min(...values)
  const high = Math.max(...values)
  const room = Math.max((high - low) * 0.12, 0.005)
  return {
    from: Math.max(scale.least, low - room),
    to: Math.min(scale.most, high + room),
  }
}

/** Whether an end of an interval is only that no figure can be beyond it. */
export function isOpenEnd(end: number, scale: GateScale): boolean {
  return scale.even === 0 && (end <= scale.least || end >= scale.most)
}
