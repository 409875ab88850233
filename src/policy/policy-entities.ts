import { compareText } from '../base/compare.ts'
import type { CedarEntity, CedarRequest, CedarUid } from './cedar-engine.ts'
import { entityTypes } from './cedar-schema.ts'
import type { PolicyModel, PolicyRoute, Principal } from './principal.ts'
import { splitOperations } from './split-operations.ts'

/** One use as Cedar is asked about it. */
export interface PolicyQuestion {
  readonly principal: Principal
  readonly model: PolicyModel
  readonly route: PolicyRoute
  /** Id of the workflow; null: none is named. */
  readonly workflow: string | null
  readonly purpose: string
  /** RFC 3339, UTC. */
  readonly at: string
}

/** Sides of which an attribute or a group is read; the entities of the others need not go along. */
export interface SidesWithAttributes {
  readonly principal: boolean
  readonly model: boolean
  readonly route: boolean
}

const allSides: SidesWithAttributes = { principal: true, model: true, route: true }

/** A use of which nothing is known, to fill sides that a policy does not look at. */
export const emptyQuestion: PolicyQuestion = {
  principal: {
    kind: 'person',
    definition: '',
    class: 'undetermined',
    entity: null,
    employment: null,
    groups: [],
    authorisations: [],
  },
  model: {
    id: '',
    vendor: '',
    family: null,
    weights: null,
    trainingOperations: null,
    vendorJurisdictions: [],
  },
  route: {
    id: '',
    provider: '',
    region: null,
    jurisdictions: [],
    retentionDays: null,
    trainsOnInput: null,
    models: [],
  },
  workflow: null,
  purpose: '',
  at: '1970-01-01T00:00:00.000Z',
}

export function cedarRequestOf(
  question: PolicyQuestion,
  needed: SidesWithAttributes = allSides,
): CedarRequest {
  const principal = principalEntity(question.principal)
  const model = modelEntity(question.model)
  const route = routeEntity(question.route)
  return {
    principal: principal.uid,
    resource: model.uid,
    context: {
      route: { __entity: route.uid },
      ...(question.workflow === null
        ? {}
        : { workflow: { __entity: uid('workflow', question.workflow) } }),
      purpose: question.purpose,
      at: { __extn: { fn: 'datetime', arg: question.at } },
    },
    entities: [
      ...(needed.principal ? [principal] : []),
      ...(needed.model ? [model] : []),
      ...(needed.route ? [route] : []),
    ],
  }
}

/** Attributes that a policy can read, by name; what is unknown is absent. */
export function principalAttributes(principal: Principal): Readonly<Record<string, unknown>> {
  return {
    definition: principal.definition,
    class: principal.class,
    ...(principal.entity === null ? {} : { entity: principal.entity }),
    ...(principal.employment === null ? {} : { employment: principal.employment }),
    authorisations: sorted(principal.authorisations),
  }
}

export function modelAttributes(model: PolicyModel): Readonly<Record<string, unknown>> {
  return {
    vendor: model.vendor,
    ...(model.family === null ? {} : { family: model.family }),
    ...(model.weights === null ? {} : { weights: model.weights }),
    ...(model.trainingOperations === null
      ? {}
      : { trainingOperations: splitOperations(model.trainingOperations) }),
    vendorJurisdictions: sorted(model.vendorJurisdictions),
  }
}

export function routeAttributes(route: PolicyRoute): Readonly<Record<string, unknown>> {
  return {
    provider: route.provider,
    ...(route.region === null ? {} : { region: route.region }),
    jurisdictions: sorted(route.jurisdictions),
    ...(route.retentionDays === null ? {} : { retentionDays: route.retentionDays }),
    ...(route.trainsOnInput === null ? {} : { trainsOnInput: route.trainsOnInput }),
  }
}

function principalEntity(principal: Principal): CedarEntity {
  return {
    uid: uid(principal.kind, principal.id ?? ''),
    attrs: principalAttributes(principal),
    parents: sorted(principal.groups).map((id) => uid('group', id)),
  }
}

function modelEntity(model: PolicyModel): CedarEntity {
  return { uid: uid('model', model.id), attrs: modelAttributes(model), parents: [] }
}

function routeEntity(route: PolicyRoute): CedarEntity {
  return { uid: uid('route', route.id), attrs: routeAttributes(route), parents: [] }
}

function uid(type: keyof typeof entityTypes, id: string): CedarUid {
  return { type: entityTypes[type], id }
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted(compareText)
}
