import type { ConfigUseLimits, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { CallerLimits } from '../gateway-state.ts'
import type { UseLimits } from './counters.ts'

/** Limits of each caller and workflow: its own, where it has some, else those of all, one by one. */
export function callerLimits({ gateway, principals, workflows }: HoldfastConfig): CallerLimits {
  return {
    ofPrincipal: limitsById(principals, gateway?.limits?.perPrincipal),
    ofWorkflow: limitsById(workflows, gateway?.limits?.perWorkflow),
  }
}

function limitsById(
  owners: readonly { readonly id: string; readonly limits?: ConfigUseLimits | undefined }[],
  ofAll: ConfigUseLimits | undefined,
): (id: string) => UseLimits | null {
  const own = new Map(
    owners.flatMap(({ id, limits }) =>
      limits === undefined ? [] : [[id, useLimits({ ...ofAll, ...limits })] as const],
    ),
  )
  const others = useLimits(ofAll)
  return (id) => own.get(id) ?? others
}

/** Null: no limit is stated. */
export function useLimits(
  stated: (ConfigUseLimits & { readonly tokensPerMinute?: number | undefined }) | undefined,
): UseLimits | null {
  if (stated === undefined) return null
  const { concurrent, requestsPerMinute, tokensPerMinute, spendPerDay } = stated
  const limits = {
    concurrent: concurrent ?? null,
    requestsPerMinute: requestsPerMinute ?? null,
    tokensPerMinute: tokensPerMinute ?? null,
    spendPerDay: spendPerDay ?? null,
  }
  return Object.values(limits).every((limit) => limit === null) ? null : limits
}
