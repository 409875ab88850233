import type { Catalogue, DatedAlias } from '../schema/catalogue.ts'
import { everydayWords } from './everyday-words.ts'
import type { ResolutionHint } from './resolution.ts'

interface AliasMeaning {
  readonly vendor: string
  /** Null when no source says what it meant on that day. */
  readonly model: string | null
}

export interface DatedAliases {
  find(name: string, hint: ResolutionHint): AliasMeaning | null
}

/** Floating names of all vendors by name. */
export function dateAliases(catalogue: Catalogue): DatedAliases {
  const byName = new Map<string, { vendor: string; alias: DatedAlias }[]>()
  for (const vendor of catalogue.vendors) {
    for (const alias of vendor.aliases) {
      const key = alias.alias.toLowerCase()
      byName.set(key, [...(byName.get(key) ?? []), { vendor: vendor.id, alias }])
    }
  }
  return {
    find(name, hint) {
      const filed = byName.get(name)
      if (filed === undefined) return null
      const fitting = filed.filter(({ vendor, alias }) => fits(name, vendor, alias, hint))
      const best = fitting.find(({ alias }) => alias.product === hint.product) ?? fitting[0]
      return best === undefined
        ? null
        : { vendor: best.vendor, model: meaningOn(best.alias, hint.date) }
    },
  }
}

function fits(name: string, vendor: string, alias: DatedAlias, hint: ResolutionHint): boolean {
  const named = hint.vendor === vendor || hint.provider === vendor
  if (hint.vendor !== undefined && hint.vendor !== vendor) return false
  if (alias.product !== undefined && hint.product !== undefined && !named) {
    if (alias.product !== hint.product) return false
  }
  const placed = hint.product !== undefined && alias.product === hint.product
  return !everydayWords.has(name) || named || placed
}

function meaningOn({ meanings }: DatedAlias, date: string | undefined): string | null {
  const known = meanings.filter(({ from }) => {
    if (date === undefined) return true
    return from !== undefined && from <= date
  })
  const newest = known.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1)).at(-1)
  return newest?.model ?? null
}
