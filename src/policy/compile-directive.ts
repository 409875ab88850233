import type { CarveOut, Directive, DirectiveSource } from '../schema/directive.ts'
import type { CedarExpression } from './cedar-engine.ts'
import {
  all,
  any,
  attribute,
  contains,
  equals,
  has,
  literal,
  never,
  not,
  oneOf,
  oneOfEntities,
  policyOf,
  principal,
  purpose,
  resource,
  route,
} from './cedar-expression.ts'
import { asksForAttributes, compileScope } from './compile-scope.ts'
import type { DirectiveState } from './directive-state.ts'
import { instantOf } from './directive-state.ts'
import type { PolicyUnit, UnitMarker, UnitReason } from './policy-unit.ts'
import type { PolicyAuthorisation, PolicyWorld } from './principal.ts'

/** The definition of persons that a directive follows when it names none. */
export const defaultDefinition = 'us-ear-772.1'

/**
 * A directive that is in force as one forbid: `when` its scope, `unless` a carve-out or an authorisation
 * (decision 0009). Null: it restricts nothing now.
 */
export function compileDirective(state: DirectiveState, world: PolicyWorld): PolicyUnit | null {
  if (!state.isInForce) return null
  const { directive } = state
  const { scope } = directive
  const id = `directive/${directive.id}`
  const concerned = [...compileScope(scope, 'open'), ...personCondition(directive)]
  const held = heldUnder(directive, world, state.at)
  const carveOuts = state.carveOuts.map(({ clause, carveOut }) => ({
    clause,
    carveOut,
    condition: carveOutCondition(directive, carveOut, held),
  }))
  const authorised =
    directive.effect === 'require-authorisation' ? authorisedCondition(directive, held) : never
  const spared = [...carveOuts.map((one) => one.condition), authorised].filter(
    (condition) => condition !== never,
  )
  return {
    id: `directive:${directive.id}`,
    kind: 'directive',
    title: directive.title,
    rules: [
      {
        id,
        policy: policyOf('forbid', {
          when: concerned,
          unless: spared,
          annotations: annotationsOf(directive, id),
        }),
        reason: mainReason(directive, world),
      },
    ],
    markers: [
      ...personMarker(directive, id),
      ...unknownMarker(directive, id),
      ...carveOuts
        .filter(({ condition }) => condition !== never)
        .map(({ clause, carveOut, condition }) =>
          marker(`${id}#${clause}`, 'spare', [...concerned, condition], {
            ...reasonOf(directive, 'carve-out', clause),
            source:
              carveOut.source === undefined
                ? sourceOf(directive.source)
                : sourceOf(carveOut.source),
            text: `clause \`${clause}\` of the directive \`${directive.id}\` spares this use`,
          }),
        ),
      ...(authorised === never
        ? []
        : [
            marker(`${id}#authorised`, 'spare', [...concerned, authorised], {
              ...reasonOf(directive, 'authorised', 'scope'),
              text: `an authorisation that the caller holds names the directive \`${directive.id}\` and this model`,
            }),
          ]),
    ],
  }
}

/** A directive that is enforced and cannot be read denies the models it names to everybody. */
export function compileInvalidDirective(id: string, models: readonly string[]): PolicyUnit | null {
  if (models.length === 0) return null
  const policy = `invalid/${id}`
  return {
    id: `invalid:${id}`,
    kind: 'invalid-directive',
    title: `${id} (cannot be read)`,
    rules: [
      {
        id: policy,
        policy: policyOf('forbid', {
          when: [oneOfEntities('model', models, resource)],
          annotations: { id: policy, directive: id, clause: 'invalid', review: 'unverified' },
        }),
        reason: {
          code: 'directive-invalid',
          directive: id,
          clause: null,
          source: null,
          review: 'unverified',
          text: `the directive \`${id}\` is enforced and cannot be read, so the models it names are denied`,
          needed: [`a file of the directive \`${id}\` that can be read`],
        },
      },
    ],
    markers: [],
  }
}

/** An address, or the words by which a person finds the source again. */
export function sourceOf(source: DirectiveSource): string {
  return source.url ?? source.title ?? `read on ${source.retrieved}`
}

function classIs(directive: Directive, classes: readonly string[]): CedarExpression {
  return all([
    equals(
      attribute(principal, 'definition'),
      literal(directive.scope.definition ?? defaultDefinition),
    ),
    oneOf(classes, attribute(principal, 'class')),
  ])
}

/** Everybody, or whoever is not known to be no foreign person under this very definition. */
function personCondition(directive: Directive): readonly CedarExpression[] {
  return directive.scope.persons === 'all' ? [] : [not(classIs(directive, ['not-foreign-person']))]
}

function isDetermined(directive: Directive): CedarExpression {
  return classIs(directive, [
    'not-foreign-person',
    'foreign-person-authorised',
    'foreign-person-not-authorised',
  ])
}

/** Authorisations of the organisation that name this directive and have not ended. */
function heldUnder(
  directive: Directive,
  world: PolicyWorld,
  at: string,
): readonly PolicyAuthorisation[] {
  return world.authorisations.filter(
    (one) =>
      one.directive === directive.id && (one.validUntil === null || at < endOf(one.validUntil)),
  )
}

