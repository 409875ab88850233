import type { Usage } from '../protocols/index.ts'
import { Attempt, type Failure, isFailure, transportFailure } from './attempt.ts'
import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { recordBegun, recordHop } from './hop-evidence.ts'
import { gatewayLimits } from './limits.ts'
import type { AttemptPlace } from './limits/attempt-place.ts'
import type { CallPlaces } from './limits/call-places.ts'
import { mayName } from './may-name.ts'
import type { JudgedHop } from './plan-hops.ts'
import { evidenceError } from './refuse-call.ts'
import { forwardedRequest, returnedHeaders } from './route-request.ts'
import type { CallTools } from './call-tools.ts'
import { tracedRequest } from './traces/traced-request.ts'
import { statusFailure } from './upstream-answer.ts'
import { spliceCall } from './splice-call.ts'
import { toldReason } from './told-reason.ts'

export interface RelayedHop {
  readonly judged: JudgedHop
  readonly hopNumber: number
  /** Behind the base URL of the route. */
  readonly path: string
  readonly places: CallPlaces
  /** Why what came with status 200 is no answer to the request; null: it is one. */
  readonly problemOf?: (answer: Buffer) => string | null
  /** Whether failures say anything about the model: a server that cannot count tokens may well answer. */
  readonly isOfModel: boolean
  /** What the provider says that it used; absent: the answer costs nothing. */
  readonly usageOf?: (answer: Buffer) => Usage
}

/**
 * One whole request over one hop that speaks the caller's protocol, for endpoints without streams. Null: it was
 * answered; a failure: somebody else may be asked.
 */
export async function relayOnce(
  tools: CallTools,
  call: Call,
  answer: CallerAnswer,
  parts: RelayedHop,
): Promise<Failure | null> {
  const { circuits } = tools
  const { hop, passed } = parts.judged
  const entered = parts.places.enter(hop)
  const place = entered instanceof Promise ? await entered : entered
  if (isFailure(place)) return place
  try {
    if (!(await circuits.began(hop.model, hop.route.id, passed !== null)))
      return transportFailure('another request finds out whether the route is back', true)
    // It may have changed while a place or another process was waited for.
    const at = new Date(tools.clock.now()).toISOString()
    const named = { written: hop.model, route: hop.route.id, at }
    if (answer.isOver || !mayName(tools.state(), call, named)) {
      circuits.released(hop.model, hop.route.id)
      return transportFailure('the model is no longer permitted', true)
    }
    return await relay(tools, call, answer, parts, place)
  } finally {
    place.release()
  }
}

async function relay(
  tools: CallTools,
  call: Call,
  answer: CallerAnswer,
  { judged, hopNumber, path, problemOf, usageOf, isOfModel }: RelayedHop,
  place: AttemptPlace,
): Promise<Failure | null> {
  const { clock, upstreams, circuits } = tools
  const { hop } = judged
  const state = tools.state()
  const startedAt = clock.now()
  const facts = { hop: hopNumber, startedAt }
  const { body, lost } = spliceCall(state, call, hop, new Date(startedAt).toISOString())
  const trace = call.trace?.attempt(judged, hopNumber, startedAt) ?? null
  const made = forwardedRequest(call, hop.route, body, path)
  const request = tracedRequest(made, call.trace, trace)
  const attempt = new Attempt({ upstreams, clock, request, timeouts: hop.route.timeouts })
  answer.whenLeft(() => attempt.fail(transportFailure('the caller has gone', true)))
  const failed = (failure: Failure): Failure => {
    trace?.ended(clock.now(), failure)
    if (isOfModel && !answer.isOver) circuits.failed(hop.model, hop.route.id, failure)
    else circuits.released(hop.model, hop.route.id)
    recordHop(tools, call, judged, { ...facts, outcome: 'failed', endedAt: clock.now() })
    return failure
  }
  const head = await attempt.head
  if (isFailure(head)) return failed(head)
  const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
  if (!Buffer.isBuffer(bytes)) return failed(bytes)
  if (head.status >= 300) return failed(statusFailure(call.codec, head, bytes, clock.now()))
  const problem = problemOf?.(bytes) ?? null
  if (problem !== null) return failed(transportFailure(problem, false))
  if (isOfModel) circuits.succeeded(hop.model, hop.route.id)
  else circuits.released(hop.model, hop.route.id)
  trace?.ended(clock.now(), null)
  if (usageOf !== undefined)
    place.used(() => ({ usage: usageOf(bytes), textBytes: () => 0, isWhole: true }))
  answer.facts.lost.push(...lost)
  answer.facts.servedModel = hop.model
  answer.facts.route = hop.route.id
  answer.facts.outcome = hopNumber === 0 ? 'direct' : 'failover'
  answer.facts.decision = `${judged.snapshot}/${toldReason(judged.decision)?.code ?? 'base-permit'}`
  const isRecorded = await recordBegun(tools, call, judged, {
    ...facts,
    outcome: answer.facts.outcome,
    endedAt: clock.now(),
    servedModel: hop.model,
    answer: bytes,
  })
  if (!isRecorded) answer.error(call.codec, evidenceError)
  else answer.whole(200, returnedHeaders(head.headers), bytes)
  return null
}
