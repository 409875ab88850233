import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A model on the Hugging Face hub, with the licence that its maker put on the card. */
export interface HubModel {
  /** Organisation and name, lower case. */
  readonly organisation: string
  readonly name: string
  readonly licence: string
}

/**
 * Reads the list of hub models in the crate llmfit-core. Cards without a licence, and those that only say
 * `other`, tell nothing and are left out.
 */
export function readHubModels(root: string): readonly HubModel[] {
  const path = join(root, 'data', 'hf_models.json')
  const rows = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly name: string
    readonly license?: string | null
  }[]
  return rows.flatMap(({ name, license }) => {
    const [organisation = '', model = ''] = name.toLowerCase().split('/')
    const licence = license ?? 'other'
    if (model === '' || silent.has(licence)) return []
    return [{ organisation, name: model, licence: licenceName(licence) }]
  })
}

const silent = new Set(['other', 'unknown'])

/** SPDX identifiers where the licence has one; else the tag of the hub, which is the maker's own word. */
const spdx: Readonly<Record<string, string>> = {
  'apache-2.0': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  mit: 'MIT',
  'bsd-3-clause': 'BSD-3-Clause',
  'cc-by-4.0': 'CC-BY-4.0',
  'cc-by-sa-4.0': 'CC-BY-SA-4.0',
  'cc-by-nc-4.0': 'CC-BY-NC-4.0',
  'cc by-nc 4.0': 'CC-BY-NC-4.0',
  'cc-by-nc-sa-4.0': 'CC-BY-NC-SA-4.0',
  'agpl-3.0': 'AGPL-3.0-only',
  'modified mit': 'modified-mit',
  mrl: 'mrl',
  mnpl: 'mnpl',
}

export function licenceName(text: string): string {
  return spdx[text.toLowerCase()] ?? text
}
