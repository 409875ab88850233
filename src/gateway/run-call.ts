import type { Failure } from './attempt.ts'
import type { Call } from './call.ts'
import type { CallTools } from './call-tools.ts'
import type { CallerAnswer } from './caller-answer.ts'
import type { JudgedHop } from './plan-hops.ts'
import { tellExhausted, tellFailed } from './run/last-word.ts'
import { mayGoOn } from './run/may-go-on.ts'
import { callerGone, directiveCut, gatewayEnds, triedByAnother } from './run/own-failures.ts'
import { Progress } from './run/progress.ts'
import { tryHops } from './run/side-by-side.ts'

/**
 * One call on its way: hop after hop until one serves it, policy asked before each, and again whenever it changes
 * while a hop is under way. Its stages are in `run/`: which hops side by side, which attempts at one hop, the request,
 * the answer, the last word.
 */
export class CallRun {
  readonly #run: Progress

  constructor(call: Call, answer: CallerAnswer, tools: CallTools) {
    this.#run = new Progress(call, answer, tools)
  }

  async run(): Promise<void> {
    const run = this.#run
    let failure: Failure | null = null
    for (;;) {
      const looked = run.places.look(() => run.queue.left)
      if (looked !== null) await looked
      const next = this.#next()
      if (next === null) return tellExhausted(run, failure)
      for (const { turn, end } of await tryHops(run, next)) {
        if (end.kind === 'served' || run.hasLeft) return
        const { hop } = turn.judged
        if (end.failure.code === triedByAnother) {
          run.takeBack(hop)
          continue
        }
        // The first failure is that of the model that was asked for: what fallbacks say of it explains less.
        failure ??= end.failure
        if (!mayGoOn(run, hop, end.failure)) return tellFailed(run, failure)
        if (end.failure.code === directiveCut) run.queue.passLate(hop)
      }
    }
  }

  /** The caller has gone: nobody is asked any more. */
  left(): void {
    const run = this.#run
    run.hasLeft = true
    run.wake()
    for (const { attempt } of run.underWay) attempt.fail(callerGone)
  }

  /** The gateway ends and waits no longer: the caller is told so. */
  stop(): void {
    const run = this.#run
    run.isStopped = true
    run.wake()
    for (const { attempt } of run.underWay) attempt.fail(gatewayEnds)
  }

  /** Policy has changed: a hop that it no longer permits ends now. */
  reconsider(): void {
    const { places, underWay } = this.#run
    const { waitingFor } = places
    if (waitingFor !== null && this.#run.cutByPolicy(waitingFor) !== null) places.giveUp()
    for (const { turn, attempt } of underWay) {
      const cut = this.#run.cutByPolicy(turn.judged.hop)
      if (cut !== null) attempt.fail(cut)
    }
  }

  #next(): JudgedHop | null {
    const run = this.#run
    if (run.isOver || run.isStopped) return null
    return run.queue.next((hop) => run.places.isWorthAWait(hop))
  }
}
