import {
  canRestrict,
  clauseOf,
  instantOf,
  type PolicyWorld,
  type Principal,
  type Question,
} from '../../src/policy/index.ts'
import type { CarveOut, Directive, DirectiveScope } from '../../src/schema/directive.ts'

/**
 * Decision 0009 once more, written down plainly and without Cedar: an independent answer to hold the engine against.
 * Directives are in force; carve-outs that have begun and not ended hold.
 */
export function referenceVerdict(
  world: PolicyWorld,
  directives: readonly Directive[],
  question: Question,
): 'allow' | 'deny' {
  const model = world.models.find(({ id }) => id === question.model)
  const route = world.routes.find(({ id }) => id === question.route)
  if (model === undefined || route === undefined) return 'deny'
  const use: Use = { world, question, model, route }
  if (!isPermitted(use) || breaksLimits(use)) return 'deny'
  return directives.some((directive) => denies(directive, use)) ? 'deny' : 'allow'
}

interface Use {
  readonly world: PolicyWorld
  readonly question: Question
  readonly model: PolicyWorld['models'][number]
  readonly route: PolicyWorld['routes'][number]
}

function isPermitted({ world, question, model }: Use): boolean {
  if (question.workflow === null)
    return world.routes.some(({ models }) => models.includes(model.id))
  const workflow = world.workflows.find(({ id }) => id === question.workflow)
  if (workflow === undefined || !workflow.models.includes(model.id)) return false
  const { audience } = workflow
  return audience === null || question.principal.groups.some((group) => audience.includes(group))
}

function breaksLimits({ world, question, route }: Use): boolean {
  const workflow = world.workflows.find(({ id }) => id === question.workflow)
  if (workflow === undefined) return false
  const { allowedJurisdictions: allowed, maxRetentionDays: days, training } = workflow
  const elsewhere =
    allowed !== null &&
    (route.jurisdictions.length === 0 ||
      route.jurisdictions.some((code) => !allowed.includes(code)))
  const kept = days !== null && (route.retentionDays === null || route.retentionDays > days)
  return elsewhere || kept || (training === 'never' && route.trainsOnInput !== false)
}

function denies(directive: Directive, use: Use): boolean {
  if (!canRestrict(directive.instrument)) return false
  if (!isInScope(directive.scope, use)) return false
  const eligibility = classUnder(directive, use.question.principal)
  if (directive.scope.persons === 'foreign-person' && eligibility === 'not-foreign-person') {
    return false
  }
  if (carveOutsNow(directive, use.question.at).some((one) => spares(directive, one, use))) {
    return false
  }
  if (directive.effect === 'forbid') return true
  const canHold =
    eligibility === 'not-foreign-person' || eligibility === 'foreign-person-authorised'
  return !(
    canHold && use.question.principal.authorisations.some((id) => isHeld(directive, id, use))
  )
}

function classUnder(directive: Directive, principal: Principal): string {
  const definition = directive.scope.definition ?? 'us-ear-772.1'
  return principal.definition === definition ? principal.class : 'undetermined'
}

function isInScope(scope: DirectiveScope, { question, model, route }: Use): boolean {
  return (
    selectsModel(scope.models, model) &&
    (scope.routes === 'all' || scope.routes.includes(route.id)) &&
    among(scope.providers, route.provider) &&
    among(scope.regions, route.region) &&
    overlaps(scope.jurisdictions, route.jurisdictions) &&
    among(scope.purposes, question.purpose)
  )
}

function selectsModel(models: DirectiveScope['models'], model: Use['model']): boolean {
  if (models === 'all') return true
  if (Array.isArray(models)) return models.includes(model.id)
  const over = models.trainingOperationsOver
  return (
    among(models.ids, model.id) &&
    among(models.vendors, model.vendor) &&
    among(models.families, model.family) &&
    among(models.weights, model.weights) &&
    overlaps(models.vendorJurisdictions, model.vendorJurisdictions) &&
    (over === undefined || model.trainingOperations === null || model.trainingOperations > over)
  )
}

/** What is not known counts as in scope. */
function among(wanted: readonly string[] | undefined, value: string | null): boolean {
  return wanted === undefined || value === null || wanted.includes(value)
}

function overlaps(wanted: readonly string[] | undefined, known: readonly string[]): boolean {
  return wanted === undefined || known.length === 0 || known.some((code) => wanted.includes(code))
}

function carveOutsNow(directive: Directive, at: string): readonly CarveOut[] {
  return directive.carveOuts.filter(
    (one, index) =>
      clauseOf(one, index) !== '' &&
      instantOf(one, 'relief') <= at &&
      (one.until === undefined || at < new Date(one.until).toISOString()),
  )
}

function spares(directive: Directive, carveOut: CarveOut, use: Use): boolean {
  const { question, model, route } = use
  const { principal } = question
  return (
    fits(carveOut.models, model.id) &&
    fits(carveOut.routes, route.id) &&
    fits(carveOut.purposes, question.purpose) &&
    (carveOut.entities === undefined || sparesEntity(directive, carveOut.entities, use)) &&
    (carveOut.authorisations === undefined ||
      carveOut.authorisations.some(
        (id) => principal.authorisations.includes(id) && isHeld(directive, id, use),
      )) &&
    (carveOut.employment === 'any' ||
      (principal.employment === carveOut.employment &&
        classUnder(directive, principal) !== 'undetermined'))
  )
}

function fits(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.includes(value)
}

/** A text is a list that the authorisation of that id fills. */
function sparesEntity(
  directive: Directive,
  entities: NonNullable<CarveOut['entities']>,
  use: Use,
): boolean {
  if (typeof entities === 'string') return isHeld(directive, entities, use)
  const { entity } = use.question.principal
  return entity !== null && entities.includes(entity)
}

/** The organisation has it under this directive, for this model and for the entity of the caller, and it has not ended. */
function isHeld(directive: Directive, id: string, { world, question, model }: Use): boolean {
  const { entity } = question.principal
  return world.authorisations.some(
    (one) =>
      one.id === id &&
      one.directive === directive.id &&
      one.models.includes(model.id) &&
      (one.entities === null || (entity !== null && one.entities.includes(entity))) &&
      (one.validUntil === null || question.at < lastInstantOf(one.validUntil)),
  )
}

/** The first place on Earth at which the day is over is at UTC+14. */
function lastInstantOf(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + (24 - 14) * 3_600_000).toISOString()
}
