import type { Decision } from '../schema/decision.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import type { Call } from './call.ts'
import { decideUse } from './decide-use.ts'
import type { RouteCircuits } from './circuits.ts'
import type { GatewayRoute, GatewayState, GatewayWorkflow } from './gateway-state.ts'
import { toldReason } from './told-reason.ts'

/** One model over one route that could serve a call. */
export interface Hop {
  /** The same for the same model over the same route, whatever is loaded anew. */
  readonly id: string
  readonly model: string
  readonly route: GatewayRoute
  /** Name of the model on the wire. */
  readonly wireModel: string
  /** Another model than the one that was asked for. */
  readonly isFallback: boolean
}

/** Why a hop was passed over. */
export type Passed =
  | 'denied'
  | 'disabled'
  | 'unqualified'
  | 'withdrawn'
  | 'outage'
  | 'unfit'
  | 'evidence'

export interface JudgedHop {
  readonly hop: Hop
  readonly decision: Decision
  /** Version of the policy that decided. */
  readonly snapshot: string
  /** Null: it may be tried. */
  readonly passed: Passed | null
  /** In words, for whoever reads the error. */
  readonly why: string | null
  readonly notice: string | null
  /** The verdict by which a fallback may be tried; null: there is none, or it needs none. */
  readonly qualifiedBy: VerdictRecord | null
}

/** What a hop is judged by, beside policy. */
export interface JudgeOptions {
  readonly circuits: RouteCircuits
  /** RFC 3339 in milliseconds. */
  readonly at: string
  /** Of a request that does not fit; null: it fits, or nobody knows. */
  readonly unfit: (hop: Hop) => string | null
  /** Nothing can be recorded now, and this model may not be served without evidence. */
  readonly isWithoutEvidence: (model: string) => boolean
}

/**
 * Where a call may go, in order: the requested model over each of its routes; then, when it is the model of the
 * call's workflow, each fallback over each of its routes. Over one route alone where the caller says so.
 */
export function planHops(
  state: GatewayState,
  { model, workflow, route }: Pick<Call, 'model' | 'workflow' | 'route'>,
): readonly Hop[] {
  if (model === null) return []
  const hops = hopsFor(state, model, workflow)
  return route === null ? hops : hops.filter((hop) => hop.model === model && hop.route.id === route)
}

function hopsFor(
  state: GatewayState,
  model: string,
  workflow: GatewayWorkflow | null,
): readonly Hop[] {
  const found = plans.get(state)?.get(workflow)?.get(model)
  if (found !== undefined) return found
  const ofState = plans.get(state) ?? new Map<GatewayWorkflow | null, Map<string, readonly Hop[]>>()
  plans.set(state, ofState)
  const ofWorkflow = ofState.get(workflow) ?? new Map<string, readonly Hop[]>()
  ofState.set(workflow, ofWorkflow)
  const hops = plannedHops(state, model, workflow)
  ofWorkflow.set(model, hops)
  return hops
}

/** The same for every call with this model and workflow, as long as the state is in force. */
const plans = new WeakMap<GatewayState, Map<GatewayWorkflow | null, Map<string, readonly Hop[]>>>()

function plannedHops(
  state: GatewayState,
  model: string,
  workflow: GatewayWorkflow | null,
): readonly Hop[] {
  const own = hopsOf(state, { model, route: null }, false)
  if (workflow === null || workflow.model !== model) return own
  return [
    ...own,
    ...workflow.fallbacks
      .filter((fallback) => fallback.model !== model || fallback.route !== null)
      .flatMap((fallback) => hopsOf(state, fallback, fallback.model !== model)),
  ]
}

function hopsOf(
  state: GatewayState,
  wanted: { readonly model: string; readonly route: string | null },
  isFallback: boolean,
): readonly Hop[] {
  return state.routesOf(wanted.model).flatMap((route) => {
    const wireModel = route.models.get(wanted.model)
    if (wireModel === undefined || (wanted.route !== null && wanted.route !== route.id)) return []
    const id = `${wanted.model}@${route.id}`
    return [{ id, model: wanted.model, route, wireModel, isFallback }]
  })
}

/**
 * What policy says of a hop: of its model, and of each that works on the request beside it there. In another protocol
 * than the caller's no tool of a provider goes on.
 */
export function decideHop(
  state: GatewayState,
  call: Call,
  { model, route }: Pick<Hop, 'model' | 'route'>,
  at: string,
): Decision {
  const decided = decideUse(state, call, { model, route: route.id, at })
  if (decided.verdict === 'deny' || route.protocol !== call.codec.protocol) return decided
  for (const { isAtWork, model: written } of call.references) {
    if (!isAtWork || written === null) continue
    const named = state.modelOf(written) ?? written
    const beside = decideUse(state, call, { model: named, route: route.id, at })
    if (beside.verdict === 'deny') return beside
  }
  return decided
}

/** Whether a hop may be tried now: policy first, then what is known of route and model. */
export function judgeHop(
  state: GatewayState,
  call: Call,
  hop: Hop,
  options: JudgeOptions,
): JudgedHop {
  const decision = decideHop(state, call, hop, options.at)
  const snapshot = String(state.snapshot.version)
  const passed = (reason: Passed, why: string): JudgedHop => ({
    hop,
    decision,
    snapshot,
    passed: reason,
    why,
    notice: null,
    qualifiedBy: null,
  })
  if (decision.verdict === 'deny')
    return passed('denied', toldReason(decision)?.text ?? 'policy denies it')
  if (hop.route.disabled !== null) return passed('disabled', hop.route.disabled)
  if (options.isWithoutEvidence(hop.model))
    return passed('evidence', 'nothing can be recorded now, and a directive concerns this model')
  const qualifiedBy = hop.isFallback ? verdictOn(state, call, hop, options.at) : null
  const isUnqualified = hop.isFallback && qualifiedBy === null
  if (isUnqualified && mustBeQualified(state, call))
    return passed('unqualified', 'no valid trial says that it can do this work')
  const admission = options.circuits.admits(hop.model, hop.route.id)
  if (admission === 'withdrawn' || admission === 'outage')
    return passed(
      admission,
      admission === 'withdrawn' ? 'the provider withdrew the model' : 'the route failed just now',
    )
  const unfit = options.unfit(hop)
  if (unfit !== null) return passed('unfit', unfit)
  return {
    hop,
    decision,
    snapshot,
    passed: null,
    why: null,
    notice: isUnqualified ? unqualifiedNotice : null,
    qualifiedBy,
  }
}

/** Of a fallback of which no valid trial says that it can do this work. */
export const unqualifiedNotice = 'unqualified-fallback'

function verdictOn(
  { verdicts }: GatewayState,
  { workflow }: Call,
  { model, route }: Hop,
  at: string,
): VerdictRecord | null {
  return workflow === null ? null : verdicts.find(workflow.id, model, route.id, at)
}

/** Whether a fallback without a valid trial may not be used. */
export function mustBeQualified(
  { unqualifiedFallbacks }: GatewayState,
  { workflow }: Pick<Call, 'workflow'>,
): boolean {
  return workflow?.requireQualified === true || unqualifiedFallbacks === 'deny'
}
