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

/** Runs are told apart by their first three letters and their length; only what is left is cut out and looked up. */
function stemFinder(stems: ReadonlySet<string>): NameStems['find'] {
  /** By beginning: a bit for each length that a stem with it has. */
  const lengths = new Uint32Array(27 ** 3)
  for (const stem of stems) {
    const beginning = beginningAt(stem, 0, stem.length)
    lengths[beginning] = (lengths[beginning] ?? 0) | lengthBit(stem.length)
  }
  return (text, from) => {
    const length = text.length
    let at = from
    while (at < length) {
      const start = at
      while (at < length && letterAt(text, at) !== 0) at += 1
      if (at === start) {
        at += 1
        continue
      }
      const mayBe = lengths[beginningAt(text, start, at)] ?? 0
      if ((mayBe & lengthBit(at - start)) === 0) continue
      if (stems.has(text.slice(start, at).toLowerCase())) return start
    }
    return -1
  }
}

/** Of the run of letters between two offsets; what is shorter than three letters has a number of its own as well. */
function beginningAt(text: string, start: number, end: number): number {
  const second = start + 1 < end ? letterAt(text, start + 1) : 0
  const third = start + 2 < end ? letterAt(text, start + 2) : 0
  return (letterAt(text, start) * 27 + second) * 27 + third
}

/** All that is longer than thirty letters has one bit. */
function lengthBit(length: number): number {
  return 1 << (length > 30 ? 31 : length)
}

/** By character: 1 to 26 for a letter of either case, else 0. */
const letters = new Uint8Array(0x10000)
for (let code = 0x61; code <= 0x7a; code += 1) {
  letters[code] = code - 0x60
  letters[code - 0x20] = code - 0x60
}

function letterAt(text: string, at: number): number {
  return letters[text.charCodeAt(at)] ?? 0
}
