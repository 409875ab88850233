import type { Failure } from '../attempt.ts'
import { goesOnInThread } from '../fit-of.ts'
import { limitHeaders } from '../limits/limit-error.ts'
import { endingError, failedError, refusal } from '../refuse-call.ts'
import { returnedHeaders } from '../route-request.ts'
import { toldReason } from '../told-reason.ts'
import { writerAtEnd } from './answer-context.ts'
import { directiveCut, gatewayEnds } from './own-failures.ts'
import type { Progress } from './progress.ts'

/** No hop is left. `failure`: of the first one that was tried; null: none was. */
export function tellExhausted(run: Progress, failure: Failure | null): void {
  if (run.isOver) return
  if (run.isStopped) return tellFailed(run, gatewayEnds)
  const { threads } = run.call.codec
  if (threads !== undefined && couldServeAllOfIt(run))
    return run.answer.error(run.call.codec, threads.lost)
  if (failure !== null && (failure.code !== directiveCut || run.isContinuing))
    return tellFailed(run, failure)
  const { facts } = run.answer
  const judged = run.queue.passed
  const state = run.tools.state()
  const { error, isDenied } = refusal(state, run.call, judged, run.now())
  if (isDenied) {
    const [first] = judged
    const told = first === undefined ? undefined : toldReason(first.decision)
    const reason = told?.code ?? 'unknown-model'
    facts.outcome = 'denied'
    facts.decision = `${first?.snapshot ?? state.snapshot.version}/${reason}`
  }
  run.answer.error(run.call.codec, error, error.status === 503 ? soon : {})
}

/** A hop was passed over that may well serve the conversation once the caller sends all of it. */
function couldServeAllOfIt({ call, isContinuing, queue }: Progress): boolean {
  return (
    !isContinuing && goesOnInThread(call) && queue.passed.some(({ passed }) => passed === 'unfit')
  )
}

/** Nothing is known of when it is worth to come again. */
const soon = { 'retry-after': '5' } as const

/** The last word to the caller: the provider's own where it speaks the same protocol, else ours; never a clean end. */
export function tellFailed(run: Progress, failure: Failure): void {
  const { codec } = run.call
  const error = run.isStopped ? endingError : failedError(failure)
  if (run.isContinuing) {
    run.answer.facts.isBroken = true
    run.answer.send(writerAtEnd(run).fail(error), () => undefined)
    run.answer.end()
    return
  }
  if (run.isStopped) return run.answer.error(codec, error, soon)
  const { answer } = failure
  if (answer !== null && failure.class !== 'auth' && answer.protocol === codec.protocol)
    return run.answer.whole(failure.status ?? 502, returnedHeaders(answer.headers), answer.body)
  run.answer.error(codec, error, failure.limited === undefined ? {} : limitHeaders(failure.limited))
}
