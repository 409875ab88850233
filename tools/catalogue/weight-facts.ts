import { nameKey } from '../../src/catalogue/name-key.ts'
import type { CatalogueModel } from '../../src/schema/catalogue.ts'
import type { ModelGroup, ModelGroups } from './group-models.ts'
import type { EpochModel } from './read-epoch.ts'
import type { HubModel } from './read-hub-models.ts'
import type { MistralModel } from './read-mistral-docs.ts'

const mistralDocs = { source: 'mistral-docs', asOf: '2026-08-21' }
const hub = { source: 'llmfit-core', asOf: '2026-10-12' }
const epoch = { source: 'epoch-notable-models', asOf: '2026-07-23' }

/** What lists of weights say of a model. */
export interface WeightFacts {
  readonly weights?: CatalogueModel['weights']
  readonly licence?: CatalogueModel['licence']
  readonly trainingOperations?: CatalogueModel['trainingOperations']
}

export interface WeightLists {
  readonly hub: readonly HubModel[]
  readonly mistral: readonly MistralModel[]
  readonly epoch: readonly EpochModel[]
}

/** Facts on weights by model id: what we `read` first, then the maker's documentation, then its card on the hub. */
export function weightFacts(
  groups: ModelGroups,
  lists: WeightLists,
  vendorOf: ReadonlyMap<string, string>,
  read: Readonly<Record<string, WeightFacts>>,
): ReadonlyMap<string, WeightFacts> {
  const facts = new Map<string, WeightFacts>(Object.entries(read))
  // Weights and licence come from one source, so that they speak of the same publication.
  const add = (group: ModelGroup | null, found: WeightFacts) => {
    if (group === null) return
    const id = `${group.vendor}/${group.name}`
    const known = facts.get(id)
    if (known?.weights === undefined || found.weights === undefined) {
      facts.set(id, { ...found, ...known })
    }
  }
  for (const { names, open, licence } of lists.mistral) {
    const weights = { value: open ? ('open' as const) : ('closed' as const), ...mistralDocs }
    const ofWeights =
      licence === null || !open ? {} : { licence: { value: licence, ...mistralDocs } }
    for (const name of names) add(groups.find('mistral', name), { weights, ...ofWeights })
  }
  for (const [group, licence] of hubLicences(groups, lists.hub, vendorOf)) {
    add(group, { weights: { value: 'open', ...hub }, licence: { value: licence, ...hub } })
  }
  for (const { vendors, name, operations } of lists.epoch) {
    const found = { trainingOperations: { value: operations, ...epoch } }
    for (const group of trainedAs(groups, vendors, name)) add(group, found)
  }
  return facts
}

/** Cards of the maker's own organisation. Where several carry a model, its very name counts, else they must agree. */
function hubLicences(
  groups: ModelGroups,
  models: readonly HubModel[],
  vendorOf: ReadonlyMap<string, string>,
): ReadonlyMap<ModelGroup, string> {
  const cards = new Map<ModelGroup, HubModel[]>()
  for (const model of models) {
    const vendor = vendorOf.get(model.organisation)
    const group = vendor === undefined ? null : groupOfCard(groups, vendor, model)
    if (group !== null) cards.set(group, [...(cards.get(group) ?? []), model])
  }
  const licences = new Map<ModelGroup, string>()
  for (const [group, found] of cards) {
    const exact = found.filter(({ name }) => nameKey(name) === nameKey(group.name))
    const [licence, ...others] = new Set(
      (exact.length > 0 ? exact : found).map((one) => one.licence),
    )
    if (licence !== undefined && others.length === 0) licences.set(group, licence)
  }
  return licences
}

/** How the hub marks the number format of the same weights. */
const numberFormat = /-(?:bf16|fp8|fp4|nvfp4|mxfp4|mxfp8|int4|int8|hf)$/

/** Makers put their own name before a model's (`Meta-Llama-3-8B-Instruct`, `c4ai-command-a-03-2025`). */
function groupOfCard(groups: ModelGroups, vendor: string, card: HubModel): ModelGroup | null {
  const plain = card.name.replace(numberFormat, '')
  const marks = [`${vendor}-`, `${card.organisation}-`, 'c4ai-']
  const mark = marks.find((one) => plain.startsWith(one)) ?? ''
  for (const name of [card.name, plain, plain.slice(mark.length)]) {
    const group = groups.find(vendor, name)
    if (group !== null) return group
  }
  return null
}

/** The model of that name, and the one that was taught to converse from the same training. */
function trainedAs(
  groups: ModelGroups,
  vendors: readonly string[],
  name: string,
): ReadonlySet<ModelGroup> {
  const names = [name, `${name}-instruct`, `${name}-it`, `${name}-chat`]
  const found = vendors.flatMap((vendor) => names.map((one) => groups.find(vendor, one)))
  return new Set(found.filter((group) => group !== null))
}
