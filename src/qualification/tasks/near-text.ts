import { shortDigest } from '../../base/digest.ts'

/** Words of a text in lower case; numbers are words too. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
}

/** Runs of so many words are compared. */
const runLength = 5

/** So many of the runs of a text stand for it: those with the smallest digests, the same for the same runs. */
const sketchSize = 64

/** A sketch of a text, by which near duplicates are found among many (bottom-k of word runs). */
export function sketchOf(text: string): readonly string[] {
  const words = wordsOf(text)
  const runs = new Set<string>()
  for (let index = 0; index <= Math.max(0, words.length - runLength); index += 1)
    runs.add(words.slice(index, index + runLength).join(' '))
  return [...runs]
    .map((run) => shortDigest(run, 12))
    .toSorted()
    .slice(0, sketchSize)
}

/** Share of runs that two texts have in common, estimated from their sketches. */
export function nearness(a: readonly string[], b: readonly string[]): number {
  const union = [...new Set([...a, ...b])].toSorted().slice(0, sketchSize)
  if (union.length === 0) return 1
  const [inA, inB] = [new Set(a), new Set(b)]
  return union.filter((one) => inA.has(one) && inB.has(one)).length / union.length
}

/** From so many runs of words in common on, two texts are one. */
const nearFrom = 0.8
/** A run that stands everywhere tells nothing of any two. */
const sameEntryMax = 50

/** Finds what is near, only among texts whose sketches share an entry. */
export class NearBook<T> {
  readonly #items: { readonly sketch: readonly string[]; readonly item: T }[] = []
  readonly #byEntry = new Map<string, number[]>()

  add(sketch: readonly string[], item: T): void {
    const index = this.#items.push({ sketch, item }) - 1
    for (const entry of sketch) {
      const known = this.#byEntry.get(entry)
      if (known === undefined) this.#byEntry.set(entry, [index])
      else if (known.length < sameEntryMax) known.push(index)
    }
  }

  /** The first that is near and wanted; null: none is. */
  nearest(sketch: readonly string[], isWanted: (item: T) => boolean = () => true): T | null {
    const candidates = new Set(sketch.flatMap((entry) => this.#byEntry.get(entry) ?? []))
    for (const index of candidates) {
      const other = this.#items[index]
      if (other === undefined || !isWanted(other.item)) continue
      if (nearness(sketch, other.sketch) >= nearFrom) return other.item
    }
    return null
  }
}
