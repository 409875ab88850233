import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Provider {
  readonly id: string
  readonly name: string
  readonly endpoints: readonly string[]
  readonly note?: string
}

export interface Borderlint {
  readonly updated: string
  readonly providers: ReadonlyMap<string, Provider>
  /** Home jurisdiction by provider id. */
  readonly sovereignty: ReadonlyMap<string, string>
  /** Home jurisdiction by the name of a model's maker. */
  readonly makers: ReadonlyMap<string, string>
}

/** borderlint names blocs in its own short words; `local` and `unknown` are no jurisdiction. */
const codes: Readonly<Record<string, string>> = {
  us: 'US',
  eu: 'EU',
  cn: 'CN',
  uk: 'GB',
  ru: 'RU',
  in: 'IN',
  il: 'IL',
  ca: 'CA',
  jp: 'JP',
  kr: 'KR',
  sg: 'SG',
  au: 'AU',
  ae: 'AE',
  ch: 'CH',
}

/** Reads a checkout of borderlint. */
export function readBorderlint(root: string): Borderlint {
  const folder = join(root, 'borderlint', 'data')
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const providers = read('providers.json') as { updated: string; providers: Provider[] }
  const sovereignty = read('sovereignty.json') as { providers: Record<string, string> }
  const provenance = read('provenance.json') as {
    patterns: Record<string, { org: string; bloc: string }>
  }
  return {
    updated: providers.updated,
    providers: new Map(providers.providers.map((row) => [row.id, row])),
    sovereignty: known(Object.entries(sovereignty.providers)),
    makers: known(Object.values(provenance.patterns).map(({ org, bloc }) => [org, bloc])),
  }
}

function known(rows: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(([id, bloc]) => {
      const code = codes[bloc]
      return code === undefined ? [] : [[id, code]]
    }),
  )
}
