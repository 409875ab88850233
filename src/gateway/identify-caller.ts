import type { CallerError } from '../protocols/index.ts'
import type { Caller, Callers, TokenCaller, TokenRefusal } from './gateway-state.ts'
import type { HeaderLines } from './header-lines.ts'
import { onBehalfOf } from './on-behalf-of.ts'

export type Identified = Caller | CallerError

/**
 * Who calls: the holder of a key or a signed token in `authorization` or `x-api-key`; of two that differ, nobody. A
 * service may name the person it works for. Only a token that was not seen before makes anybody wait.
 */
export function identifyCaller(
  callers: Callers,
  headers: HeaderLines,
  at: string,
): Identified | Promise<Identified> {
  const presented = presentedKey(headers)
  if (presented === null) return unknownKey(headers)
  const holder = callers.find(presented, at)
  if (holder !== null) return withPerson(callers, holder, headers, at)
  const found = callers.tokens?.find(presented, at) ?? null
  return found instanceof Promise
    ? found.then((one) => ofToken(callers, one, headers, at))
    : ofToken(callers, found, headers, at)
}

export function isUnidentified(identified: Identified): identified is CallerError {
  return 'status' in identified
}

function presentedKey(headers: HeaderLines): string | null {
  const bearer = bearerOf(headers['authorization'])
  const plain = headers['x-api-key']
  if (bearer !== null && typeof plain === 'string' && plain !== bearer) return null
  const key = bearer ?? (typeof plain === 'string' ? plain : null)
  return key === '' ? null : key
}

function bearerOf(value: string | readonly string[] | undefined): string | null {
  if (typeof value !== 'string') return null
  return /^bearer +(\S+)$/i.exec(value)?.[1] ?? null
}

function ofToken(
  callers: Callers,
  found: TokenCaller | TokenRefusal | null,
  headers: HeaderLines,
  at: string,
): Identified | Promise<Identified> {
  if (found === null) return unknownKey(headers)
  return isRefusal(found) ? refused(found) : withPerson(callers, found, headers, at)
}

function isRefusal(found: TokenCaller | TokenRefusal): found is TokenRefusal {
  return 'status' in found
}

/** A header line that names a person and does not hold is refused, never passed over: without it another class counts. */
function withPerson(
  callers: Callers,
  holder: Caller,
  headers: HeaderLines,
  at: string,
): Identified | Promise<Identified> {
  const named = headers[onBehalfOfHeader]
  if (named === undefined) return holder
  if (holder.principal.kind !== 'service')
    return {
      status: 403,
      type: 'permission_error',
      message: `only a service may call on behalf of a person: \`${onBehalfOfHeader}\` is not for this key`,
    }
  const token = typeof named === 'string' ? named : ''
  const found = callers.tokens?.find(token, at) ?? null
  const join = (person: TokenCaller | TokenRefusal | null): Identified => {
    if (person === null)
      return {
        status: 401,
        type: 'authentication_error',
        message: `\`${onBehalfOfHeader}\` holds no signed token${callers.tokens === undefined ? ', and no issuer is configured here' : ''}`,
      }
    if (isRefusal(person))
      return refused({ ...person, message: `\`${onBehalfOfHeader}\`: ${person.message}` })
    if (person.principal.kind === 'person') return onBehalfOf(holder, person)
    return {
      status: 403,
      type: 'permission_error',
      message: `\`${onBehalfOfHeader}\` holds the token of a service, not of a person`,
    }
  }
  return found instanceof Promise ? found.then(join) : join(found)
}

const onBehalfOfHeader = 'holdfast-on-behalf-of'

function refused({ status, message }: TokenRefusal): CallerError {
  return {
    status,
    type: status === 503 ? 'authentication_unavailable' : 'authentication_error',
    message,
  }
}

function unknownKey(headers: HeaderLines): CallerError {
  const isGiven = headers['authorization'] !== undefined || headers['x-api-key'] !== undefined
  return {
    status: 401,
    type: 'authentication_error',
    message: isGiven
      ? 'the key is unknown, revoked or expired'
      : 'no key: `Authorization: Bearer …` or `x-api-key`',
  }
}
