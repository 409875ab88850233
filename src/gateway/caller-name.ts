import type { Caller } from './gateway-state.ts'

/** The same principal, by whatever key; a service that works for a person is not the one that works for another. */
export function callerName({ id, pseudonym, principal }: Caller): string {
  return JSON.stringify([id, principal.kind, principal.id ?? null, pseudonym])
}
