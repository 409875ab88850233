import type { CountryOfRegion } from '../../catalogue/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import { parentSlug } from '../portfolio/catalogue-facts.ts'
import type { ElementId, Portfolio } from '../portfolio.ts'
import type { SeatsOf } from './home-region.ts'
import type { SovereigntyFacts } from './portfolio-evidence.ts'

/** What the catalogue says of where elements lie and what models are. */
export function sovereigntyFacts(
  portfolio: Portfolio,
  catalogue: Catalogue,
  countryOf: CountryOfRegion,
  issuers: readonly { readonly id: string; readonly issuer: string }[] = [],
): SovereigntyFacts {
  const models = new Map(
    catalogue.vendors.flatMap((vendor) => vendor.models.map((model) => [model.id, model] as const)),
  )
  return {
    seatsOf: seats(portfolio, catalogue, countryOf),
    weightsOf: (model) => models.get(model)?.weights?.value ?? null,
    issuerOf: (directive) => issuerCode(issuers.find((one) => one.id === directive)?.issuer),
    licenceOf: (model) => models.get(model)?.licence?.value ?? null,
  }
}

/** `us/bis` is of the US; a name without a country is of nobody knows where. */
function issuerCode(issuer: string | undefined): string | null {
  const code = /^(?<code>[a-z]{2})(?:\/|$)/i.exec(issuer ?? '')?.groups?.['code']
  return code === undefined ? null : code.toUpperCase()
}

function seats(portfolio: Portfolio, catalogue: Catalogue, countryOf: CountryOfRegion): SeatsOf {
  const known = new Map<ElementId, readonly string[]>()
  for (const vendor of catalogue.vendors)
    known.set(`vendor:${vendor.id}`, seatsOfOrganisation(vendor))
  for (const provider of catalogue.providers) {
    known.set(`provider:${provider.id}`, seatsOfOrganisation(provider))
  }
  for (const { ultimateParent } of [...catalogue.vendors, ...catalogue.providers]) {
    if (ultimateParent === undefined) continue
    const { name, jurisdiction } = ultimateParent.value
    const id = `parent:${parentSlug(name)}`
    known.set(id, [...new Set([...(known.get(id) ?? []), jurisdiction])])
  }
  for (const [region, countries] of regionsOf(portfolio, countryOf))
    known.set(region, [...countries])
  // Own machines lie where their region lies, and no outsider runs them.
  const own = new Set(
    catalogue.providers.filter(({ kind }) => kind === 'self').map(({ id }) => `provider:${id}`),
  )
  const takes = new Map(portfolio.elements.map((one) => [one.id, one.takes]))
  function seatsOf(element: ElementId): readonly string[] | null {
    const kind = element.slice(0, element.indexOf(':'))
    switch (kind) {
      case 'jurisdiction':
        return [element.slice('jurisdiction:'.length)]
      case 'provider':
        return own.has(element) ? null : (known.get(element) ?? [])
      case 'vendor':
      case 'parent':
      case 'region':
        return known.get(element) ?? []
      case 'common-cause': {
        const members = (takes.get(element) ?? []).filter((one) => !one.startsWith('common-cause:'))
        const found = members.flatMap((one) => seatsOf(one) ?? [])
        return found.length === 0 ? null : [...new Set(found)]
      }
      default:
        return null
    }
  }
  return seatsOf
}

interface Organisation {
  readonly headquarters?: { readonly value: string } | undefined
  readonly ultimateParent?: { readonly value: { readonly jurisdiction: string } } | undefined
}

function seatsOfOrganisation({ headquarters, ultimateParent }: Organisation): readonly string[] {
  return [
    ...new Set([
      ...(headquarters === undefined ? [] : [headquarters.value]),
      ...(ultimateParent === undefined ? [] : [ultimateParent.value.jurisdiction]),
    ]),
  ]
}

/** Countries of each region that is used; the same name may mean another place at another provider. */
function regionsOf(
  portfolio: Portfolio,
  countryOf: CountryOfRegion,
): ReadonlyMap<ElementId, ReadonlySet<string>> {
  const regions = new Map<ElementId, Set<string>>()
  for (const workflow of portfolio.workflows) {
    for (const { provider, elements } of workflow.needs.flatMap((need) => need.options)) {
      for (const element of elements) {
        if (!element.startsWith('region:')) continue
        const country = countryOf(provider, element.slice('region:'.length))
        const countries = regions.get(element) ?? new Set()
        regions.set(element, countries)
        if (country !== null) countries.add(country)
      }
    }
  }
  return regions
}
