import { textOf } from './usage-source.ts'

/**
 * The role that a session of AWS acts in, which names a service; the session's own name and a user's may be a
 * person's, and roles of IAM Identity Center are what persons sign in to: these name nobody.
 */
export function roleOf(arn: unknown): string | null {
  const role =
    /:assumed-role\/(?<role>[^/]+)(?:\/|$)/.exec(textOf(arn) ?? '')?.groups?.['role'] ?? null
  return role === null || role.startsWith('AWSReservedSSO_') ? null : role
}
