import type { ElementId } from '../portfolio.ts'

/** What counts as home in an assessment. */
export interface HomeRegion {
  /** `EU`, or the code of one jurisdiction. */
  readonly anchor: string
  readonly codes: ReadonlySet<string>
}

/** Members of the Union and the other states of the EEA, which the framework counts as one. */
const europeanEconomicArea =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'

/** The framework's own anchor. A source may name the bloc instead of a state. */
export const europeanHome: HomeRegion = {
  anchor: 'EU',
  codes: new Set(['EU', ...europeanEconomicArea.split(' ')]),
}

/** Where nobody said where the organisation is at home, the framework's own anchor stands. */
export function homeRegionOf(jurisdiction: string | null): HomeRegion {
  if (jurisdiction === null) return europeanHome
  const code = jurisdiction.toUpperCase()
  return europeanHome.codes.has(code) ? europeanHome : { anchor: code, codes: new Set([code]) }
}

/**
 * `abroad`: another authority can compel it. `unknown`: nobody says where it is, which the framework's own ladders
 * put with what is abroad. `none`: it lies nowhere, as a class of people or a name of a model.
 */
export type Side = 'home' | 'abroad' | 'unknown' | 'none'

/** Codes of the jurisdictions that can compel an element; empty: nobody knows; null: none can. */
export type SeatsOf = (element: ElementId) => readonly string[] | null

export function sideOf(element: ElementId, home: HomeRegion, seatsOf: SeatsOf): Side {
  const seats = seatsOf(element)
  if (seats === null) return 'none'
  if (seats.length === 0) return 'unknown'
  return seats.every((code) => home.codes.has(code)) ? 'home' : 'abroad'
}

/** Abroad, or nobody knows where. */
export function isNotHome(element: ElementId, home: HomeRegion, seatsOf: SeatsOf): boolean {
  const side = sideOf(element, home, seatsOf)
  return side === 'abroad' || side === 'unknown'
}
