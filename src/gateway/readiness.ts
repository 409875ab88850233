import type { GatewayState } from './gateway-state.ts'

/** Why no traffic can be served now, in words; empty: it can. */
export function unreadiness(
  { snapshot, routes }: GatewayState,
  now: {
    /** RFC 3339 in milliseconds. */
    readonly at: string
    readonly isDraining: boolean
    /** Nothing can be recorded, and nothing may be served without. */
    readonly isWithoutEvidence: boolean
  },
): readonly string[] {
  const isExpired = now.at >= snapshot.expiresAt
  const isOpen = [...routes.values()].some(({ disabled }) => disabled === null)
  return [
    ...(now.isDraining ? ['the process is about to end'] : []),
    ...(isExpired && snapshot.onExpiry === 'deny-all' ? ['the policy snapshot has expired'] : []),
    ...(now.isWithoutEvidence ? ['nothing can be recorded'] : []),
    ...(isOpen ? [] : ['no route takes traffic']),
  ]
}
