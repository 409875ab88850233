import type { JWTPayload } from 'jose'
import type { ConfigAdminIssuer } from '../../schema/holdfast-config.ts'
import { claimOf, isName, listIn, subjectLengthMax } from '../oidc-claims.ts'
import type { AdminCaller } from './admin-tokens.ts'

/** Whoever verified claims of `admin.oidc` speak of; null: they name nobody. Groups that give no role are passed over. */
export function adminCallerOf(
  { issuer, claims: names, roles }: ConfigAdminIssuer,
  claims: JWTPayload,
): AdminCaller | null {
  const subject = claimOf(claims, names.subject)
  if (!isName(subject, subjectLengthMax)) return null
  const given = new Map(Object.entries(roles))
  return {
    name: `${subject} of ${issuer}`,
    roles: [...new Set(listIn(claims, names.roles).flatMap((group) => given.get(group) ?? []))],
  }
}
