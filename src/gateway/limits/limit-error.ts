import type { CallerError } from '../../protocols/index.ts'
import type { LimitName, Refusal, Scope } from './counters.ts'

/** When somebody else has to end first, nobody knows when; asked again so soon costs little. */
const unknownWaitMs = 1_000
const waitMsMax = 60_000
/** What others use is not to be read off the instant at which there is room again. */
const sharedStepMs = 5_000

/** A limit that is reached, in the caller's shape: which one and whose, never how much of it who uses. */
export function limitError(refusal: Refusal): CallerError {
  const { limit, scope } = refusal
  return {
    status: 429,
    type: 'rate_limit_error',
    message: `${subjects[scope]} ${words[limit]}: try again in ${retryAfterSeconds(refusal)} s`,
    detail: { limit, scope },
  }
}

/** Clients of the official libraries wait as long as `retry-after` says; for tomorrow they are not to wait at all. */
export function limitHeaders(refusal: Refusal): Readonly<Record<string, string>> {
  const retryAfter = { 'retry-after': String(retryAfterSeconds(refusal)) }
  return refusal.limit === 'spendPerDay' ? { ...retryAfter, 'x-should-retry': 'false' } : retryAfter
}

function retryAfterSeconds({ limit, scope, waitMs }: Refusal): number {
  // Until midnight: the same for everybody.
  if (limit === 'spendPerDay') return Math.ceil((waitMs ?? 0) / 1_000)
  const wait = Math.min(waitMs ?? unknownWaitMs, waitMsMax)
  const told = scope === 'principal' ? wait : Math.ceil(wait / sharedStepMs) * sharedStepMs
  return Math.max(1, Math.ceil(told / 1_000))
}

const subjects: Readonly<Record<Scope, string>> = {
  principal: 'this caller',
  workflow: 'this workflow',
  route: 'every route that could serve this',
}

const words: Readonly<Record<LimitName, string>> = {
  concurrent: 'has as many requests under way as it may have at the same time',
  requestsPerMinute: 'has had as many requests as it may have in a minute',
  tokensPerMinute: 'has had as many tokens as it may have in a minute',
  spendPerDay: 'has spent what it may spend in a day (UTC)',
}
