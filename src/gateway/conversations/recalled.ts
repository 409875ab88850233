import {
  type ConversationCodec,
  type ConversationReferences,
  isObject,
  type JsonValue,
  type ModelRequest,
} from '../../protocols/index.ts'
import type { Call, Recalled, RefusedRequest } from '../call.ts'
import { callerName } from '../caller-name.ts'
import { scanBody } from '../scan-body.ts'
import type { AskedConversations, HeldTurn, History } from './asked-conversations.ts'

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
export function recall(held: AskedConversations, call: Call): Call | Promise<Call> {
  const { conversations } = call.codec
  const references = conversations?.referencesIn(call.body) ?? null
  if (references === null || conversations === undefined) return call
  const taken = (history: History | null): Call =>
    history === null ? call : new RecalledHistory(call, { conversations, references, history }).call
  const history = held.recall(holderOf(call), references)
  return history instanceof Promise ? history.then(taken) : taken(history)
}

/** To each work its own: what may go less far is not fetched by the same caller for other work. */
export function holderOf({ caller, workflow }: Call): string {
  return `${callerName(caller)}\n${workflow?.id ?? ''}`
}

interface WholeCall {
  readonly call: Call
  /** Fields of which something is missing. */
  readonly lost: readonly string[]
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
  readonly #whole = new Map<string, WholeCall>()

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

  isUnknownAt(route: string, failure: RefusedRequest): boolean {
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
    return this.isKeptAt(route) ? [] : this.#wholeAt(route).lost
  }

  #wholeAt(route: string): WholeCall {
    const known = this.#whole.get(route)
    if (known !== undefined) return known
    const before = this.#history.turns.flatMap((turn) => this.#itemsOf(turn, route))
    const own = this.#own(route)
    const items = [...before, ...own].filter((item) => item !== null)
    const lost = [
      ...(before.includes(null) ? ['previous_response_id.reasoning'] : []),
      ...own.flatMap((item, index) => (item === null ? [`input[${index}]`] : [])),
    ]
    const whole = { call: this.#withItems(items), lost }
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
