import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { Criticality, Task } from '../schema/vocabulary.ts'

/**
 * The organisation's work as a structure function: a workflow goes on while each of its needs has an option left,
 * and an option is there while all of its elements are. Made by `buildPortfolio` from configuration, register and
 * catalogue; the engine knows nothing else.
 */

/** `kind:id`, for instance `vendor:anthropic`; the kinds stand in `elementKinds`. */
export type ElementId = string

export type Evidence =
  /** A verdict that counts at the instant of the simulation. */
  | 'qualified'
  /** The workflow's own model over another route: nothing new to qualify. */
  | 'same-model'
  /** Nobody has shown that it can do this work. */
  | 'unqualified'

/** How much an option or a workflow carries or asks for. Null: nobody said. */
export interface Load {
  readonly concurrent: number | null
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
}

export interface PlaceOfEvidence {
  readonly repository: string | null
  readonly path: string
  readonly line: number
  readonly dependency: string | null
}

/** One way to get a need met. */
export interface Option {
  /** Unique in its need: `model@route`, `tool:name` or `manual:name`. */
  readonly id: string
  readonly kind: 'model' | 'tool' | 'manual'
  readonly model: string | null
  /** Route of holdfast.yaml; null for one that only the register shows, and for tools and people. */
  readonly route: string | null
  readonly provider: string | null
  /** All of them are needed. Sorted, unique. Empty for people and for tools of one's own. */
  readonly elements: readonly ElementId[]
  readonly evidence: Evidence
  /** How soon it is ready; null: at once for a model, unknown for tools and people. */
  readonly rtoMs: number | null
  /** The most of this workflow's load that it carries by itself; null: nobody said. */
  readonly capacity: Load | null
  /** Why it does not exist for this work although it is written down: a limit of the workflow's data. */
  readonly excluded: string | null
}

/** One thing that a workflow needs a model for. All needs of a workflow must be met. */
export interface Need {
  /** The model that serves it today, or the name as written where nobody knows the model. */
  readonly id: string
  /** In order of preference: the model that serves it today first, then fallbacks. */
  readonly options: readonly Option[]
  /** Where the audit saw it. */
  readonly places: readonly PlaceOfEvidence[]
  /** The model is not known: what hits it cannot be told. Null when it is. */
  readonly unknown: string | null
}

export interface PortfolioWorkflow {
  readonly id: string
  readonly task: Task
  readonly source: 'configuration' | 'inferred'
  /** Null: nobody said; it then weighs as `supporting` and says so. */
  readonly criticality: Criticality | null
  readonly owner: string | null
  readonly mtpdMs: number | null
  readonly rtoMs: number | null
  /** Least share of the load that must be carried, 0–1; null: nobody said. */
  readonly mbcoCapacity: number | null
  readonly load: Load
  readonly requireQualified: boolean
  /** People it is done for, by class; null when no group states a headcount. */
  readonly headcount: Readonly<Record<EligibilityClass, number>> | null
  /** The same, by group. */
  readonly groups: readonly {
    readonly id: string
    readonly headcount: Readonly<Record<EligibilityClass, number>> | null
  }[]
  readonly minStaff: number | null
  readonly needs: readonly Need[]
}

/** What a shared route carries altogether. */
export interface SharedCapacity {
  readonly route: string
  readonly capacity: Load
}

export interface Element {
  readonly id: ElementId
  readonly name: string
  /** Elements that are lost with it: the members of a common cause, the parts of a parent company. */
  readonly takes: readonly ElementId[]
  /** Of a maker of hardware: the jurisdictions that can stop its supply. Told as an early warning, never as a loss. */
  readonly supplyJurisdictions?: readonly string[]
}

export interface Portfolio {
  readonly workflows: readonly PortfolioWorkflow[]
  readonly elements: readonly Element[]
  readonly capacities: readonly SharedCapacity[]
}

/** Order of elements in reports, and the layer each belongs to. */
export const elementKinds = [
  'model',
  'vendor',
  'provider',
  'route',
  'region',
  'jurisdiction',
  'parent',
  'hardware',
  'common-cause',
  'class',
  'directive',
] as const
export type ElementKind = (typeof elementKinds)[number]

/** How much a loss of work weighs in the ranking of elements; holdfast's own scale, nobody's standard. */
export const criticalityWeights = {
  critical: 4,
  important: 2,
  supporting: 1,
} as const satisfies Record<Criticality, number>
