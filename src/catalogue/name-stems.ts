import type { Catalogue } from '../schema/catalogue.ts'

/**
 * Tells quickly where a text may hold a model name: at a run of letters that begins a name or a family, or is a
 * vendor. Most strings of a source tree hold none and go no further than this.
 */
export interface NameStems {
  /** Offset of the first such run at or after an offset, in either case; -1 when there is none. */
  readonly find: (text: string, from: number) => number
}

const firstRun = /[a-z]+/

export function nameStems(catalogue: Catalogue): NameStems {
  const stems = new Set<string>()
  const add = (name: string): void => {
    const run = firstRun.exec(name.toLowerCase())?.[0]
    if (run !== undefined) stems.add(run)
  }
  for (const { examples } of catalogue.families.families) for (const one of examples) add(one)
  for (const vendor of catalogue.vendors) {
    for (const spelling of [vendor.id, ...vendor.spellings]) add(spelling)
    for (const model of vendor.models) {
      const name = model.id.slice(vendor.id.length + 1)
      if (/\d/.test(name)) add(name)
    }
    for (const { alias } of vendor.aliases) if (alias.includes('-')) add(alias)
  }
  return { find: stemFinder(stems) }
}

/** Runs are told apart by their first two letters and their length; only what is left is cut out and looked up. */
function stemFinder(stems: ReadonlySet<string>): NameStems['find'] {
  const mayBegin = new Uint8Array(27 * 27)
  let longest = 0
  for (const stem of stems) {
    mayBegin[beginningOf(letterOf(stem.charCodeAt(0)), letterOf(stem.charCodeAt(1)))] = 1
    longest = Math.max(longest, stem.length)
  }
  return (text, from) => {
    let start = from
    while (start < text.length) {
      const first = letterOf(text.charCodeAt(start))
      if (first === 0) {
        start += 1
        continue
      }
      let end = start + 1
      while (letterOf(text.charCodeAt(end)) !== 0) end += 1
      const second = end === start + 1 ? 0 : letterOf(text.charCodeAt(start + 1))
      if (
        mayBegin[beginningOf(first, second)] === 1 &&
        end - start <= longest &&
        stems.has(text.slice(start, end).toLowerCase())
      ) {
        return start
      }
      start = end
    }
    return -1
  }
}

/** 1 to 26 for a letter of either case, else 0; past the end of a text as well. */
function letterOf(code: number): number {
  const letter = (code | 0x20) - 0x60
  return letter >= 1 && letter <= 26 && code < 0x80 ? letter : 0
}

function beginningOf(first: number, second: number): number {
  return first * 27 + second
}
