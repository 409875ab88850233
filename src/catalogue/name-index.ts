import type { Catalogue, CatalogueModel } from '../schema/catalogue.ts'
import { nameKey } from './name-key.ts'
import type { DecorationNames } from './spelling-layers.ts'

/** A model that a name stands for, with the dated snapshot that the name picks. */
export interface NamedModel {
  readonly model: string
  readonly vendor: string
  readonly family: string | null
  readonly snapshot: string | null
  /** The name floats: the vendor may point it at other weights. */
  readonly floating: boolean
}

/** Every name in the catalogue, for look-up by the exact text and by `nameKey`. */
export interface NameIndex {
  readonly exact: ReadonlyMap<string, readonly NamedModel[]>
  readonly byKey: ReadonlyMap<string, readonly NamedModel[]>
  /** What one provider calls its models: provider, a space, the spelling. */
  readonly atProvider: ReadonlyMap<string, NamedModel>
  readonly models: ReadonlyMap<string, CatalogueModel>
}

/** Names that the spelling layers of this catalogue are recognised by. */
export function decorationNames(catalogue: Catalogue): DecorationNames {
  const vendorSpellings = new Map<string, string>()
  for (const vendor of catalogue.vendors) {
    for (const spelling of [vendor.id, ...vendor.spellings]) {
      vendorSpellings.set(spelling.toLowerCase(), vendor.id)
    }
  }
  const vendorIds = new Set(catalogue.vendors.map(({ id }) => id))
  const providerPrefixes = new Map<string, string>()
  for (const provider of catalogue.providers) {
    for (const prefix of [provider.id, ...provider.prefixes]) {
      if (vendorIds.has(prefix)) continue
      if (!providerPrefixes.has(prefix)) providerPrefixes.set(prefix, provider.id)
    }
  }
  return {
    vendorSpellings,
    providerPrefixes,
    republishers: new Set(catalogue.families.republishers),
  }
}

/** Files all names of the catalogue; the vendor's own names win over a reseller's. */
export function nameIndex(catalogue: Catalogue): NameIndex {
  const index = new IndexBuilder()
  for (const vendor of catalogue.vendors) {
    for (const model of vendor.models) index.addModel(vendor.id, model)
  }
  index.closeOwnNames()
  for (const provider of catalogue.providers) {
    for (const [id, spellings] of Object.entries(provider.spellings)) {
      for (const spelling of spellings) {
        index.addSpelling(provider.id, id, spelling.toLowerCase())
      }
    }
  }
  return index
}

class IndexBuilder implements NameIndex {
  readonly exact = new Map<string, NamedModel[]>()
  readonly byKey = new Map<string, NamedModel[]>()
  readonly atProvider = new Map<string, NamedModel>()
  readonly models = new Map<string, CatalogueModel>()
  readonly #plain = new Map<string, NamedModel>()
  readonly #titles = new Map<string, NamedModel[]>()
  #ownNames: ReadonlySet<string> = new Set()

  addModel(vendor: string, model: CatalogueModel): void {
    this.models.set(model.id, model)
    const name = model.id.slice(model.id.indexOf('/') + 1)
    const base = { model: model.id, vendor, family: model.family ?? null, floating: false }
    const plain = { ...base, snapshot: null }
    this.#plain.set(model.id, plain)
    this.#file(name, plain)
    this.#file(model.id, plain)
    put(this.#titles, nameKey(model.name), plain)
    for (const alias of model.aliases) {
      this.#file(alias.toLowerCase(), { ...plain, floating: alias.includes('latest') })
    }
    for (const snapshot of model.snapshots) {
      this.#file(snapshot.toLowerCase(), { ...base, snapshot })
    }
  }

  /**
   * From here on no spelling may add a meaning to a name that a vendor gave. A title (`Claude Sonnet 4.5`) is
   * a name only where no model bears it as its own.
   */
  closeOwnNames(): void {
    this.#ownNames = new Set(this.exact.keys())
    for (const [key, named] of this.#titles) {
      if (!this.byKey.has(key)) this.byKey.set(key, named)
    }
  }

  addSpelling(provider: string, id: string, spelling: string): void {
    const plain = this.#plain.get(id)
    if (plain === undefined) return
    const floating = spelling.endsWith('-latest') && !id.endsWith('-latest')
    const named = floating ? { ...plain, floating } : plain
    this.atProvider.set(`${provider} ${spelling}`, named)
    // Most resellers repeat the same spellings: file each but once.
    if (this.#ownNames.has(spelling)) return
    if (this.exact.get(spelling)?.some((one) => one.model === id) === true) return
    put(this.exact, spelling, named)
    const bare = bareName(spelling)
    const key = nameKey(bare)
    if (bare === spelling) put(this.byKey, key, named)
    else if (/[a-z]{3}/.test(bare) && !this.byKey.has(key)) this.byKey.set(key, [named])
  }

  #file(name: string, named: NamedModel): void {
    put(this.exact, name, named)
    put(this.byKey, nameKey(name), named)
  }
}

const bedrockLead = /^(?:[a-z]{2,6}(?:-gov)?\.)?[a-z0-9]{2,12}\.(?=[a-z])/

/** What is left of a provider's spelling without path, Bedrock's vendor and revision. */
function bareName(spelling: string): string {
  return spelling
    .slice(spelling.lastIndexOf('/') + 1)
    .replace(bedrockLead, '')
    .replace(/:\d+$/, '')
}

function put(map: Map<string, NamedModel[]>, key: string, named: NamedModel): void {
  const filed = map.get(key)
  if (filed === undefined) map.set(key, [named])
  else if (!filed.some((other) => other.model === named.model)) filed.push(named)
}
