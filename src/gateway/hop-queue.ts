import { instantText } from '../base/instant-text.ts'
import type { ProtocolCodec } from '../protocols/index.ts'
import type { Failure } from './attempt.ts'
import type { Call } from './call.ts'
import type { RouteCircuits } from './circuits.ts'
import { unfitFor } from './fit-of.ts'
import type { GatewayState } from './gateway-state.ts'
import { type EvidenceTools, isWithoutEvidence } from './hop-evidence.ts'
import { type Hop, type JudgedHop, judgeHop, planHops } from './plan-hops.ts'

export interface QueueTools extends EvidenceTools {
  readonly codecs: Readonly<Record<string, ProtocolCodec>>
  readonly circuits: RouteCircuits
}

/** The hops of one call, each judged when its turn comes, by the policy that is in force then. */
export class HopQueue {
  readonly #call: Call
  readonly #tools: QueueTools
  readonly #onDenied: (judged: JudgedHop) => void
  /** Ids of those whose turn has come. */
  #gone: readonly string[] = []
  readonly #passed: JudgedHop[] = []
  /** Context of a model that was too small; only a larger one is tried after it. */
  #tooSmall: number | null = null

  constructor(call: Call, tools: QueueTools, onDenied: (judged: JudgedHop) => void) {
    this.#call = call
    this.#tools = tools
    this.#onDenied = onDenied
  }

  /** Hops that were passed over, in order. */
  get passed(): readonly JudgedHop[] {
    return this.#passed
  }

  /** The next hop that may be tried, one that is preferred before the others; null: none is left. */
  next(isPreferred: (hop: Hop) => boolean): JudgedHop | null {
    const judged: JudgedHop[] = []
    let open: JudgedHop | undefined
    for (const hop of this.left) {
      const one = this.#judge(hop)
      judged.push(one)
      if (one.passed !== null) continue
      const isBest = isPreferred(hop)
      if (isBest || open === undefined) open = one
      // Those behind it are judged when their turn comes.
      if (isBest) break
    }
    const found = open ?? this.#leastBad(judged)
    const before = found === undefined ? judged : judged.slice(0, judged.indexOf(found))
    for (const one of before) if (one.passed !== null) this.#passOver(one)
    if (found === undefined) return null
    this.#gone = [...this.#gone, found.hop.id]
    return found
  }

  /**
   * A hop to be asked beside the one that says nothing: it may be tried now, has room now, and the caller need not be
   * told anything of it. Null: there is none; nothing is passed over.
   */
  beside(hasRoom: (hop: Hop) => boolean): JudgedHop | null {
    for (const hop of this.left) {
      const judged = this.#judge(hop)
      if (judged.passed !== null || judged.notice !== null || !hasRoom(hop)) continue
      this.#gone = [...this.#gone, hop.id]
      return judged
    }
    return null
  }

  /** Whether another hop could take over if the present one fails. */
  hasMore(): boolean {
    return this.left.some((hop) => this.#judge(hop).passed === null)
  }

  /** A hop was not tried after all, or may be tried again: it is judged anew. */
  takeBack(hop: Hop): void {
    this.#gone = this.#gone.filter((id) => id !== hop.id)
  }

  /** A model found the request too long. */
  wasTooLong({ model }: Hop): void {
    const { contextTokens } = this.#tools.state().factsOf(model)
    this.#tooSmall = Math.max(contextTokens ?? 0, this.#tooSmall ?? 0)
  }

  /** A hop is judged anew, for the last word to the caller. */
  passLate(hop: Hop): void {
    this.#passed.push(this.#judge(hop))
  }

  /** Hops whose turn has not come. */
  get left(): readonly Hop[] {
    const hops = planHops(this.#tools.state(), this.#call)
    return this.#gone.length === 0 ? hops : hops.filter(({ id }) => !this.#gone.includes(id))
  }

  #judge(hop: Hop): JudgedHop {
    const { circuits, codecs, clock } = this.#tools
    const state = this.#tools.state()
    return judgeHop(state, this.#call, hop, {
      circuits,
      at: instantText(clock.now()),
      unfit: () => this.#tooSmallFor(state, hop) ?? unfitFor(state, this.#call, hop, codecs),
      isWithoutEvidence: (model) => isWithoutEvidence(this.#tools, model),
    })
  }

  /** Where none is better, a route that failed just now for somebody else is still better than none. */
  #leastBad(judged: readonly JudgedHop[]): JudgedHop | undefined {
    return judged.find(({ passed }) => passed === 'outage')
  }

  #tooSmallFor(state: GatewayState, { model }: Hop): string | null {
    const { contextTokens } = state.factsOf(model)
    if (this.#tooSmall === null || contextTokens === null) return null
    return contextTokens > this.#tooSmall
      ? null
      : `the request did not fit a model of ${this.#tooSmall} tokens, and this one has no more`
  }

  #passOver(judged: JudgedHop): void {
    this.#gone = [...this.#gone, judged.hop.id]
    this.#passed.push(judged)
    if (judged.passed === 'denied') this.#onDenied(judged)
  }
}

/** Failures that no other hop is asked about, since the request itself is what is refused. */
export function isOfRequest(failure: Failure, { isFallback }: Hop): boolean {
  // What a fallback finds wrong may be right for another one.
  return failure.class === 'content-policy' || (failure.class === 'client' && !isFallback)
}
