import type { JWTPayload } from 'jose'
import { visibleText } from '../base/visible-text.ts'
import { oidcLimits } from './oidc-keys.ts'

/** Longest name of somebody within its issuer; OpenID Connect allows as many. */
export const subjectLengthMax = 255

/** A claim of that name, else the way through nested objects that its dots tell. */
export function claimOf(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  return value
}

export function textIn(claims: JWTPayload, name: string | undefined): string | null {
  const value = name === undefined ? undefined : claimOf(claims, name)
  return isName(value, 1_000) ? value : null
}

/** A list of texts, or one text. */
export function listIn(claims: JWTPayload, name: string | undefined): readonly string[] {
  const value = name === undefined ? undefined : claimOf(claims, name)
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.slice(0, oidcLimits.listedMax).filter((one) => typeof one === 'string')
}

export function isName(value: unknown, lengthMax: number): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= lengthMax &&
    visibleText(value) === value
  )
}
