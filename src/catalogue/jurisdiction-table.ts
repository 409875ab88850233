import type { Catalogue, CatalogueProvider, CatalogueVendor } from '../schema/catalogue.ts'
import type { Resolver } from './resolution.ts'

/** Jurisdictions that can compel a vendor or provider, by kind and id. */
export function jurisdictionTable(catalogue: Catalogue): Resolver['jurisdictionsOf'] {
  const vendors = new Map(catalogue.vendors.map((vendor) => [vendor.id, compelling(vendor)]))
  const providers = new Map(catalogue.providers.map((one) => [one.id, compelling(one)]))
  return (kind, id) => (kind === 'vendor' ? vendors : providers).get(id) ?? []
}

function compelling(
  organisation: Pick<CatalogueVendor | CatalogueProvider, 'headquarters' | 'ultimateParent'>,
): readonly string[] {
  const codes = [
    organisation.headquarters?.value,
    organisation.ultimateParent?.value.jurisdiction,
  ].filter((code) => code !== undefined)
  return [...new Set(codes)]
}
