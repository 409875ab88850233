import { compareText } from '../../base/compare.ts'
import type { CountryOfRegion } from '../../catalogue/index.ts'
import type { Catalogue, CatalogueProvider, CatalogueVendor } from '../../schema/catalogue.ts'
import type { ElementId } from '../portfolio.ts'

/** What the catalogue says of models, vendors and providers, as elements. */
export interface CatalogueFacts {
  /** Every element that the catalogue knows, whether anything depends on it or not. */
  readonly elements: readonly ElementId[]
  readonly nameOf: (element: ElementId) => string
  readonly knowsProvider: (provider: string) => boolean
  /** True when the weights lie where the provider runs: a program on own machines. */
  readonly isOwnMachine: (provider: string) => boolean
  /** The vendor, and who can compel or close it. */
  readonly vendorElements: (vendor: string) => readonly ElementId[]
  /** The provider, who can compel or close it, and where its region lies. */
  readonly providerElements: (provider: string, region: string | null) => readonly ElementId[]
  readonly countryOf: CountryOfRegion
  /** Elements sorted and each once, worked out once for a key: thousands of workflows share few options. */
  readonly elementsOnce: (key: string, list: () => readonly ElementId[]) => readonly ElementId[]
  /** The provider by which a vendor itself serves the model; null: none is listed. */
  readonly ownProviderOf: (model: string) => string | null
  /** Null: the catalogue does not say. */
  readonly isEmbedding: (model: string) => boolean | null
}

export function catalogueFacts(catalogue: Catalogue, countryOf: CountryOfRegion): CatalogueFacts {
  const vendors = new Map(catalogue.vendors.map((one) => [one.id, one]))
  const providers = new Map(catalogue.providers.map((one) => [one.id, one]))
  const models = new Map(
    catalogue.vendors.flatMap((vendor) => vendor.models.map((model) => [model.id, model] as const)),
  )
  const names = elementNames(catalogue)
  const known = new Map<string, readonly ElementId[]>()
  const ownApis = catalogue.providers.filter(({ kind }) => kind === 'vendor-api')
  return {
    elements: [...names.keys()],
    nameOf: (element) => names.get(element) ?? nameOfOther(element),
    knowsProvider: (provider) => providers.has(provider),
    isOwnMachine: (provider) => providers.get(provider)?.kind === 'self',
    vendorElements: (vendor) => [`vendor:${vendor}`, ...reach(vendors.get(vendor))],
    providerElements: (provider, region) => {
      const country = countryOf(provider, region)
      return [
        `provider:${provider}`,
        ...reach(providers.get(provider)),
        ...(region === null ? [] : [`region:${region}`]),
        ...(country === null ? [] : [`jurisdiction:${country}`]),
      ]
    },
    countryOf,
    elementsOnce: (key, list) => {
      const elements = known.get(key) ?? [...new Set(list())].toSorted(compareText)
      known.set(key, elements)
      return elements
    },
    ownProviderOf: (model) => {
      const vendor = vendorOf(model)
      if (providers.has(vendor)) return vendor
      return ownApis.find(({ spellings }) => Object.hasOwn(spellings, model))?.id ?? null
    },
    isEmbedding: (model) => models.get(model)?.capabilities?.value.includes('embedding') ?? null,
  }
}

/** The vendor in `vendor/name`. */
export function vendorOf(model: string): string {
  return model.slice(0, model.indexOf('/'))
}

/** Jurisdictions and parent of an organisation, as elements; what no source says is left out. */
function reach(
  organisation: CatalogueVendor | CatalogueProvider | undefined,
): readonly ElementId[] {
  const seat = organisation?.headquarters?.value
  const parent = organisation?.ultimateParent?.value
  return [
    ...(seat === undefined ? [] : [`jurisdiction:${seat}`]),
    ...(parent === undefined
      ? []
      : [`parent:${parentSlug(parent.name)}`, `jurisdiction:${parent.jurisdiction}`]),
  ]
}

export function parentSlug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** Elements that the catalogue knows, whether anything depends on them or not. */
export function catalogueElements(catalogue: Catalogue): readonly ElementId[] {
  return [...elementNames(catalogue).keys()]
}

function elementNames(catalogue: Catalogue): ReadonlyMap<ElementId, string> {
  const organisations = [...catalogue.vendors, ...catalogue.providers]
  const parents = organisations.flatMap(({ ultimateParent }) =>
    ultimateParent === undefined ? [] : [ultimateParent.value],
  )
  const regions = (catalogue.regions?.clouds ?? []).flatMap((cloud) =>
    Object.entries(cloud.regions).map(
      ([region, { value }]) => [`region:${region}`, `${region} (${value})`] as const,
    ),
  )
  return new Map([
    ...regions,
    ...catalogue.vendors.map((one) => [`vendor:${one.id}`, one.name] as const),
    ...catalogue.vendors.flatMap((one) =>
      one.models.map((model) => [`model:${model.id}`, model.name] as const),
    ),
    ...catalogue.providers.map((one) => [`provider:${one.id}`, one.name] as const),
    ...parents.map((parent) => [`parent:${parentSlug(parent.name)}`, parent.name] as const),
  ])
}

function nameOfOther(element: ElementId): string {
  const id = element.slice(element.indexOf(':') + 1)
  return element.startsWith('jurisdiction:') ? countryName(id) : id
}

const countries = new Intl.DisplayNames('en', { type: 'region' })

function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code
}
