import type { Decision, DecisionReason } from '../schema/decision.ts'

/**
 * The reason that a caller is told. That nobody knows its class would tell its class: behind that stands the rule
 * that denies, which is the same for everybody whom the directive does not spare. The ledger keeps them all.
 */
export function toldReason({ reasons }: Pick<Decision, 'reasons'>): DecisionReason | undefined {
  return reasons.find(({ code }) => code !== 'person-undetermined') ?? reasons[0]
}
