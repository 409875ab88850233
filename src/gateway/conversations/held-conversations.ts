import { LRUCache } from 'lru-cache'
import type { ConversationReferences } from '../../protocols/index.ts'
import type { GatewayClock, Timer } from '../clock.ts'
import type { AskedConversations, HeldTurn, History } from './asked-conversations.ts'
import { conversationLimits } from './limits.ts'

/** How much is held. */
export interface HoldingRules {
  /** Since a turn was last used. */
  readonly holdMs: number
  /** Of all turns together. */
  readonly bytesMax: number
}

/** An id that two answers, or two items, of a holder have: which one is meant nobody knows. */
const ambiguous = 'ambiguous'

interface Place {
  readonly holder: string
  readonly turn: HeldTurn | typeof ambiguous
}

/**
 * Conversations of which callers send only what is new, in the memory of one process: they go on where the provider that
 * keeps them may not or cannot be asked. Each belongs to its holder alone; those not used for longest make room.
 */
export class HeldConversations implements AskedConversations {
  readonly #clock: GatewayClock
  #rules: HoldingRules | null
  #places: LRUCache<string, Place> | null
  /** Items of answers → the place of the answer. */
  readonly #placeOfItem = new Map<string, string>()
  #timer: Timer | null = null

  /** No rules: nothing is held. */
  constructor(clock: GatewayClock, rules: HoldingRules | null) {
    this.#clock = clock
    this.#rules = rules
    this.#places = this.#newPlaces(rules)
  }

  /** What all of it takes up. */
  get bytes(): number {
    return this.#places?.calculatedSize ?? 0
  }

  /** How much is held from now on; what is too much goes. */
  follow(rules: HoldingRules | null): void {
    if (rules?.holdMs === this.#rules?.holdMs && rules?.bytesMax === this.#rules?.bytesMax) return
    const before = this.#places
    this.#rules = rules
    this.#places = this.#newPlaces(rules)
    this.#placeOfItem.clear()
    for (const key of before?.rkeys() ?? []) {
      const place = before?.peek(key)
      if (place !== undefined) this.#put(key, place)
    }
  }

  hold(holder: string, turn: HeldTurn): void {
    if (this.#places === null || turn.id === turn.previous) return
    const key = keyOf(holder, turn.id)
    this.#put(key, { holder, turn: this.#places.has(key) ? ambiguous : turn })
    this.#watch()
  }

  recall(holder: string, { previous, items }: ConversationReferences): History | null {
    const turns: HeldTurn[] = []
    for (let id = previous; id !== null;) {
      const turn = this.#turnAt(keyOf(holder, id))
      if (turn === null || turns.length >= conversationLimits.chainMax) return null
      turns.push(turn)
      id = turn.previous
    }
    const turnOf = new Map<string, HeldTurn>()
    for (const item of items) {
      const turn = this.#turnAt(this.#placeOfItem.get(keyOf(holder, item)))
      if (turn === null) return null
      turnOf.set(item, turn)
    }
    return { turns: turns.toReversed(), turnOf }
  }

  /** Nothing is held any more. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#places?.clear()
    this.#placeOfItem.clear()
  }

  #newPlaces(rules: HoldingRules | null): LRUCache<string, Place> | null {
    if (rules === null) return null
    return new LRUCache({
      maxSize: rules.bytesMax,
      maxEntrySize: Math.min(conversationLimits.turnBytesMax, rules.bytesMax),
      sizeCalculation: ({ turn }) => bytesOf(turn),
      ttl: rules.holdMs,
      ttlResolution: 0,
      updateAgeOnGet: true,
      // Nothing can be noted as of the instant 0.
      perf: { now: () => this.#clock.elapsed() + 1 },
      dispose: (place, key) => this.#forget(place, key),
    })
  }

  #put(key: string, place: Place): void {
    this.#places?.set(key, place)
    // One that is too large for its place was not taken.
    if (place.turn === ambiguous || this.#places?.has(key) !== true) return
    for (const id of place.turn.itemIds) {
      const item = keyOf(place.holder, id)
      const other = this.#placeOfItem.get(item)
      this.#placeOfItem.set(item, other === undefined || other === key ? key : ambiguous)
    }
  }

  #turnAt(key: string | undefined): HeldTurn | null {
    const place = key === undefined ? undefined : this.#places?.get(key)
    return place === undefined || place.turn === ambiguous ? null : place.turn
  }

  #forget({ holder, turn }: Place, key: string): void {
    if (turn === ambiguous) return
    for (const id of turn.itemIds) {
      const item = keyOf(holder, id)
      const place = this.#placeOfItem.get(item)
      if (place === key || place === ambiguous) this.#placeOfItem.delete(item)
    }
  }

  /** What nobody comes for goes as well. */
  #watch(): void {
    this.#timer ??= this.#clock.after(conversationLimits.sweepMs, () => {
      this.#timer = null
      this.#places?.purgeStale()
      if ((this.#places?.size ?? 0) > 0) this.#watch()
    })
  }
}

function keyOf(holder: string, id: string): string {
  return `${id}\n${holder}`
}

function bytesOf(turn: HeldTurn | typeof ambiguous): number {
  const { turnBytesBeside, itemBytesBeside } = conversationLimits
  if (turn === ambiguous) return turnBytesBeside
  const { input, output, itemIds } = turn
  return turnBytesBeside + itemBytesBeside * itemIds.length + input.length + output.length
}
