import { entityTypes } from './cedar-schema.ts'
import {
  modelAttributes,
  type PolicyQuestion,
  principalAttributes,
  routeAttributes,
} from './policy-entities.ts'
import type { PolicyModel, PolicyRoute, Principal } from './principal.ts'
import type { Side } from './tested-parts.ts'

/** How values of one side are read, and where they stand in a question. */
export interface SideOf<T> {
  readonly side: Side
  part(value: T): Partial<PolicyQuestion>
  attributes(value: T): Readonly<Record<string, unknown>>
  /** `Type::id` of the entity; empty for none. */
  name(value: T): string
  /** True: entities that no policy writes out are all the same to it, apart from being there or not. */
  readonly areUnnamedAlike: boolean
  groups(value: T): readonly string[]
  kind(value: T): string
}

const plain = { groups: () => [], kind: () => '', attributes: () => ({}), areUnnamedAlike: true }

export const principalSide: SideOf<Principal> = {
  side: 'principal',
  part: (principal) => ({ principal }),
  attributes: principalAttributes,
  name: () => '',
  areUnnamedAlike: true,
  groups: (principal) => principal.groups,
  kind: (principal) => principal.kind,
}

export const modelSide: SideOf<PolicyModel> = {
  ...plain,
  side: 'model',
  part: (model) => ({ model }),
  attributes: modelAttributes,
  name: (model) => `${entityTypes.model}::${model.id}`,
}

export const routeSide: SideOf<PolicyRoute> = {
  ...plain,
  side: 'route',
  part: (route) => ({ route }),
  attributes: routeAttributes,
  name: (route) => `${entityTypes.route}::${route.id}`,
}

export const workflowSide: SideOf<string | null> = {
  ...plain,
  side: 'workflow',
  part: (workflow) => ({ workflow }),
  name: (workflow) => (workflow === null ? '' : `${entityTypes.workflow}::${workflow}`),
}

export const purposeSide: SideOf<string> = {
  ...plain,
  side: 'purpose',
  part: (purpose) => ({ purpose }),
  name: (purpose) => purpose,
  areUnnamedAlike: false,
}
