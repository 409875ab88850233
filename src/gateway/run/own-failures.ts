import { type Failure, noEvidence, transportFailure } from '../attempt.ts'

/** Of a failure: policy has changed while the hop was under way. */
export const directiveCut = 'directive'

/** Of a failure: the circuit is half open, and another request is the one that tries. */
export const triedByAnother = 'tried-by-another'

export const anotherTries: Failure = {
  ...transportFailure('another request finds out whether the route is back', true),
  code: triedByAnother,
}

export const callerGone: Failure = transportFailure('the caller has gone', true)

/** The process is told to end, and waits no longer for what is under way. */
export const gatewayEnds: Failure = {
  ...transportFailure('the gateway ends', true),
  code: 'gateway-ends',
}

export const overtaken: Failure = transportFailure('another hop answered first', true)

/** The provider has no part in it. */
export function isOurs({ code }: Failure): boolean {
  return code === directiveCut || code === noEvidence || code === gatewayEnds.code
}
