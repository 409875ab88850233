import type { Call } from './call.ts'
import type { Failure } from './attempt.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { isWithoutEvidence } from './hop-evidence.ts'
import { type JudgedHop, judgeHop, planHops } from './plan-hops.ts'
import { deniedError } from './refuse-call.ts'
import { relayOnce } from './relay-once.ts'
import { returnedHeaders } from './route-request.ts'
import { CallPlaces } from './limits/call-places.ts'
import type { CallTools } from './call-tools.ts'

const path = '/v1/messages/count_tokens'

/** Of running text and code in most languages, rather too many tokens than too few. */
const bytesPerToken = 3.5

/**
 * `POST /v1/messages/count_tokens`: counted by a permitted route that can, else estimated from the length, and said so.
 * An upstream that cannot count is never asked to.
 */
export async function answerTokenCount(
  tools: CallTools,
  call: Call,
  answer: CallerAnswer,
): Promise<void> {
  const judged = judgedHops(tools, call)
  if (judged.every(({ passed }) => passed === 'denied')) {
    answer.facts.outcome = 'denied'
    const at = new Date(tools.clock.now()).toISOString()
    return answer.error(call.codec, deniedError(tools.state(), call, judged, at))
  }
  const places = new CallPlaces(call, tools)
  for (const [hopNumber, one] of countingHops(judged).entries()) {
    const hop = { judged: one, hopNumber, path, places, isOfModel: false }
    const failure = await relayOnce(tools, call, answer, hop)
    if (failure === null || answer.isOver) return
    if (isOfRequest(failure)) return tellFailure(answer, failure)
  }
  answer.facts.notices.push('estimated')
  answer.json(200, { input_tokens: Math.ceil(call.bytes.length / bytesPerToken) })
}

/** Those that could count; of the model that was asked for as many as there are, else of the first that may stand in. */
function countingHops(judged: readonly JudgedHop[]): readonly JudgedHop[] {
  const open = judged.filter(
    ({ hop, passed }) => passed === null && hop.route.protocol === 'anthropic-messages',
  )
  return open.filter(({ hop }) => hop.model === open[0]?.hop.model)
}

/** What is wrong with the request itself no estimate may hide. */
function isOfRequest({ status, code }: Failure): boolean {
  return status === 400 && code === 'invalid_request_error'
}

function tellFailure(answer: CallerAnswer, { status, answer: told }: Failure): void {
  if (told === null) throw new TypeError('a failure with a status has its answer')
  answer.whole(status ?? 400, returnedHeaders(told.headers), told.body)
}

function judgedHops(tools: CallTools, call: Call): readonly JudgedHop[] {
  const state = tools.state()
  const at = new Date(tools.clock.now()).toISOString()
  return planHops(state, call).map((hop) =>
    judgeHop(state, call, hop, {
      circuits: tools.circuits,
      at,
      unfit: () => null,
      isWithoutEvidence: (model) => isWithoutEvidence(tools, model),
    }),
  )
}
