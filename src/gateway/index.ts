export { buildState, type RouteStandings, withRouteStandings } from './build-state.ts'
export type { StateParts } from './build-state.ts'
export type { CallCapture, CapturedAnswer, CapturedCall } from './call-capture.ts'
export { Circuits } from './circuits.ts'
export type { Circuit, CircuitEvent, LaneStanding } from './circuits.ts'
export type { GatewayClock } from './clock.ts'
export type { Evidence } from './evidence.ts'
export { Gateway } from './gateway.ts'
export type { GatewayLimits, GatewaySettings } from './gateway.ts'
export type {
  Caller,
  Callers,
  GatewayState,
  TokenCaller,
  TokenCallers,
  TokenRefusal,
} from './gateway-state.ts'
export { costOf } from './limits/cost-of.ts'
export { listPrices, type PriceOf } from './limits/list-prices.ts'
export { LimitDesk } from './limits/limit-desk.ts'
export type { LimitAnswer, LimitQuestion } from './limits/limit-message.ts'
export { MemoryCounters } from './limits/memory-counters.ts'
export type { DaySpend } from './limits/memory-counters.ts'
export { RemoteLimits } from './limits/remote-limits.ts'
export { RouteCapacity } from './limits/route-capacity.ts'
export { GatewayMetrics } from './metrics.ts'
export type { TraceRules, TraceSink } from './traces/traces.ts'
export type { TracedAttempt } from './traces/traced-attempt.ts'
export type { TracedCall } from './traces/traced-call.ts'
export { CircuitProbes } from './probe-circuits.ts'
export type { LastProbe } from './probe-circuits.ts'
export { probeListing } from './probe-listing.ts'
export type { Listing } from './probe-listing.ts'
export { probeModel } from './probe-model.ts'
export type { ProbeResult } from './probe-model.ts'
export { SharedCircuits } from './shared-circuits.ts'
export { Upstreams } from './upstream.ts'
export { ObservedTraffic, type ObservedUse } from './observed-traffic.ts'
