import { compareText } from '../../src/base/compare.ts'
import type { CatalogueVendor, DatedAlias } from '../../src/schema/catalogue.ts'
import type { Material } from './assemble.ts'
import { litellmSource } from './collect-offers.ts'

/**
 * Adds the floating names that LiteLLM gives a meaning (`alias_of`) on the vendor's own service. They are
 * LiteLLM's reading on one day, so the product that reads them is LiteLLM.
 */
export function withFloatingNames(
  vendors: readonly CatalogueVendor[],
  material: Material,
): readonly CatalogueVendor[] {
  const added = new Map<string, DatedAlias[]>()
  for (const { key, aliasOf } of material.litellm) {
    if (aliasOf === null) continue
    const alias = key.slice(key.indexOf('/') + 1)
    const meaning = ownModel(aliasOf, material)
    if (meaning === null || alias.includes('/')) continue
    const { vendor, model } = meaning
    const rows = added.get(vendor) ?? []
    if (rows.some((row) => row.alias === alias)) continue
    const meanings = [{ model, ...litellmSource }]
    added.set(vendor, [...rows, { alias, product: 'litellm', meanings }])
  }
  return vendors.map((vendor) => ({
    ...vendor,
    aliases: [
      ...vendor.aliases.map((alias) => withModelCard(alias, vendor, material.litellm)),
      ...(added.get(vendor.id) ?? []).toSorted((a, b) => compareText(a.alias, b.alias)),
    ],
  }))
}

function ownModel(
  target: string,
  { offers, groups }: Material,
): { readonly vendor: string; readonly model: string } | null {
  const spelling = target.slice(target.indexOf('/') + 1)
  for (const list of offers.values()) {
    const offer = list.find((one) => one.own && one.spelling === spelling)
    const group = offer === undefined ? null : groups.find(offer.vendor, offer.name, offer.base)
    if (group !== null) return { vendor: group.vendor, model: `${group.vendor}/${group.name}` }
  }
  return null
}

const mistralCard = /docs\.mistral\.ai\/models\/(?:model-cards\/)?([a-z0-9-]+)-(\d\d)-(\d\d)$/

/** LiteLLM names the model card of what a floating name of Mistral's meant on the day it was read. */
function withModelCard(
  alias: DatedAlias,
  vendor: CatalogueVendor,
  litellm: Material['litellm'],
): DatedAlias {
  const entry = litellm.find(({ key }) => key === `${vendor.id}/${alias.alias}`)
  const card = mistralCard.exec(entry?.page ?? '')
  if (card === null || alias.meanings.length > 0) return alias
  const slug = (card[1] ?? '').split('-')
  const words = new Set(slug)
  const named = slug.filter((word) => /^[a-z]/.test(word))
  const month = `-${card[2]}${card[3]}`
  const fitting = vendor.models
    .map(({ id }) => id)
    .filter((id) => id.endsWith(month))
    .map((id) => ({ id, parts: id.slice(vendor.id.length + 1, -month.length).split('-') }))
    .filter(({ parts }) => parts.every((part) => words.has(part)))
    .filter(({ parts }) => named.every((word) => parts.includes(word)))
    .toSorted((a, b) => b.parts.length - a.parts.length)
  const [best, second] = fitting
  if (best === undefined || second?.parts.length === best.parts.length) return alias
  return { ...alias, meanings: [{ model: best.id, ...litellmSource }] }
}
