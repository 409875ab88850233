import type { ReasonCode } from '../schema/decision.ts'
import type { CedarExpression } from './cedar-engine.ts'
import {
  all,
  any,
  atMost,
  attribute,
  containsAll,
  entity,
  equals,
  has,
  hasWorkflow,
  isEmpty,
  isIn,
  literal,
  not,
  oneOfEntities,
  policyOf,
  principal,
  resource,
  route,
  setOf,
  workflow as workflowOfRequest,
} from './cedar-expression.ts'
import type { PolicyUnit, UnitRule } from './policy-unit.ts'
import type { PolicyWorkflow, PolicyWorld } from './principal.ts'

/** The base permit of a workflow and the limits on where its data may go. */
export function compileWorkflow(one: PolicyWorkflow): PolicyUnit {
  const isAsked = all([hasWorkflow, equals(workflowOfRequest, entity('workflow', one.id))])
  return {
    id: `workflow:${one.id}`,
    kind: 'workflow',
    title: one.id,
    rules: [
      {
        id: `workflow/${one.id}`,
        policy: policyOf('permit', {
          when: [
            isAsked,
            ...(one.audience === null ? [] : [inAudience(one.audience)]),
            oneOfEntities('model', one.models, resource),
          ],
          annotations: { id: `workflow/${one.id}`, workflow: one.id },
        }),
        reason: {
          ...plainReason('base-permit'),
          text: `the caller is in the audience of the workflow \`${one.id}\`, which lists the model`,
        },
      },
      ...limits(one, isAsked),
    ],
    markers: [],
  }
}

/** Without a workflow, a known principal may use what any route lists. */
export function compileNoWorkflow(world: PolicyWorld): PolicyUnit {
  const models = [...new Set(world.routes.flatMap((one) => one.models))].toSorted()
  return {
    id: 'no-workflow',
    kind: 'no-workflow',
    title: 'calls that name no workflow',
    rules: [
      {
        id: 'no-workflow',
        policy: policyOf('permit', {
          when: [not(hasWorkflow), oneOfEntities('model', models, resource)],
          annotations: { id: 'no-workflow' },
        }),
        reason: {
          ...plainReason('base-permit'),
          text: 'the caller is known, names no workflow, and a route lists the model',
        },
      },
    ],
    markers: [],
  }
}

function plainReason(code: ReasonCode) {
  return { code, directive: null, clause: null, source: null, review: null, needed: [] } as const
}

function inAudience(groups: readonly string[]): CedarExpression {
  return groups.length === 0
    ? literal(false)
    : isIn(principal, setOf(groups.map((id) => entity('group', id))))
}

function limits(one: PolicyWorkflow, isAsked: CedarExpression): readonly UnitRule[] {
  return [
    one.allowedJurisdictions === null
      ? null
      : jurisdictionLimit(one, one.allowedJurisdictions, isAsked),
    one.maxRetentionDays === null ? null : retentionLimit(one, one.maxRetentionDays, isAsked),
    one.training === 'never' ? trainingLimit(one, isAsked) : null,
  ].filter((rule) => rule !== null)
}

function jurisdictionLimit(
  one: PolicyWorkflow,
  allowed: readonly string[],
  isAsked: CedarExpression,
): UnitRule {
  const known = attribute(route, 'jurisdictions')
  const outside =
    allowed.length === 0
      ? literal(true)
      : any([isEmpty(known), not(containsAll(setOf(allowed.map(literal)), known))])
  return limit(one, 'jurisdiction', [isAsked, outside], {
    code: 'data-jurisdiction',
    text: `data of the workflow \`${one.id}\` may be reached from ${allowed.join(', ')} only, and this route is elsewhere or nobody knows where`,
    needed: `a route whose jurisdictions are known and all among ${allowed.join(', ')}`,
  })
}

function retentionLimit(one: PolicyWorkflow, days: number, isAsked: CedarExpression): UnitRule {
  const kept = all([
    has(route, 'retentionDays'),
    atMost(attribute(route, 'retentionDays'), literal(days)),
  ])
  return limit(one, 'retention', [isAsked, not(kept)], {
    code: 'data-retention',
    text: `data of the workflow \`${one.id}\` may be kept ${days} days at most, and this route keeps it longer or nobody said how long`,
    needed: `a route that states \`retentionDays\` of ${days} or less`,
  })
}

function trainingLimit(one: PolicyWorkflow, isAsked: CedarExpression): UnitRule {
  const safe = all([has(route, 'trainsOnInput'), not(attribute(route, 'trainsOnInput'))])
  return limit(one, 'training', [isAsked, not(safe)], {
    code: 'data-training',
    text: `nobody may train on data of the workflow \`${one.id}\`, and this route does or nobody said that it does not`,
    needed: 'a route that states `trainsOnInput: false`',
  })
}

function limit(
  one: PolicyWorkflow,
  clause: string,
  when: readonly CedarExpression[],
  reason: { readonly code: ReasonCode; readonly text: string; readonly needed: string },
): UnitRule {
  const id = `workflow/${one.id}/data-${clause}`
  return {
    id,
    policy: policyOf('forbid', { when, annotations: { id, workflow: one.id } }),
    reason: { ...plainReason(reason.code), text: reason.text, needed: [reason.needed] },
  }
}
