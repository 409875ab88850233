import {
  type ConversationCodec,
  type ConversationReferences,
  isObject,
  type JsonValue,
  type ModelRequest,
} from '../../protocols/index.ts'
import type { Failure } from '../attempt.ts'
import type { Call } from '../call.ts'
import { scanBody } from '../scan-body.ts'
import type { HeldConversations, HeldTurn, History } from './held-conversations.ts'

/** What a call takes up of an earlier one, which the gateway holds: it may go where that is unknown. */
export interface Recalled {
  /** The provider of a route keeps all of it: it can be asked as the caller has written. */
  isKeptAt(route: string): boolean
  /** The call as a route takes it: with all that it takes up, where the provider does not keep that. */
  at(route: string): Call
  /**
   * Whether a failure says that the provider of a route does not know what the call takes up, though it said that it keeps
   * it: from now on it is sent all of it.
   */
  isUnknownAt(route: string, failure: Failure): boolean
  /** What stands in the call itself, for a route; null: for none that knows any of it. */
  ownInputAt(route: string | null): readonly JsonValue[]
  /** Fields of what it takes up that only their maker could read. */
  lostAt(route: string): readonly string[]
}

/** A call as the route of a hop takes it. */
export function callAt(call: Call, route: { readonly id: string }): Call {
  return call.recalled === null ? call : call.recalled.at(route.id)
}

/** Everything that was said, as a provider takes it that knows nothing of it. */
export function wholeCall(call: Call): Call {
  // No route has this name.
  return callAt(call, { id: '' })
}

/** The same call, which can go elsewhere where all that it takes up is held. */
export function recall(held: HeldConversations, call: Call): Call {
  const { conversations } = call.codec
  const references = held.isHolding ? (conversations?.referencesIn(call.body) ?? null) : null
  if (references === null || conversations === undefined) return call
  const history = held.recall(holderOf(call), references)
  if (history === null) return call
  return new RecalledHistory(call, { conversations, references, history }).call
}

/** Work of its own each: data that may go less far is not fetched by a key for other work. */
export function holderOf({ caller, workflow }: Call): string {
  return `${caller.id}\n${workflow?.id ?? ''}`
}

class RecalledHistory implements Recalled {
  /** As the caller has written it. */
  readonly call: Call
  readonly #codec: ConversationCodec
  readonly #history: History
  readonly #references: ConversationReferences
  /** Turns that the call names itself; whoever keeps them keeps all that came before. */
  readonly #named: readonly HeldTurn[]
  /** Routes whose providers have lost what they kept. */
  readonly #unknownAt = new Set<string>()
  readonly #whole = new Map<string, { readonly call: Call; readonly isLess: boolean }>()

  constructor(
    call: Call,
    parts: {
      readonly conversations: ConversationCodec
      readonly references: ConversationReferences
      readonly history: History
    },
  ) {
    this.call = { ...call, recalled: this }
    this.#codec = parts.conversations
    this.#history = parts.history
    this.#references = parts.references
    const previous = parts.references.previous === null ? undefined : parts.history.turns.at(-1)
    this.#named = [...(previous === undefined ? [] : [previous]), ...parts.history.turnOf.values()]
  }

  isKeptAt(route: string): boolean {
    return !this.#unknownAt.has(route) && this.#named.every((turn) => turn.route === route)
  }

  isUnknownAt(route: string, failure: Failure): boolean {
    const { status } = failure
    if ((status !== 400 && status !== 404) || !this.isKeptAt(route)) return false
    const isUnknown = this.#codec.isUnknown(this.#references, failure)
    if (isUnknown) this.#unknownAt.add(route)
    return isUnknown
  }

  at(route: string): Call {
    return this.isKeptAt(route) ? this.call : this.#wholeAt(route).call
  }

  ownInputAt(route: string | null): readonly JsonValue[] {
    return this.#own(route).filter((item) => item !== null)
  }

  lostAt(route: string): readonly string[] {
    return !this.isKeptAt(route) && this.#wholeAt(route).isLess ? ['thinking-parts'] : []
  }

  #wholeAt(route: string): { readonly call: Call; readonly isLess: boolean } {
    const known = this.#whole.get(route)
    if (known !== undefined) return known
    const items = [
      ...this.#history.turns.flatMap((turn) => this.#itemsOf(turn, route)),
      ...this.#own(route),
    ]
    const taken = items.filter((item) => item !== null)
    const whole = { call: this.#withItems(taken), isLess: taken.length < items.length }
    this.#whole.set(route, whole)
    return whole
  }

  /** Null: an item that only its maker takes. */
  #itemsOf(turn: HeldTurn, route: string): readonly (JsonValue | null)[] {
    const asked = this.#codec.itemsOf(parsed(turn.input))
    const answered = this.#codec.itemsOf(parsed(turn.output))
    const items = [...asked, ...answered]
    return this.#isOf(turn, route) ? items : items.map((item) => this.#codec.itemElsewhere(item))
  }

  #own(route: string | null): readonly (JsonValue | null)[] {
    const { body } = this.call
    return this.#codec.itemsOf(body['input']).map((item) => {
      const id = this.#codec.idOfReference(item)
      const turn = id === null ? undefined : this.#history.turnOf.get(id)
      if (turn === undefined) return item
      const meant = this.#codec
        .itemsOf(parsed(turn.output))
        .find((one) => isObject(one) && one['id'] === id)
      if (meant === undefined) return item
      return this.#isOf(turn, route) ? meant : this.#codec.itemElsewhere(meant)
    })
  }

  /** Its provider knows the ids of the items. */
  #isOf(turn: HeldTurn, route: string | null): boolean {
    return turn.route !== null && turn.route === route && !this.#unknownAt.has(turn.route)
  }

  #withItems(items: readonly JsonValue[]): Call {
    const body = this.#codec.withItems(this.call.body, items)
    const bytes = Buffer.from(JSON.stringify(body))
    let superset: ModelRequest | null = null
    return {
      ...this.call,
      body,
      bytes,
      members: scanBody(bytes),
      exact: () => body,
      superset: () => (superset ??= this.call.codec.readRequest(body)),
    }
  }
}

function parsed(json: Buffer): JsonValue {
  return JSON.parse(json.toString('utf8')) as JsonValue
}
