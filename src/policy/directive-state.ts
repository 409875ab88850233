import { compareText } from '../base/compare.ts'
import type { CarveOut, Directive, Instrument, VendorAction } from '../schema/directive.ts'

/** A directive as it stands at one instant. */
export interface DirectiveState {
  readonly directive: Directive
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  /** Its rule restricts now: effective, and of an instrument that can. */
  readonly isInForce: boolean
  /** Carve-outs that hold now, with the name of their clause. */
  readonly carveOuts: readonly { readonly clause: string; readonly carveOut: CarveOut }[]
  /** Models that the vendor has taken away from everybody now; `providers` null: over every provider. */
  readonly withdrawn: readonly WithdrawnModel[]
  /** The next instant at which anything above changes; null: never, as far as is known. */
  readonly changesAt: string | null
}

export interface WithdrawnModel {
  readonly model: string
  readonly providers: readonly string[] | null
  /** Providers over which it is back although it was taken away over all; empty for most. */
  readonly exceptProviders: readonly string[]
  readonly action: VendorAction
}

/** A time of a directive: an instant, or only the day. */
export interface DirectiveTime {
  readonly at?: string | undefined
  readonly on?: string | undefined
}

/** Instruments that restrict by themselves; a request, a vendor's decision or a contract never forbids. */
const restricting: ReadonlySet<Instrument> = new Set<Instrument>([
  'is-informed-letter',
  'regulation',
  'sanction',
  'licence',
])

const hourMs = 3_600_000

export function canRestrict(instrument: Instrument): boolean {
  return restricting.has(instrument)
}

/**
 * The instant of an entry, with milliseconds. A restriction known to the day starts at its first instant anywhere
 * on Earth (UTC+14), a relief at its last (UTC−12): neither allows an hour too early.
 */
export function instantOf(time: DirectiveTime, kind: 'restriction' | 'relief'): string {
  if (time.at !== undefined) return new Date(time.at).toISOString()
  const midnight = Date.parse(`${time.on}T00:00:00Z`)
  const offsetMs = kind === 'restriction' ? -14 * hourMs : (24 + 12) * hourMs
  return new Date(midnight + offsetMs).toISOString()
}

/** Name of a carve-out as decisions cite it: its own, else its number in the file, from 1. */
export function clauseOf(carveOut: CarveOut, index: number): string {
  return carveOut.id ?? `carve-out-${index + 1}`
}

/** How a directive stands at an instant (decision 0009). The order of the file matters only between equal instants. */
export function directiveStateAt(directive: Directive, at: string): DirectiveState {
  const now = new Date(at).toISOString()
  const history = readHistory(directive)
  const state = stateOf(history, now)
  const mark = markOf(state)
  // An entry that repeats what holds already is no change.
  const changesAt =
    history.instants.find((later) => later > now && markOf(stateOf(history, later)) !== mark) ??
    null
  return { directive, at: now, ...state, changesAt }
}

/** Whether the vendor has taken the model away from everybody over this provider. */
export function isWithdrawn(
  state: Pick<DirectiveState, 'withdrawn'>,
  model: string,
  provider: string,
): boolean {
  return state.withdrawn.some(
    (one) =>
      one.model === model &&
      (one.providers === null || one.providers.includes(provider)) &&
      !one.exceptProviders.includes(provider),
  )
}

/**
 * The instant at which a directive bites hardest: right after its first restriction and the vendor's acts of that
 * day. What cannot restrict by itself bites with the vendor's first withdrawal. A directive that never restricted
 * is widest at the first act of the vendor, else at its first line.
 */
export function widestInstantOf(directive: Directive): string {
  const first = firstRestriction(directive)
  if (first === null) {
    return (
      directive.status.map((entry) => instantOf(entry, 'restriction')).toSorted(compareText)[0] ??
      ''
    )
  }
  const day = dayOf(first)
  const candidates = [
    instantOf(first, 'restriction'),
    ...directive.vendorActions
      .filter((action) => action.effect !== 'restored' && dayOf(action) === day)
      .map((action) => instantOf(action, 'restriction')),
  ].toSorted(compareText)
  const history = readHistory(directive)
  return candidates.reduce((best, instant) =>
    widthOf(stateOf(history, instant)) > widthOf(stateOf(history, best)) ? instant : best,
  )
}

function firstRestriction(directive: Directive): DirectiveTime | null {
  const byInstant = (a: DirectiveTime, b: DirectiveTime) =>
    compareText(instantOf(a, 'restriction'), instantOf(b, 'restriction'))
  const effective = canRestrict(directive.instrument)
    ? directive.status.filter((entry) => entry.is === 'effective')
    : directive.vendorActions.filter((action) => action.effect === 'withdrawn-for-all')
  const acts = directive.vendorActions.filter((action) => action.effect !== 'restored')
  return effective.toSorted(byInstant)[0] ?? acts.toSorted(byInstant)[0] ?? null
}

function dayOf(time: DirectiveTime): string {
  return time.on ?? instantOf(time, 'restriction').slice(0, 10)
}

/** A rule in force counts more than any number of withdrawn models. */
function widthOf(state: Snapshot): number {
  return (state.isInForce ? 1_000_000 : 0) + state.withdrawn.length
}

