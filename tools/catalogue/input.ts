import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelFamilies } from '../../src/schema/catalogue.ts'
import type { WeightFacts } from './weight-facts.ts'
import type {
  CatalogueProvider,
  CatalogueSource,
  CatalogueVendor,
  DatedAlias,
  LifecycleEvent,
} from '../../src/schema/catalogue.ts'

/** A row of input/vendors.json. */
export interface VendorInput {
  readonly id: string
  readonly name: string
  readonly spellings: readonly string[]
  readonly borderlint?: string
  readonly borderlintProvider?: string
}

/** A row of input/providers.json. */
export interface ProviderInput {
  readonly id: string
  readonly name?: string
  readonly kind: CatalogueProvider['kind']
  readonly modelsDev?: readonly string[]
  readonly litellm?: readonly string[]
  readonly borderlint?: readonly string[]
  readonly prefixes?: readonly string[]
  readonly protocol?: CatalogueProvider['protocol']
  readonly hosts?: readonly string[]
}

type Place = Pick<CatalogueVendor, 'headquarters' | 'ultimateParent'>

/** input/facts.json */
interface FactsInput {
  readonly sources: readonly CatalogueSource[]
  readonly vendors: Readonly<Record<string, Place>>
  readonly providers: Readonly<Record<string, Place>>
  readonly models: Readonly<Record<string, WeightFacts>>
  readonly aliases: Readonly<Record<string, readonly DatedAlias[]>>
  readonly lifecycle: Readonly<Record<string, readonly LifecycleEvent[]>>
}

export interface CatalogueInput {
  readonly vendors: readonly VendorInput[]
  readonly providers: readonly ProviderInput[]
  readonly facts: FactsInput
  readonly families: ModelFamilies
  /** Names that are the same model: `vendor/name` to the one we keep. */
  readonly same: Readonly<Record<string, string>>
}

/** Reads the hand-kept inputs beside this file and the table of families. */
export function readInput(dataFolder: string): CatalogueInput {
  const folder = join(import.meta.dirname, 'input')
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  return {
    vendors: read('vendors.json').vendors as VendorInput[],
    providers: read('providers.json').providers as ProviderInput[],
    facts: read('facts.json') as FactsInput,
    families: ModelFamilies.parse(
      JSON.parse(readFileSync(join(dataFolder, 'families.json'), 'utf8')),
    ),
    same: read('same-model.json').same as Record<string, string>,
  }
}
