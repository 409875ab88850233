export interface Timer {
  cancel(): void
}

/** Time as the gateway is given it. */
export interface GatewayClock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Milliseconds that only ever grow: a clock that is set does not move it. */
  elapsed(): number
  after(ms: number, then: () => void): Timer
}
