import { ProtocolError } from '../../protocols/index.ts'
import { type Failure, transportFailure } from '../attempt.ts'
import type { Call } from '../call.ts'
import { callAt } from '../conversations/recalled.ts'
import { forwardedRequest } from '../route-request.ts'
import { spliceCall } from '../splice-call.ts'
import { isTranslated, translateCall } from '../translate-call.ts'
import type { UpstreamRequest } from '../upstream.ts'
import type { Progress } from './progress.ts'
import type { Turn } from './turn.ts'

/** What the provider of a turn is sent: the caller's own bytes where they can stay, else the call written anew. */
export function requestFor(run: Progress, turn: Turn): UpstreamRequest | Failure {
  try {
    const { route } = turn.judged.hop
    turn.lost.push(...(run.call.recalled?.lostAt(route.id) ?? []))
    const call = callAt(run.call, route)
    return run.isContinuing || isTranslated(run.tools.state(), call, turn.judged.hop)
      ? translated(run, turn, call)
      : forwarded(run, turn, call)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { ...transportFailure(error.message, true), class: 'client', status: 400 }
  }
}

function forwarded(run: Progress, turn: Turn, call: Call): UpstreamRequest {
  const { hop } = turn.judged
  const { body, lost } = spliceCall(run.tools.state(), call, hop, run.now())
  turn.lost.push(...lost)
  return forwardedRequest(call, hop.route, body)
}

function translated(run: Progress, turn: Turn, call: Call): UpstreamRequest {
  const { hop } = turn.judged
  const { request, lost } = translateCall(run.tools.state(), call, hop, {
    target: run.codecOf(hop.route.protocol),
    continued: run.isContinuing ? run.delivered.text : null,
    at: run.now(),
  })
  turn.lost.push(...lost)
  return request
}
