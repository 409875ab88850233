/** What became of a request, as `holdfast-outcome` says it. */
export type Outcome = 'direct' | 'failover' | 'resumed' | 'denied'
