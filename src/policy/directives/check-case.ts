import type { Decision } from '../../schema/decision.ts'
import type { Directive, DirectiveCase } from '../../schema/directive.ts'
import type { CedarEngine } from '../cedar-engine.ts'
import { decide } from '../decide.ts'
import { directiveStateAt, isWithdrawn } from '../directive-state.ts'
import { buildSnapshot } from '../policy-snapshot.ts'
import type { PolicyModel, PolicyRoute, PolicyWorld } from '../principal.ts'
import { selectorOf } from './scope-width.ts'

export interface CaseResult {
  readonly verdict: Decision['verdict']
  readonly isAvailable: boolean
  readonly reasons: Decision['reasons']
  /** Where it differs from what the case expects; empty: it is as expected. */
  readonly problems: readonly string[]
}

const workflowId = 'case'

/** Asks the policy engine for one case, in a world that holds nothing but this directive. */
export function checkCase(
  directive: Directive,
  one: DirectiveCase,
  engine: CedarEngine,
): CaseResult {
  const state = directiveStateAt(directive, one.at)
  const route = routeOf(directive, one)
  const snapshot = buildSnapshot({
    world: worldOf(directive, one, route),
    directives: [state],
    invalid: [],
    ownPolicies: [],
    at: one.at,
    expiresAt: new Date(Date.parse(one.at) + 86_400_000).toISOString(),
    version: 1,
    engine,
    // One question is asked: nobody else has to be ready for.
    principals: [],
  })
  const { verdict, reasons } = decide(snapshot, {
    principal: {
      kind: 'person',
      definition: one.definition,
      class: one.class,
      entity: one.entity ?? null,
      employment: one.employment ?? null,
      groups: [],
      authorisations: one.authorisations,
    },
    model: one.model,
    route: route.id,
    workflow: workflowId,
    purpose: one.purpose,
    at: one.at,
  })
  const isAvailable = !isWithdrawn(state, one.model, route.provider)
  const clauses = reasons
    .filter((reason) => reason.directive === directive.id)
    .map(({ clause }) => clause)
  return {
    verdict,
    isAvailable,
    reasons,
    problems: [
      ...(verdict === one.expect ? [] : [`the rule says ${verdict}, expected was ${one.expect}`]),
      ...(isAvailable === one.available
        ? []
        : [`the model is ${isAvailable ? 'available' : 'withdrawn'}, expected was the opposite`]),
      ...(one.clause === undefined || clauses.includes(one.clause)
        ? []
        : [
            `clause \`${one.clause}\` is no reason; ${clauses.length === 0 ? 'no clause is' : `the reasons are ${clauses.join(', ')}`}`,
          ]),
    ],
  }
}

function worldOf(directive: Directive, one: DirectiveCase, route: PolicyRoute): PolicyWorld {
  const lists = one.lists ?? {}
  const named = [
    one.model,
    ...(selectorOf(directive.scope.models).ids ?? []),
    ...directive.carveOuts.flatMap(({ models }) => models ?? []),
  ]
  return {
    organisation: 'the organisation of the case',
    definition: one.definition,
    models: [...new Set(named)].map((id) => modelOf(id, one)),
    routes: [route],
    workflows: [
      {
        id: workflowId,
        task: one.purpose,
        audience: null,
        models: [one.model],
        allowedJurisdictions: null,
        maxRetentionDays: null,
        training: null,
      },
    ],
    authorisations: [...new Set([...one.authorisations, ...Object.keys(lists)])].map((id) => ({
      id,
      directive: directive.id,
      models: [one.model],
      entities: lists[id] ?? null,
      validUntil: null,
    })),
  }
}

function modelOf(id: string, one: DirectiveCase): PolicyModel {
  const facts = id === one.model ? one.facts : undefined
  return {
    id,
    vendor: id.slice(0, id.indexOf('/')),
    family: facts?.family ?? null,
    weights: facts?.weights ?? null,
    trainingOperations: facts?.trainingOperations ?? null,
    vendorJurisdictions: facts?.vendorJurisdictions ?? [],
  }
}

/** The route of the case; without one, a route that every part of the scope takes in. */
function routeOf({ scope }: Directive, one: DirectiveCase): PolicyRoute {
  const { route } = one
  return {
    id: route?.id ?? (scope.routes === 'all' ? 'direct' : (scope.routes[0] ?? 'direct')),
    provider: route?.provider ?? scope.providers?.[0] ?? 'anthropic',
    region: (route === undefined ? scope.regions?.[0] : route.region) ?? null,
    jurisdictions: route?.jurisdictions ?? scope.jurisdictions ?? ['US'],
    retentionDays: null,
    trainsOnInput: null,
    models: [one.model],
  }
}
