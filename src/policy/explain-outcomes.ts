import type { Decision, DecisionReason, ReasonCode } from '../schema/decision.ts'
import { reasonCodes } from '../schema/decision.ts'
import type { PolicyUnit, UnitMarker, UnitReason, UnitRule } from './policy-unit.ts'
import type { UnitOutcome } from './unit-table.ts'

export interface UnitAnswer {
  readonly unit: PolicyUnit
  readonly outcome: UnitOutcome
}

/**
 * One decision from the answers of all units: an error denies, a forbid overrides, and what nothing permits is
 * denied. Frozen, since many uses share it.
 */
export function explainOutcomes(answers: readonly UnitAnswer[]): Decision {
  const failed = answers.filter(({ outcome }) => outcome.errors.length > 0)
  if (failed.length > 0) return deny(failed.map(errorReason), [])
  const forbidding = answers.filter(
    ({ unit, outcome }) => heldRules(unit, outcome, 'forbid').length > 0,
  )
  if (forbidding.length > 0) {
    const said = forbidding.flatMap(deniedBecause)
    return deny(
      said.map(({ reason, policy }) => decisionReason(reason, policy)),
      said.flatMap(({ reason }) => reason.needed),
    )
  }
  const permits = answers.flatMap(({ unit, outcome }) => heldRules(unit, outcome, 'permit'))
  if (permits.length === 0) return plainDenial('no-permit')
  const spared = answers.flatMap(({ unit, outcome }) => heldMarkers(unit, outcome, 'spare'))
  return freeze({
    verdict: 'allow',
    reasons: [
      ...permits.map((rule) => decisionReason(rule.reason, rule.id)),
      ...spared.map((marker) => decisionReason(marker.reason, ruleOf(marker.id))),
    ],
    needed: [],
  })
}

const neededFor: Partial<Readonly<Record<ReasonCode, string>>> = {
  'no-permit':
    'a workflow of holdfast.yaml that lists the model and whose audience holds the caller',
  'unknown-model': 'a route, workflow or directive that names the model',
  'unknown-route': 'a route of holdfast.yaml with this id',
  'unknown-workflow': 'a workflow of holdfast.yaml with this id',
  'unknown-class': 'one of the four classes',
  'snapshot-expired': 'a snapshot that is valid now',
  'snapshot-not-yet-valid': 'a snapshot that is valid at this instant',
}

/** A denial that no policy gave. */
export function plainDenial(code: ReasonCode, text: string = reasonCodes[code]): Decision {
  const needed = neededFor[code]
  return deny([plainReason(code, text)], needed === undefined ? [] : [needed])
}

/** Before the reason of a rule what led to it, after it what else a reader must know. */
function deniedBecause({
  unit,
  outcome,
}: UnitAnswer): readonly { readonly reason: UnitReason; readonly policy: string }[] {
  const rules = heldRules(unit, outcome, 'forbid')
  return [
    ...heldMarkers(unit, outcome, 'lead').map(({ id, reason }) => ({ reason, policy: ruleOf(id) })),
    ...rules.map(({ id, reason }) => ({ reason, policy: id })),
    ...heldMarkers(unit, outcome, 'detail').map(({ id, reason }) => ({
      reason,
      policy: ruleOf(id),
    })),
  ]
}

function heldRules(
  unit: PolicyUnit,
  outcome: UnitOutcome,
  effect: 'permit' | 'forbid',
): readonly UnitRule[] {
  return unit.rules.filter(
    (rule) => rule.policy.effect === effect && outcome.held.includes(rule.id),
  )
}

function heldMarkers(
  unit: PolicyUnit,
  outcome: UnitOutcome,
  said: UnitMarker['said'],
): readonly UnitMarker[] {
  return unit.markers.filter((marker) => marker.said === said && outcome.held.includes(marker.id))
}

/** A marker belongs to the policy before its `#`. */
function ruleOf(marker: string): string {
  return marker.slice(0, marker.lastIndexOf('#'))
}

function errorReason({ unit, outcome }: UnitAnswer): DecisionReason {
  return {
    ...plainReason('policy-error', `\`${unit.id}\` failed: ${outcome.errors.join('; ')}`),
    policy: unit.rules[0]?.id ?? null,
  }
}

function plainReason(code: ReasonCode, text: string): DecisionReason {
  return { code, policy: null, directive: null, clause: null, source: null, review: null, text }
}

function decisionReason(reason: UnitReason, policy: string): DecisionReason {
  const { code, directive, clause, source, review, text } = reason
  return { code, policy, directive, clause, source, review, text }
}

function deny(reasons: readonly DecisionReason[], needed: readonly string[]): Decision {
  return freeze({ verdict: 'deny', reasons: [...reasons], needed: [...new Set(needed)] })
}

function freeze(decision: Decision): Decision {
  for (const reason of decision.reasons) Object.freeze(reason)
  Object.freeze(decision.reasons)
  Object.freeze(decision.needed)
  return Object.freeze(decision)
}
