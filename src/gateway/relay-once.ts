import { Attempt, type Failure, isFailure } from './attempt.ts'
import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { recordBegun, recordHop } from './hop-evidence.ts'
import { gatewayLimits } from './limits.ts'
import type { JudgedHop } from './plan-hops.ts'
import { forwardedRequest, returnedHeaders } from './route-request.ts'
import type { CallTools } from './run-call.ts'
import { spliceCall } from './splice-call.ts'

/**
 * One whole request over one hop that speaks the caller's protocol, for endpoints without streams. Null: it was
 * answered; a failure: somebody else may be asked.
 */
export async function relayOnce(
  tools: CallTools,
  call: Call,
  answer: CallerAnswer,
  {
    judged,
    hopNumber,
    path,
  }: {
    readonly judged: JudgedHop
    readonly hopNumber: number
    readonly path: string
  },
): Promise<Failure | null> {
  const { clock, upstreams, circuits } = tools
  const { hop } = judged
  const state = tools.state()
  const startedAt = clock.now()
  const facts = { hop: hopNumber, startedAt }
  const { body, lost } = spliceCall(state, call, hop, new Date(startedAt).toISOString())
  const request = forwardedRequest(call, hop.route, body, path)
  circuits.began(hop.model, hop.route.id)
  const attempt = new Attempt({ upstreams, clock, request, timeouts: state.timeouts })
  const failed = (failure: Failure): Failure => {
    circuits.failed(hop.model, hop.route.id, failure)
    recordHop(tools, call, judged, { ...facts, outcome: 'failed', endedAt: clock.now() })
    return failure
  }
  const head = await attempt.head
  if (isFailure(head)) return failed(head)
  const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
  if (!Buffer.isBuffer(bytes)) return failed(bytes)
  if (head.status >= 300) {
    const error = call.codec.readError(head.status, bytes.toString('utf8'))
    return failed({
      ...error,
      status: head.status,
      retryAfterMs: null,
      isSilence: false,
      answer: { protocol: hop.route.protocol, headers: head.headers, body: bytes },
    })
  }
  circuits.succeeded(hop.model, hop.route.id)
  for (const field of lost) answer.facts.lost.add(field)
  answer.facts.servedModel = hop.model
  answer.facts.route = hop.route.id
  answer.facts.outcome = hopNumber === 0 ? 'direct' : 'failover'
  answer.facts.decision = `${judged.snapshot}/${judged.decision.reasons[0]?.code ?? 'base-permit'}`
  const isRecorded = await recordBegun(tools, call, judged, {
    ...facts,
    outcome: answer.facts.outcome,
    endedAt: clock.now(),
    servedModel: hop.model,
    answerDigest: tools.evidence?.digestOf?.(bytes) ?? null,
  })
  if (!isRecorded)
    answer.error(call.codec, {
      status: 503,
      type: 'evidence_unavailable',
      message: 'nothing can be recorded now, and a directive concerns this model',
    })
  else answer.whole(200, returnedHeaders(head.headers), bytes)
  return null
}
