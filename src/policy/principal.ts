import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { Task } from '../schema/vocabulary.ts'

/** Who asks, as far as policy may know: a class under one definition, never a nationality. */
export interface Principal {
  readonly kind: 'person' | 'service'
  /** Definition under which `class` was determined, for instance `us-ear-772.1`. */
  readonly definition: string
  readonly class: EligibilityClass
  readonly entity: string | null
  /** `permanent-and-regular` or another form; null when unknown. */
  readonly employment: string | null
  readonly groups: readonly string[]
  /** Ids of authorisations of holdfast.yaml that name this principal. */
  readonly authorisations: readonly string[]
  /** Name that an own policy may test, for instance of holdfast.yaml; absent: nobody in particular. */
  readonly id?: string | undefined
}

/** A model as policies see it. Null: the catalogue does not know. */
export interface PolicyModel {
  readonly id: string
  readonly vendor: string
  readonly family: string | null
  readonly weights: 'open' | 'closed' | 'held' | null
  readonly trainingOperations: number | null
  /** Seats of the vendor and of its ultimate parent, as far as known. */
  readonly vendorJurisdictions: readonly string[]
}

/** A route as policies see it. Null: nobody said. */
export interface PolicyRoute {
  readonly id: string
  readonly provider: string
  readonly region: string | null
  /** Seats of the provider and its parent, and the country of the region, as far as known. */
  readonly jurisdictions: readonly string[]
  readonly retentionDays: number | null
  readonly trainsOnInput: boolean | null
  /** Ids of the models that the route lists. */
  readonly models: readonly string[]
}

/** A workflow as policies see it. */
export interface PolicyWorkflow {
  readonly id: string
  readonly task: Task
  /** Groups it is done for; null: holdfast.yaml names none, and every known principal may ask. */
  readonly audience: readonly string[] | null
  /** Models it may use: its own and its fallbacks. */
  readonly models: readonly string[]
  readonly allowedJurisdictions: readonly string[] | null
  readonly maxRetentionDays: number | null
  readonly training: 'never' | 'allowed' | null
}

/** An authorisation of the organisation under one directive. */
export interface PolicyAuthorisation {
  readonly id: string
  readonly directive: string
  readonly models: readonly string[]
  /** Entities it covers; null: all of the organisation. */
  readonly entities: readonly string[] | null
  /** Last day on which it holds; null: no end is known. */
  readonly validUntil: string | null
}

/** Everything a snapshot is made for. */
export interface PolicyWorld {
  readonly organisation: string
  readonly definition: string
  readonly models: readonly PolicyModel[]
  readonly routes: readonly PolicyRoute[]
  readonly workflows: readonly PolicyWorkflow[]
  readonly authorisations: readonly PolicyAuthorisation[]
}
