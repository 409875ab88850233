import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalogue, CatalogueProvider, ListPrice } from '../../schema/catalogue.ts'
import type { ConfigRoute } from '../../schema/holdfast-config.ts'
import { listPrices } from './list-prices.ts'

const asOf = '2026-11-20'
const fact = <T>(value: T) => ({ value, source: 's', asOf })
const price = (inputPerMillion: number, currency = 'USD'): ListPrice => ({
  currency,
  inputPerMillion,
})
const provider = (id: string, more: Partial<CatalogueProvider> = {}): CatalogueProvider => ({
  id,
  name: id,
  kind: 'cloud',
  hosts: [],
  prefixes: [],
  credentialVariables: [],
  spellings: {},
  prices: {},
  source: 's',
  asOf,
  ...more,
})
const model = (id: string, listed?: ListPrice) => ({
  id,
  name: id,
  aliases: [],
  snapshots: [],
  lifecycle: [],
  source: 's',
  asOf,
  ...(listed === undefined ? {} : { price: fact(listed) }),
})
const catalogue: Catalogue = {
  families: { version: 1, republishers: [], families: [] },
  sources: [],
  vendors: [
    {
      id: 'acme',
      name: 'Acme',
      spellings: [],
      aliases: [],
      models: [model('acme/anvil', price(3)), model('acme/rope')],
      source: 's',
      asOf,
    },
  ],
  providers: [
    provider('acme'),
    provider('cloud', { prices: { 'acme/anvil': fact(price(4)) } }),
    provider('ollama', { kind: 'self' }),
  ],
}
const route = (id: string, of: string, priceOverride?: Record<string, ListPrice>): ConfigRoute => ({
  id,
  provider: of,
  protocol: 'openai-chat',
  baseUrl: 'https://models.example/v1',
  credential: 'none',
  models: { 'acme/anvil': 'anvil' },
  ...(priceOverride === undefined ? {} : { priceOverride }),
})
const routes = [
  route('own', 'cloud', { 'acme/anvil': price(5, 'EUR') }),
  route('cloud', 'cloud'),
  route('direct', 'acme'),
  route('nobody-knows', 'elsewhere'),
  route('self', 'ollama'),
]

test('the price of the route wins over the provider, and that over the vendor', () => {
  const priceOf = listPrices(routes, catalogue)
  assert.deepEqual(
    routes.map(({ id }) => priceOf('acme/anvil', id)),
    [price(5, 'EUR'), price(4), price(3), price(3), null],
  )
  assert.equal(priceOf('acme/rope', 'direct'), null)
  assert.equal(priceOf('acme/anvil', 'gone'), null)
})
