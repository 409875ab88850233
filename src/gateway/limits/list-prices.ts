import type { Catalogue, ListPrice } from '../../schema/catalogue.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'

/** What a model costs over a route; null: nobody knows. */
export type PriceOf = (model: string, route: string) => ListPrice | null

/**
 * The route's own price of holdfast.yaml; else its provider's of the catalogue; else the vendor's list price. On
 * machines of one's own a list price says nothing.
 */
export function listPrices(routes: HoldfastConfig['routes'], catalogue: Catalogue): PriceOf {
  const ofVendor = new Map(
    catalogue.vendors
      .flatMap(({ models }) => models)
      .flatMap(({ id, price }) => (price === undefined ? [] : [[id, price.value] as const])),
  )
  const providers = new Map(catalogue.providers.map((provider) => [provider.id, provider]))
  const byRoute = new Map(routes.map((route) => [route.id, route]))
  return (model, id) => {
    const route = byRoute.get(id)
    if (route === undefined) return null
    const provider = providers.get(route.provider)
    const own = route.priceOverride?.[model] ?? provider?.prices[model]?.value
    if (own !== undefined) return own
    return provider?.kind === 'self' ? null : (ofVendor.get(model) ?? null)
  }
}
