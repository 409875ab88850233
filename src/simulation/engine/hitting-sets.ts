import type { IntegerPool } from './integer-pool.ts'

/** Sets of elements of one family, each a range of `values`. */
export interface SetFamily {
  readonly values: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly count: number
}

/** Found sets by their size; each pool holds them behind each other. */
export interface FoundSets {
  readonly singles: IntegerPool
  readonly pairs: IntegerPool
  readonly triples: IntegerPool
}

const masksMax = 30

/**
 * Finds the minimal sets of at most `depth` elements that meet every set of a family. Each element becomes the mask
 * of the sets that it meets; elements with the same mask stand for each other, so few masks are combined, and what
 * is found is minimal because no part of it is full. Scratch memory is kept from one family to the next.
 */
export class HittingSets {
  private readonly localOf: Int32Array
  private readonly members: Int32Array
  private readonly masks: Int32Array
  private memberCount = 0
  /** Distinct masks, and by each the elements that have it, behind each other. */
  private readonly groupMask: Int32Array
  private readonly groupStart: Int32Array
  private readonly grouped: Int32Array
  private groupCount = 0

  constructor(elementCount: number) {
    this.localOf = new Int32Array(elementCount).fill(-1)
    this.members = new Int32Array(elementCount)
    this.masks = new Int32Array(elementCount)
    this.groupMask = new Int32Array(elementCount)
    this.groupStart = new Int32Array(elementCount + 1)
    this.grouped = new Int32Array(elementCount)
  }

  find(family: SetFamily, depth: number, found: FoundSets): void {
    if (family.count > masksMax) {
      findByBranching(family, depth, found)
      return
    }
    this.gather(family)
    const full = family.count === masksMax ? 0x3fffffff : (1 << family.count) - 1
    this.group(full, found.singles)
    if (depth >= 2) this.pairs(full, found.pairs)
    if (depth >= 3) this.triples(full, found.triples)
  }

  private gather({ values, starts, ends, count }: SetFamily): void {
    this.memberCount = 0
    for (let set = 0; set < count; set += 1) {
      const bit = 1 << set
      for (let index = starts[set] ?? 0; index < (ends[set] ?? 0); index += 1) {
        const element = values[index] ?? 0
        let local = this.localOf[element] ?? -1
        if (local < 0) {
          local = this.memberCount
          this.memberCount += 1
          this.localOf[element] = local
          this.members[local] = element
          this.masks[local] = 0
        }
        this.masks[local] = (this.masks[local] ?? 0) | bit
      }
    }
    for (let local = 0; local < this.memberCount; local += 1)
      this.localOf[this.members[local] ?? 0] = -1
  }

  /** Elements with a full mask are found; the others are put together by mask. */
  private group(full: number, singles: IntegerPool): void {
    const { members, masks, groupMask, groupStart, grouped } = this
    this.groupCount = 0
    let placed = 0
    for (let local = 0; local < this.memberCount; local += 1) {
      const mask = masks[local] ?? 0
      if (mask === full) singles.push(members[local] ?? 0)
      if (mask === full || mask === 0) continue
      groupMask[this.groupCount] = mask
      groupStart[this.groupCount] = placed
      this.groupCount += 1
      for (let other = local; other < this.memberCount; other += 1) {
        if (masks[other] !== mask) continue
        grouped[placed] = members[other] ?? 0
        placed += 1
        // A mask of 0 marks what has found its group.
        masks[other] = 0
      }
    }
    groupStart[this.groupCount] = placed
  }

  private pairs(full: number, pairs: IntegerPool): void {
    const { groupMask } = this
    for (let a = 0; a < this.groupCount; a += 1) {
      for (let b = a + 1; b < this.groupCount; b += 1) {
        if (((groupMask[a] ?? 0) | (groupMask[b] ?? 0)) === full) this.expandPair(a, b, pairs)
      }
    }
  }

  private expandPair(a: number, b: number, pairs: IntegerPool): void {
    const { groupStart, grouped } = this
    const to = groupStart[b + 1] ?? 0
    for (let i = groupStart[a] ?? 0; i < (groupStart[a + 1] ?? 0); i += 1) {
      const one = grouped[i] ?? 0
      pairs.reserve(2 * (to - (groupStart[b] ?? 0)))
      const { data } = pairs
      let { length } = pairs
      for (let j = groupStart[b] ?? 0; j < to; j += 1) {
        const other = grouped[j] ?? 0
        data[length] = one < other ? one : other
        data[length + 1] = one < other ? other : one
        length += 2
      }
      pairs.length = length
    }
  }

  private triples(full: number, triples: IntegerPool): void {
    const masks = this.groupMask
    for (let a = 0; a < this.groupCount; a += 1) {
      for (let b = a + 1; b < this.groupCount; b += 1) {
        const two = (masks[a] ?? 0) | (masks[b] ?? 0)
        if (two === full) continue
        for (let c = b + 1; c < this.groupCount; c += 1) {
          const third = masks[c] ?? 0
          const superfluous =
            ((masks[a] ?? 0) | third) === full || ((masks[b] ?? 0) | third) === full
          if ((two | third) === full && !superfluous) this.expandTriple(a, b, c, triples)
        }
      }
    }
  }

  private expandTriple(a: number, b: number, c: number, triples: IntegerPool): void {
    const { groupStart, grouped } = this
    for (let i = groupStart[a] ?? 0; i < (groupStart[a + 1] ?? 0); i += 1) {
      for (let j = groupStart[b] ?? 0; j < (groupStart[b + 1] ?? 0); j += 1) {
        for (let k = groupStart[c] ?? 0; k < (groupStart[c + 1] ?? 0); k += 1) {
          pushTriple(triples, [grouped[i] ?? 0, grouped[j] ?? 0, grouped[k] ?? 0])
        }
      }
    }
  }
}

function pushTriple(pool: IntegerPool, triple: readonly number[]): void {
  for (const element of triple.toSorted((a, b) => a - b)) pool.push(element)
}

/** For families too large for one mask: extend by the members of the first set that is not met yet. */
function findByBranching(family: SetFamily, depth: number, found: FoundSets): void {
  const sets = Array.from(
    { length: family.count },
    (_, set) => new Set(family.values.subarray(family.starts[set] ?? 0, family.ends[set] ?? 0)),
  )
  const all = new Map<string, readonly number[]>()
  function extend(chosen: readonly number[]): void {
    const unmet = sets.find((set) => !chosen.some((element) => set.has(element)))
    if (unmet === undefined) {
      const sorted = chosen.toSorted((a, b) => a - b)
      all.set(sorted.join(' '), sorted)
    } else if (chosen.length < depth) {
      for (const element of unmet) extend([...chosen, element])
    }
  }
  extend([])
  for (const chosen of all.values()) if (isMinimal(chosen, sets)) pushFound(found, chosen)
}

/** Each member meets a set that no other member meets. */
function isMinimal(chosen: readonly number[], sets: readonly ReadonlySet<number>[]): boolean {
  return chosen.every((element) =>
    sets.some(
      (set) => set.has(element) && !chosen.some((other) => other !== element && set.has(other)),
    ),
  )
}

function pushFound(found: FoundSets, chosen: readonly number[]): void {
  const pools = [found.singles, found.pairs, found.triples]
  for (const element of chosen) pools[chosen.length - 1]?.push(element)
}
