import type { Catalogue } from '../schema/catalogue.ts'

const letterRun = /[a-z]+/g

/**
 * Tells quickly that a lower-case text can hold no model name: none of its runs of letters begins a name or a
 * family, or is a vendor. Most strings of a source tree go no further than this.
 */
export function nameStems(catalogue: Catalogue): (text: string) => boolean {
  const stems = new Set<string>()
  for (const { examples } of catalogue.families.families)
    for (const one of examples) add(stems, one)
  for (const vendor of catalogue.vendors) {
    for (const spelling of [vendor.id, ...vendor.spellings]) add(stems, spelling)
    for (const model of vendor.models) {
      const name = model.id.slice(vendor.id.length + 1)
      if (/\d/.test(name)) add(stems, name)
    }
    for (const { alias } of vendor.aliases) if (alias.includes('-')) add(stems, alias)
  }
  return (text) => {
    for (const [run] of text.matchAll(letterRun)) if (stems.has(run)) return true
    return false
  }
}

function add(stems: Set<string>, name: string): void {
  const run = name.toLowerCase().match(letterRun)?.[0]
  if (run !== undefined) stems.add(run)
}