type Snapshot = Pick<DirectiveState, 'isInForce' | 'carveOuts' | 'withdrawn'>

interface Dated<T> {
  readonly instant: string
  readonly value: T
}

/** The entries of a directive in the order of their instants, equal ones in the order of the file. */
interface History {
  readonly status: readonly Dated<boolean>[]
  readonly carveOuts: readonly {
    readonly from: string
    readonly until: string | null
    readonly clause: string
    readonly carveOut: CarveOut
  }[]
  readonly actions: readonly Dated<VendorAction>[]
  /** Every instant at which something may change, ascending. */
  readonly instants: readonly string[]
}

function readHistory(directive: Directive): History {
  const status = directive.status
    .filter((entry) => entry.is !== 'issued')
    .map((entry) => ({
      instant: instantOf(entry, entry.is === 'effective' ? 'restriction' : 'relief'),
      value: entry.is === 'effective' && canRestrict(directive.instrument),
    }))
  const carveOuts = directive.carveOuts.map((carveOut, index) => ({
    from: instantOf(carveOut, 'relief'),
    until: carveOut.until === undefined ? null : instantOf({ at: carveOut.until }, 'restriction'),
    clause: clauseOf(carveOut, index),
    carveOut,
  }))
  // `limited` ends a withdrawal for everybody, so here it is a relief.
  const actions = directive.vendorActions.map((action) => ({
    instant: instantOf(action, action.effect === 'withdrawn-for-all' ? 'restriction' : 'relief'),
    value: action,
  }))
  const instants = [
    ...status.map((entry) => entry.instant),
    ...carveOuts.flatMap(({ from, until }) => (until === null ? [from] : [from, until])),
    ...actions.map((entry) => entry.instant),
  ]
  return {
    status: inOrder(status),
    carveOuts,
    actions: inOrder(actions),
    instants: [...new Set(instants)].toSorted(compareText),
  }
}

function inOrder<T>(entries: readonly Dated<T>[]): readonly Dated<T>[] {
  return entries.toSorted((a, b) => compareText(a.instant, b.instant))
}

function stateOf(history: History, now: string): Snapshot {
  return {
    isInForce: history.status.findLast((entry) => entry.instant <= now)?.value ?? false,
    carveOuts: history.carveOuts
      .filter(({ from, until }) => from <= now && (until === null || now < until))
      .map(({ clause, carveOut }) => ({ clause, carveOut })),
    withdrawn: withdrawnOf(
      history.actions.filter((entry) => entry.instant <= now).map((entry) => entry.value),
    ),
  }
}

interface Withdrawal {
  /** What took it away over every provider, if anything. */
  everywhere: VendorAction | null
  /** Providers it is back over although `everywhere` took it away. */
  back: Set<string>
  /** Providers that it was taken away over by name. */
  byProvider: Map<string, VendorAction>
}

/** The last act on a model over a provider holds; an act without providers is over all of them. */
function withdrawnOf(actions: readonly VendorAction[]): readonly WithdrawnModel[] {
  const models = new Map<string, Withdrawal>()
  for (const action of actions) {
    for (const model of action.models) {
      const before = models.get(model) ?? {
        everywhere: null,
        back: new Set(),
        byProvider: new Map(),
      }
      models.set(model, before)
      applyAction(before, action)
    }
  }
  return [...models].flatMap(([model, withdrawal]) => rowsOf(model, withdrawal))
}

function applyAction(withdrawal: Withdrawal, action: VendorAction): void {
  const isTaken = action.effect === 'withdrawn-for-all'
  if (action.providers === undefined) {
    withdrawal.everywhere = isTaken ? action : null
    withdrawal.back.clear()
    withdrawal.byProvider.clear()
    return
  }
  for (const provider of action.providers) {
    if (isTaken) {
      withdrawal.back.delete(provider)
      if (withdrawal.everywhere === null) withdrawal.byProvider.set(provider, action)
    } else {
      withdrawal.byProvider.delete(provider)
      if (withdrawal.everywhere !== null) withdrawal.back.add(provider)
    }
  }
}

function rowsOf(model: string, withdrawal: Withdrawal): readonly WithdrawnModel[] {
  if (withdrawal.everywhere !== null) {
    const exceptProviders = [...withdrawal.back].toSorted(compareText)
    return [{ model, providers: null, exceptProviders, action: withdrawal.everywhere }]
  }
  const byAction = new Map<VendorAction, string[]>()
  for (const [provider, action] of withdrawal.byProvider) {
    byAction.set(action, [...(byAction.get(action) ?? []), provider])
  }
  return [...byAction].map(([action, providers]) => ({
    model,
    providers: providers.toSorted(compareText),
    exceptProviders: [],
    action,
  }))
}

/** Tells two states apart. */
function markOf(state: Snapshot): string {
  const withdrawn = state.withdrawn
    .map(
      ({ model, providers, exceptProviders }) =>
        `${model} ${providers?.join()} ${exceptProviders.join()}`,
    )
    .toSorted(compareText)
  return JSON.stringify([state.isInForce, state.carveOuts.map(({ clause }) => clause), withdrawn])
}
