export { buildState, type RouteStandings, withRouteStandings } from './build-state.ts'
export type { StateParts } from './build-state.ts'
export { Circuits } from './circuits.ts'
export type { Circuit } from './circuits.ts'
export type { GatewayClock } from './clock.ts'
export type { Evidence } from './evidence.ts'
export { Gateway } from './gateway.ts'
export type { GatewaySettings } from './gateway.ts'
export type {
  Caller,
  Callers,
  GatewayState,
  TokenCaller,
  TokenCallers,
  TokenRefusal,
} from './gateway-state.ts'
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
export { Upstreams } from './upstream.ts'
export { ObservedTraffic, type ObservedUse } from './observed-traffic.ts'
