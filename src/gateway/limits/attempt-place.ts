import type { Call } from '../call.ts'
import type { Hop } from '../plan-hops.ts'
import { countSpend, spendersOf, type SpendTools } from './count-spend.ts'
import type { Grant } from './counters.ts'
import { type AttemptUse, usedTokens } from './used-tokens.ts'

export interface PlaceParts {
  readonly tools: SpendTools
  readonly call: Call
  readonly hop: Hop
  /** Null: the route has no limits. */
  readonly grant: Grant | null
  /** Tokens in, estimated from the request. */
  readonly expectedInput: () => number
}

/** The place of one attempt at a route, from before it is asked until the attempt has ended, however it does. */
export class AttemptPlace {
  readonly #parts: PlaceParts
  #hasUsed = false

  constructor(parts: PlaceParts) {
    this.#parts = parts
  }

  /** What the attempt has used, once it is known, also of one that failed; read only where it counts. */
  used(read: () => AttemptUse): void {
    const { tools, call, hop, grant, expectedInput } = this.#parts
    if (this.#hasUsed || !this.#isCounted) return
    const tokens = usedTokens(read(), expectedInput)
    if (tokens === null) return
    this.#hasUsed = true
    grant?.settle(tokens.input + tokens.output)
    countSpend(tools, call, { model: hop.model, route: hop.route.id }, tokens)
  }

  get #isCounted(): boolean {
    const { tools, call, hop } = this.#parts
    const isLimited = (hop.route.capacity?.tokensPerMinute ?? null) !== null
    return isLimited || spendersOf(tools.state(), call).length > 0
  }

  release(): void {
    const { grant } = this.#parts
    if (!this.#hasUsed) grant?.settle(0)
    grant?.release()
  }
}
