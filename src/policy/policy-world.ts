import { compareText } from '../base/compare.ts'
import type { Catalogue, CatalogueModel, CatalogueVendor } from '../schema/catalogue.ts'
import type { Directive } from '../schema/directive.ts'
import type {
  ConfigFallback,
  ConfigRoute,
  ConfigWorkflow,
  HoldfastConfig,
} from '../schema/holdfast-config.ts'
import { defaultDefinition } from './compile-directive.ts'
import { selectorOf } from './directives/scope-width.ts'
import type { PolicyModel, PolicyRoute, PolicyWorkflow, PolicyWorld } from './principal.ts'

/** Country of a provider's region, ISO 3166-1 alpha-2; null: nobody knows. `regionCountries` is one. */
export type RegionJurisdiction = (provider: string, region: string) => string | null

export interface AlsoNamed {
  /** Directives whose models belong to the world as well. */
  readonly directives?: readonly Directive[] | undefined
  /** Further models, for instance those that the register found. */
  readonly models?: readonly string[] | undefined
}

/** Everything that a snapshot decides about: what holdfast.yaml names, with what the catalogue knows of it. */
export function policyWorldOf(
  config: HoldfastConfig,
  catalogue: Catalogue,
  regionJurisdiction: RegionJurisdiction,
  also: AlsoNamed = {},
): PolicyWorld {
  const modelOf = policyModels(catalogue)
  const routeOf = policyRoutes(catalogue, regionJurisdiction)
  const named = [
    ...config.routes.flatMap((route) => Object.keys(route.models)),
    ...config.workflows.flatMap(modelsOf),
    ...config.authorisations.flatMap(({ models }) => models),
    ...(also.directives ?? []).flatMap(modelsNamedIn),
    ...(also.models ?? []),
  ]
  return {
    organisation: config.organisation.name,
    definition: config.eligibility?.definition ?? defaultDefinition,
    models: [...new Set(named)].toSorted(compareText).map(modelOf),
    routes: config.routes.map(routeOf),
    workflows: config.workflows.map(policyWorkflowOf),
    authorisations: config.authorisations.map((one) => ({
      id: one.id,
      directive: one.directive,
      models: one.models,
      entities: one.entities ?? null,
      validUntil: one.validUntil ?? null,
    })),
  }
}

/** What the catalogue knows of a model; what it does not know is null. */
export function policyModels(catalogue: Catalogue): (id: string) => PolicyModel {
  const vendors = new Map<string, CatalogueVendor>()
  for (const vendor of catalogue.vendors) {
    for (const name of vendor.spellings) if (!vendors.has(name)) vendors.set(name, vendor)
  }
  for (const vendor of catalogue.vendors) vendors.set(vendor.id, vendor)
  const models = new Map<string, CatalogueModel>()
  for (const { models: some } of catalogue.vendors) for (const one of some) models.set(one.id, one)
  return (id) => {
    const written = id.slice(0, id.indexOf('/'))
    const vendor = vendors.get(written)
    const model = models.get(id)
    return {
      id,
      vendor: vendor?.id ?? written,
      family: model?.family ?? null,
      weights: model?.weights?.value ?? null,
      trainingOperations: model?.trainingOperations?.value ?? null,
      vendorJurisdictions: vendor === undefined ? [] : seatsOf(vendor),
    }
  }
}

/** A route of holdfast.yaml with the jurisdictions that are known of it. */
export function policyRoutes(
  catalogue: Catalogue,
  regionJurisdiction: RegionJurisdiction,
): (route: ConfigRoute) => PolicyRoute {
  const providers = new Map(catalogue.providers.map((one) => [one.id, one]))
  return (route) => {
    const isOwn = route.provider === 'self'
    const provider = isOwn ? undefined : providers.get(route.provider)
    // Weights held on machines of one's own: nobody else keeps or trains on anything.
    const isHeld = isOwn && route.weightsHeld === true
    return {
      id: route.id,
      provider: route.provider,
      region: route.region ?? null,
      jurisdictions: unique([
        ...(provider === undefined ? [] : seatsOf(provider)),
        ...regionCountry(route, regionJurisdiction),
      ]),
      retentionDays: route.retentionDays ?? (isHeld ? 0 : null),
      trainsOnInput: route.trainsOnInput ?? (isHeld ? false : null),
      models: Object.keys(route.models).toSorted(compareText),
    }
  }
}

export function policyWorkflowOf(workflow: ConfigWorkflow): PolicyWorkflow {
  return {
    id: workflow.id,
    task: workflow.task,
    audience: workflow.audience ?? null,
    models: unique(modelsOf(workflow)),
    allowedJurisdictions:
      workflow.data?.allowedJurisdictions?.map((code) => code.toUpperCase()) ?? null,
    maxRetentionDays: workflow.data?.maxRetentionDays ?? null,
    training: workflow.data?.training ?? null,
  }
}

/** What a directive names by id, also in its clauses and in the vendor's acts. */
function modelsNamedIn(directive: Directive): readonly string[] {
  return [
    ...(selectorOf(directive.scope.models).ids ?? []),
    ...directive.carveOuts.flatMap(({ models }) => models ?? []),
    ...directive.vendorActions.flatMap(({ models }) => models),
  ]
}

function modelsOf(workflow: ConfigWorkflow): readonly string[] {
  return [
    ...(workflow.model === undefined ? [] : [workflow.model]),
    ...(workflow.fallbacks ?? []).flatMap(modelOfFallback),
  ]
}

function modelOfFallback(fallback: ConfigFallback): readonly string[] {
  if (typeof fallback === 'string') return [fallback]
  return 'model' in fallback ? [fallback.model] : []
}

/** A region of two letters on machines of one's own is a country; others must be known. */
function regionCountry(
  { provider, region }: ConfigRoute,
  regionJurisdiction: RegionJurisdiction,
): readonly string[] {
  if (region === undefined) return []
  if (provider === 'self' && /^[A-Za-z]{2}$/.test(region)) return [region.toUpperCase()]
  const found = regionJurisdiction(provider, region)
  return found === null ? [] : [found.toUpperCase()]
}

function seatsOf(
  organisation: Pick<CatalogueVendor, 'headquarters' | 'ultimateParent'>,
): readonly string[] {
  return unique(
    [organisation.headquarters?.value, organisation.ultimateParent?.value.jurisdiction].filter(
      (code) => code !== undefined,
    ),
  )
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted(compareText)
}
