import { type Failure, transportFailure } from './attempt.ts'
import type { Call } from './call.ts'
import { decideUse } from './decide-use.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import type { GatewayState } from './gateway-state.ts'
import type { Hop, JudgedHop } from './plan-hops.ts'
import { isOtherSnapshot } from './verdict-book.ts'

/**
 * Holds what a provider says it serves against what it was asked for. A name, as the caller is told it: `vendor/name`,
 * or as written where nobody knows it. Another model is a failure where a directive or a trial could be concerned,
 * and only named where neither is.
 */
export function servedModel(
  state: GatewayState,
  call: Call,
  hop: Hop,
  { written, at }: { readonly written: string; readonly at: string },
): string | Failure {
  // Some protocols do not say who answers.
  if (written === '' || written === hop.wireModel) return hop.model
  const served = state.modelOf(written)
  if (served === null) return written
  if (served === hop.model || !isConcerned(state, call, hop, { served, at })) return served
  return mismatch(`\`${served}\` answered instead of \`${hop.model}\``)
}

/**
 * Holds the same name against verdicts: each was found for one snapshot of its model. Those that end by it are told.
 * `refuted`: the verdict that opened this hop is not about what answered. Another model altogether, to which a provider
 * may turn now and then, ends none.
 */
export function servedSnapshot(
  state: GatewayState,
  { hop, qualifiedBy }: JudgedHop,
  written: string,
): { readonly ended: readonly VerdictRecord[]; readonly refuted: boolean } {
  const refuted = qualifiedBy !== null && isOtherSnapshot(qualifiedBy, written)
  if (!state.verdicts.mayEnd(hop.id, written)) return { ended: [], refuted }
  const model = state.modelOf(written)
  const isSameModel = model === null || model === hop.model
  return { ended: isSameModel ? state.verdicts.end(hop.id, written) : [], refuted }
}

export function untried(model: string, written: string): Failure {
  return mismatch(`\`${model}\` answered as \`${written}\`, which no trial has tried`)
}

/** Of a failure: another model than policy was asked about had a hand in the answer. */
export const modelMismatch = 'model-mismatch'

export function mismatch(message: string): Failure {
  return { ...transportFailure(message, true), code: modelMismatch }
}

function isConcerned(
  state: GatewayState,
  call: Call,
  hop: Hop,
  { served, at }: { readonly served: string; readonly at: string },
): boolean {
  const { restricted } = state.snapshot.table
  if (restricted.has(served) || restricted.has(hop.model)) return true
  if (call.workflow?.requireQualified === true) return true
  return decideUse(state, call, { model: served, route: hop.route.id, at }).verdict === 'deny'
}
