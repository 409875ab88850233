import { ProtocolError } from '../../protocols/index.ts'
import { type Failure, transportFailure } from '../attempt.ts'
import { forwardedRequest } from '../route-request.ts'
import { spliceCall } from '../splice-call.ts'
import { isTranslated, translateCall } from '../translate-call.ts'
import type { UpstreamRequest } from '../upstream.ts'
import type { Progress } from './progress.ts'
import type { Turn } from './turn.ts'

/** What the provider of a turn is sent: the caller's own bytes where they can stay, else the call written anew. */
export function requestFor(run: Progress, turn: Turn): UpstreamRequest | Failure {
  try {
    return run.isContinuing || isTranslated(run.tools.state(), run.call, turn.judged.hop)
      ? translated(run, turn)
      : forwarded(run, turn)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { ...transportFailure(error.message, true), class: 'client', status: 400 }
  }
}

function forwarded(run: Progress, turn: Turn): UpstreamRequest {
  const { hop } = turn.judged
  const { body, lost } = spliceCall(run.tools.state(), run.call, hop, run.now())
  turn.lost.push(...lost)
  return forwardedRequest(run.call, hop.route, body)
}

function translated(run: Progress, turn: Turn): UpstreamRequest {
  const { hop } = turn.judged
  const { request, lost } = translateCall(run.tools.state(), run.call, hop, {
    target: run.codecOf(hop.route.protocol),
    continued: run.isContinuing ? run.delivered.text : null,
    at: run.now(),
  })
  turn.lost.push(...lost)
  return request
}
