import type { Call } from './call.ts'
import type { AnswerFacts } from './caller-answer.ts'
import { gatewayLimits } from './limits.ts'
import type { GatewayState } from './gateway-state.ts'
import { KeyTree } from './key-tree.ts'

/** What was asked for and what answered, on one day: counts and times, never a prompt and never a caller. */
export interface ObservedUse {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string
  /** Null: the traffic named none. */
  readonly workflow: string | null
  /** Model that was asked for. */
  readonly model: string
  /** Model that answered; null: none did. */
  readonly servedModel: string | null
  /** Route that it went over; null: none was chosen. */
  readonly route: string | null
  readonly provider: string | null
  readonly protocol: string | null
  readonly region: string | null
  readonly requests: number
  /** Requests that were answered. */
  readonly served: number
  /** RFC 3339 in milliseconds. */
  readonly firstAt: string
  readonly lastAt: string
}

/** Traffic since somebody last took it, added up in memory. So many different uses fit; further ones are only counted. */
export class ObservedTraffic {
  readonly #uses = new KeyTree<Writable<ObservedUse>>()
  #unkept = 0

  /** Requests that found no room since they were last asked for. */
  get unkept(): number {
    return this.#unkept
  }

  /** A request has ended. A model that nobody knows is no dependency: nothing was served, and any text may be asked for. */
  note(
    state: GatewayState,
    call: Call,
    facts: AnswerFacts,
    { at, isServed }: { readonly at: string; readonly isServed: boolean },
  ): void {
    const { model, workflow } = call
    if (model === null) return
    const route =
      (facts.route === null ? undefined : state.routes.get(facts.route)) ?? state.routesOf(model)[0]
    this.#add({
      day: at.slice(0, 10),
      workflow: workflow?.id ?? null,
      model,
      servedModel: isServed ? (facts.servedModel?.slice(0, 200) ?? null) : null,
      route: route?.id ?? null,
      provider: route?.provider ?? null,
      protocol: route?.protocol ?? null,
      region: route?.region ?? null,
      requests: 1,
      served: isServed ? 1 : 0,
      firstAt: at,
      lastAt: at,
    })
  }

  /** Hands out what there is, and begins anew. */
  take(): readonly ObservedUse[] {
    const taken = this.#uses.values
    this.#uses.clear()
    this.#unkept = 0
    return taken
  }

  /** What was taken and could not be written down, or was seen by another process, is added to what has come since. */
  giveBack(uses: readonly ObservedUse[], unkept = 0): void {
    this.#unkept += unkept
    for (const use of uses) this.#add(use)
  }

  #add(use: ObservedUse): void {
    const key = [use.day, use.workflow, use.model, use.servedModel, use.route]
    const before = this.#uses.find(key)
    if (before === null) {
      if (this.#uses.values.length < gatewayLimits.observedUsesMax) this.#uses.add(key, { ...use })
      else this.#unkept += use.requests
      return
    }
    before.requests += use.requests
    before.served += use.served
    if (use.firstAt < before.firstAt) before.firstAt = use.firstAt
    if (use.lastAt > before.lastAt) before.lastAt = use.lastAt
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
