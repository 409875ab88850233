import { IntegerPool } from './integer-pool.ts'
import { NumberSet } from './number-set.ts'

/** Lists of minimal cut sets by number, all in three pools. List 0 is empty. */
export class CutLists {
  readonly singles = new IntegerPool()
  readonly pairs: IntegerPool
  readonly triples = new IntegerPool()
  private readonly singleEnds = new IntegerPool()
  private readonly pairEnds = new IntegerPool()
  private readonly tripleEnds = new IntegerPool()
  /** To make one number of a sorted set. */
  private readonly base: number
  private readonly knownSingles = new NumberSet()
  private readonly knownPairs = new NumberSet()
  private readonly knownTriples = new NumberSet()

  constructor(elementCount: number, workflowCount: number) {
    this.base = elementCount
    // About what unlike workflows of a few options need; room that is never written costs nothing.
    this.pairs = new IntegerPool(1024 + workflowCount * 48)
    this.close()
  }

  /** Ends the list that was pushed to the pools since the last one, and gives its number. */
  close(): number {
    this.singleEnds.push(this.singles.length)
    this.pairEnds.push(this.pairs.length)
    this.tripleEnds.push(this.triples.length)
    return this.singleEnds.length - 1
  }

  singleStart(list: number): number {
    return startOf(this.singleEnds, list)
  }

  singleEnd(list: number): number {
    return this.singleEnds.at(list)
  }

  pairStart(list: number): number {
    return startOf(this.pairEnds, list)
  }

  pairEnd(list: number): number {
    return this.pairEnds.at(list)
  }

  tripleStart(list: number): number {
    return startOf(this.tripleEnds, list)
  }

  tripleEnd(list: number): number {
    return this.tripleEnds.at(list)
  }

  /** The sets of a list, smaller ones first, each sorted. */
  *setsOf(list: number): Generator<readonly number[]> {
    const { singles, pairs, triples } = this
    for (let at = this.singleStart(list); at < this.singleEnd(list); at += 1) yield [singles.at(at)]
    for (let at = this.pairStart(list); at < this.pairEnd(list); at += 2) {
      yield [pairs.at(at), pairs.at(at + 1)]
    }
    for (let at = this.tripleStart(list); at < this.tripleEnd(list); at += 3) {
      yield [triples.at(at), triples.at(at + 1), triples.at(at + 2)]
    }
  }

  /**
   * Adds a list of all sets of other lists and of some more, each sorted, up to so many elements; what holds another
   * one is left out.
   */
  addMinimal(
    lists: readonly number[],
    depth: number,
    more: readonly (readonly number[])[] = [],
  ): number {
    this.addSingles(lists, more)
    if (depth >= 2) this.addPairs(lists, more)
    if (depth >= 3) this.addTriples(lists, more)
    return this.close()
  }

  private addSingles(lists: readonly number[], more: readonly (readonly number[])[]): void {
    this.knownSingles.clear()
    for (const list of lists) {
      const end = this.singleEnd(list)
      for (let at = this.singleStart(list); at < end; at += 1) this.addSingle(this.singles.at(at))
    }
    for (const set of more) if (set.length === 1) this.addSingle(set[0] ?? 0)
  }

  private addPairs(lists: readonly number[], more: readonly (readonly number[])[]): void {
    this.knownPairs.clear()
    for (const list of lists) {
      const end = this.pairEnd(list)
      for (let at = this.pairStart(list); at < end; at += 2) {
        this.addPair(this.pairs.at(at), this.pairs.at(at + 1))
      }
    }
    for (const set of more) if (set.length === 2) this.addPair(set[0] ?? 0, set[1] ?? 0)
  }

  private addTriples(lists: readonly number[], more: readonly (readonly number[])[]): void {
    this.knownTriples.clear()
    for (const list of lists) {
      const end = this.tripleEnd(list)
      for (let at = this.tripleStart(list); at < end; at += 3) {
        this.addTriple(this.triples.at(at), this.triples.at(at + 1), this.triples.at(at + 2))
      }
    }
    for (const set of more)
      if (set.length === 3) this.addTriple(set[0] ?? 0, set[1] ?? 0, set[2] ?? 0)
  }

  private addSingle(element: number): void {
    if (this.knownSingles.add(element)) this.singles.push(element)
  }

  private addPair(a: number, b: number): void {
    if (this.knownSingles.has(a) || this.knownSingles.has(b)) return
    if (!this.knownPairs.add(a * this.base + b)) return
    this.pairs.push(a)
    this.pairs.push(b)
  }

  private addTriple(a: number, b: number, c: number): void {
    const { knownSingles, knownPairs, base } = this
    if (knownSingles.has(a) || knownSingles.has(b) || knownSingles.has(c)) return
    const isHeld =
      knownPairs.has(a * base + b) || knownPairs.has(a * base + c) || knownPairs.has(b * base + c)
    if (isHeld || !this.knownTriples.add((a * base + b) * base + c)) return
    this.triples.push(a)
    this.triples.push(b)
    this.triples.push(c)
  }
}

function startOf(ends: IntegerPool, list: number): number {
  return list === 0 ? 0 : ends.at(list - 1)
}
