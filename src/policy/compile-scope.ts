import type { DirectiveScope } from '../schema/directive.ts'
import type { CedarExpression } from './cedar-engine.ts'
import {
  all,
  any,
  attribute,
  containsAny,
  equals,
  has,
  ifThenElse,
  isEmpty,
  literal,
  never,
  oneOf,
  oneOfEntities,
  over,
  purpose,
  resource,
  route,
  setOf,
} from './cedar-expression.ts'
import { splitOperations } from './split-operations.ts'

/** `open`: what is not known counts as being in scope, since permission fails closed. `strict`: it does not. */
type Unknown = 'open' | 'strict'

/** What the scope asks of the use itself, apart from the person: one condition for each part of it. */
export function compileScope(scope: DirectiveScope, unknown: Unknown): readonly CedarExpression[] {
  return [
    ...modelConditions(scope.models, unknown),
    ...routeConditions(scope, unknown),
    ...(scope.purposes === undefined ? [] : [oneOf(scope.purposes, purpose)]),
  ]
}

/** Whether any part of the scope asks for something that may be unknown. */
export function asksForAttributes(scope: DirectiveScope): boolean {
  const { models } = scope
  const ofModel =
    models !== 'all' &&
    !isList(models) &&
    [
      models.families,
      models.weights,
      models.trainingOperationsOver,
      models.vendorJurisdictions,
    ].some((part) => part !== undefined)
  return ofModel || scope.regions !== undefined || scope.jurisdictions !== undefined
}

function modelConditions(
  models: DirectiveScope['models'],
  unknown: Unknown,
): readonly CedarExpression[] {
  if (models === 'all') return []
  if (isList(models)) return [oneOfEntities('model', models, resource)]
  return [
    models.ids && oneOfEntities('model', models.ids, resource),
    models.vendors && oneOf(models.vendors, attribute(resource, 'vendor')),
    models.families &&
      optional(resource, 'family', unknown, (it) => oneOf(models.families ?? [], it)),
    models.weights &&
      optional(resource, 'weights', unknown, (it) => oneOf(models.weights ?? [], it)),
    models.trainingOperationsOver === undefined
      ? undefined
      : optional(resource, 'trainingOperations', unknown, (it) =>
          operationsOver(it, models.trainingOperationsOver ?? 0),
        ),
    models.vendorJurisdictions &&
      overlapping(attribute(resource, 'vendorJurisdictions'), models.vendorJurisdictions, unknown),
  ].filter((condition) => condition !== undefined)
}

function routeConditions(scope: DirectiveScope, unknown: Unknown): readonly CedarExpression[] {
  return [
    scope.routes === 'all' ? undefined : oneOfEntities('route', scope.routes, route),
    scope.providers && oneOf(scope.providers, attribute(route, 'provider')),
    scope.regions && optional(route, 'region', unknown, (it) => oneOf(scope.regions ?? [], it)),
    scope.jurisdictions &&
      overlapping(attribute(route, 'jurisdictions'), scope.jurisdictions, unknown),
  ].filter((condition) => condition !== undefined)
}

/** `if` and not `||`: Cedar's strict validation then knows that the attribute is there. */
function optional(
  of: CedarExpression,
  name: string,
  unknown: Unknown,
  test: (value: CedarExpression) => CedarExpression,
): CedarExpression {
  const known = has(of, name)
  const value = test(attribute(of, name))
  return unknown === 'open' ? ifThenElse(known, value, literal(true)) : all([known, value])
}

function overlapping(
  known: CedarExpression,
  wanted: readonly string[],
  unknown: Unknown,
): CedarExpression {
  if (wanted.length === 0) return never
  const overlap = containsAny(known, setOf(wanted.map(literal)))
  return unknown === 'open' ? any([isEmpty(known), overlap]) : overlap
}

/** Cedar's numbers end at 9.2e18, so 1e26 operations are compared as exponent and mantissa. */
function operationsOver(operations: CedarExpression, limit: number): CedarExpression {
  const { exponent, mantissa } = splitOperations(limit)
  const asked = attribute(operations, 'exponent')
  return any([
    over(asked, literal(exponent)),
    all([
      equals(asked, literal(exponent)),
      over(attribute(operations, 'mantissa'), literal(mantissa)),
    ]),
  ])
}

function isList(models: DirectiveScope['models']): models is string[] {
  return Array.isArray(models)
}