/** The end of an authorisation restricts, so it comes with the first instant anywhere of the day after. */
export function endOf(validUntil: string): string {
  const dayAfter = new Date(Date.parse(`${validUntil}T00:00:00Z`) + 86_400_000)
  return instantOf({ on: dayAfter.toISOString().slice(0, 10) }, 'restriction')
}

function covers(authorisation: PolicyAuthorisation): CedarExpression {
  return all([
    oneOfEntities('model', authorisation.models, resource),
    ...(authorisation.entities === null ? [] : [entityIn(authorisation.entities)]),
  ])
}

function entityIn(entities: readonly string[]): CedarExpression {
  return entities.length === 0
    ? never
    : all([has(principal, 'entity'), oneOf(entities, attribute(principal, 'entity'))])
}

function holdsOneOf(authorisations: readonly PolicyAuthorisation[]): CedarExpression {
  return any(authorisations.map((one) => all([holds(one.id), covers(one)])))
}

function holds(id: string): CedarExpression {
  return contains(attribute(principal, 'authorisations'), literal(id))
}

/** A reference helps only a class that can hold one: with any other it is a contradiction, which denies. */
function authorisedCondition(
  directive: Directive,
  held: readonly PolicyAuthorisation[],
): CedarExpression {
  if (held.length === 0) return never
  return all([
    classIs(directive, ['not-foreign-person', 'foreign-person-authorised']),
    holdsOneOf(held),
  ])
}

function carveOutCondition(
  directive: Directive,
  carveOut: CarveOut,
  held: readonly PolicyAuthorisation[],
): CedarExpression {
  const parts = [
    carveOut.models && oneOfEntities('model', carveOut.models, resource),
    carveOut.routes && oneOfEntities('route', carveOut.routes, route),
    carveOut.purposes && oneOf(carveOut.purposes, purpose),
    carveOut.entities === undefined ? undefined : entityCondition(carveOut.entities, held),
    carveOut.authorisations &&
      holdsOneOf(held.filter((one) => carveOut.authorisations?.includes(one.id))),
    carveOut.employment === 'any' ? undefined : employmentCondition(directive, carveOut.employment),
  ].filter((part) => part !== undefined)
  return parts.includes(never) ? never : all(parts)
}

/** A list is filled by the authorisation of that id; nobody filled it: it spares nobody. */
function entityCondition(
  entities: NonNullable<CarveOut['entities']>,
  held: readonly PolicyAuthorisation[],
): CedarExpression {
  return typeof entities === 'string'
    ? any(held.filter((one) => one.id === entities).map(covers))
    : entityIn(entities)
}

/** Spares people by what they are, so their class must be known as well. */
function employmentCondition(directive: Directive, employment: string): CedarExpression {
  return all([
    has(principal, 'employment'),
    equals(attribute(principal, 'employment'), literal(employment)),
    isDetermined(directive),
  ])
}

function annotationsOf(directive: Directive, id: string): Readonly<Record<string, string>> {
  return {
    id,
    directive: directive.id,
    clause: 'scope',
    source: sourceOf(directive.source),
    review: directive.review.state,
  }
}

function reasonOf(
  directive: Directive,
  code: UnitReason['code'],
  clause: string,
): Omit<UnitReason, 'text'> {
  return {
    code,
    directive: directive.id,
    clause,
    source: sourceOf(directive.source),
    review: directive.review.state,
    needed: [],
  }
}

function mainReason(directive: Directive, world: PolicyWorld): UnitReason {
  const name = `\`${directive.id}\``
  if (directive.effect === 'forbid') {
    return {
      ...reasonOf(directive, 'directive-forbids', 'scope'),
      text: `the directive ${name} (${directive.title}) forbids this use; no authorisation helps`,
      needed: [`the lifting of the directive ${name}, or a clause of it that spares this use`],
    }
  }
  return {
    ...reasonOf(directive, 'authorisation-required', 'scope'),
    text: `the directive ${name} (${directive.title}) asks for an authorisation that the caller does not hold`,
    needed: [
      `an authorisation of ${world.organisation} under the directive ${name} that names this model and covers the caller`,
    ],
  }
}

function marker(
  id: string,
  said: UnitMarker['said'],
  when: readonly CedarExpression[],
  reason: UnitReason,
): UnitMarker {
  return { id, said, reason, policy: policyOf('forbid', { when, annotations: { id } }) }
}

/** Where a class decides, it is said that none is known. */
function personMarker(directive: Directive, id: string): readonly UnitMarker[] {
  if (directive.scope.persons === 'all' && directive.effect === 'forbid') return []
  const definition = directive.scope.definition ?? defaultDefinition
  return [
    marker(`${id}#undetermined`, 'lead', [not(isDetermined(directive))], {
      ...reasonOf(directive, 'person-undetermined', 'scope'),
      text: `the class of the caller is not known under \`${definition}\`, the definition of the directive \`${directive.id}\``,
      needed: [`an attested class of the caller under \`${definition}\``],
    }),
  ]
}

function unknownMarker(directive: Directive, id: string): readonly UnitMarker[] {
  if (!asksForAttributes(directive.scope)) return []
  return [
    marker(`${id}#unknown`, 'detail', [not(all(compileScope(directive.scope, 'strict')))], {
      ...reasonOf(directive, 'attribute-unknown', 'scope'),
      text: `the scope of the directive \`${directive.id}\` asks for an attribute that nobody knows here, so it counts as met`,
      needed: ['the missing attribute in the catalogue or in holdfast.yaml'],
    }),
  ]
}
