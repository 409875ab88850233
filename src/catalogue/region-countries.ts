import type { Catalogue, JurisdictionCode } from '../schema/catalogue.ts'

/** The country that a region lies in, `EU` for a group of regions of the Union; null: nobody said. */
export type CountryOfRegion = (
  provider: string | null,
  region: string | null,
) => JurisdictionCode | null

/** Codes that are written for countries and are none of ISO 3166-1. */
const otherCodes: Readonly<Record<string, JurisdictionCode>> = { UK: 'GB' }

/**
 * Two letters are a country, or the Union: own machines and groups of regions (`us`, `eu`) are named so. Every other
 * name is looked up among the regions of the provider's cloud, and is unknown when it does not stand there.
 */
export function regionCountries(catalogue: Pick<Catalogue, 'regions'>): CountryOfRegion {
  const known = new Map<string, JurisdictionCode>()
  for (const { providers, regions } of catalogue.regions?.clouds ?? []) {
    for (const provider of providers) {
      for (const [region, { value }] of Object.entries(regions)) {
        known.set(`${provider} ${region}`, value)
      }
    }
  }
  return (provider, region) => {
    if (region === null) return null
    const written = region.trim()
    if (/^[A-Za-z]{2}$/.test(written)) {
      const code = written.toUpperCase()
      return otherCodes[code] ?? code
    }
    // Azure's portal writes `Germany West Central`, its interface `germanywestcentral`.
    const name = written.toLowerCase().replaceAll(' ', '')
    return provider === null ? null : (known.get(`${provider} ${name}`) ?? null)
  }
}
