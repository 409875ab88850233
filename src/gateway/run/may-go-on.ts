import { ProtocolError } from '../../protocols/index.ts'
import type { Failure } from '../attempt.ts'
import { isOfRequest } from '../hop-queue.ts'
import { gatewayLimits } from '../limits.ts'
import type { Hop } from '../plan-hops.ts'
import { hasRemoteEffects, retryWait } from '../retry-wait.ts'
import { directiveCut } from './own-failures.ts'
import type { Progress } from './progress.ts'

/** Milliseconds until the same route is asked again; null: it is not. */
export function waitBeforeRetry(run: Progress, failure: Failure): number | null {
  if (run.isStopped || (run.isContinuing && !mayContinue(run, failure))) return null
  // The last continuation is rather somebody else's than of whom it broke off with.
  const isLast = run.continuations + 1 >= gatewayLimits.continuationsMax
  if (run.isContinuing && isLast && run.queue.hasMore()) return null
  return retryWait(failure, run.call, {
    hasMore: () => run.queue.hasMore(),
    random: run.tools.random(),
  })
}

/** Whether another hop may be tried after this failure. */
export function mayGoOn(run: Progress, hop: Hop, failure: Failure): boolean {
  if (run.isStopped) return false
  if (run.isContinuing) return mayContinue(run, failure)
  if (isOfRequest(failure, hop)) return false
  if (failure.class === 'context') run.queue.wasTooLong(hop)
  return !(
    failure.class === 'transport' &&
    failure.code !== directiveCut &&
    hasRemoteEffects(run.call)
  )
}

/** Whether an answer that has begun may be gone on with. */
function mayContinue(run: Progress, failure: Failure): boolean {
  const isOrdered = failure.code === directiveCut || failure.class === 'withdrawn'
  if (isOrdered && run.tools.state().inFlight !== 'continue') return false
  if (run.delivered.characters > gatewayLimits.continuedBytesMax) return false
  if (run.continuations >= gatewayLimits.continuationsMax) return false
  return run.delivered.canContinue && canTranslate(run)
}

function canTranslate({ call }: Progress): boolean {
  try {
    // Of several answers only the first could be gone on with.
    return (call.superset().n ?? 1) === 1
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw error
  }
}
