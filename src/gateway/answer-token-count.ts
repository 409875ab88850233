import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { isWithoutEvidence } from './hop-evidence.ts'
import { type JudgedHop, judgeHop, planHops } from './plan-hops.ts'
import { deniedError } from './refuse-call.ts'
import { relayOnce } from './relay-once.ts'
import { CallPlaces } from './limits/call-places.ts'
import type { CallTools } from './call-tools.ts'

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
  const counting = judged.find(
    ({ hop, passed }) => passed === null && hop.route.protocol === 'anthropic-messages',
  )
  if (counting !== undefined) {
    const path = '/v1/messages/count_tokens'
    const places = new CallPlaces(call, tools)
    const hop = { judged: counting, hopNumber: 0, path, places, isOfModel: false }
    const failure = await relayOnce(tools, call, answer, hop)
    if (failure === null || answer.isOver) return
  }
  answer.facts.notices.push('estimated')
  answer.json(200, { input_tokens: Math.ceil(call.bytes.length / bytesPerToken) })
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
