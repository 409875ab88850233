import { digest } from '../../base/digest.ts'
import { instantText } from '../../base/instant-text.ts'
import type { CallerError } from '../../protocols/index.ts'
import type { Call } from '../call.ts'
import { callerName } from '../caller-name.ts'
import type { CallerAnswer } from '../caller-answer.ts'
import type { CallerResponse } from '../caller-response.ts'
import type { GatewayClock } from '../clock.ts'
import { decideUse } from '../decide-use.ts'
import type { Caller, GatewayState } from '../gateway-state.ts'
import { toldReason } from '../told-reason.ts'
import { keptLimits } from './limits.ts'
import type { CallName, KeptAnswer, KeptCalls, KeptWork } from './kept-calls.ts'
import type { KeptResponse } from './kept-response.ts'

export interface KeepTools {
  readonly kept: KeptCalls
  /** No other process answers at this address: a call that is not known here was not asked. */
  readonly isAlone: boolean
  readonly clock: GatewayClock
  readonly state: () => GatewayState
}

export const callHeader = 'holdfast-call'
const idForm = /^[\w.:-]{1,128}$/

/**
 * A call whose answer is to be kept: asked once, whoever leaves. Whoever brings its id again gets the same answer, once
 * it is there.
 */
export async function keepCall(
  tools: KeepTools,
  call: Call,
  to: {
    readonly path: string
    readonly answer: CallerAnswer
    readonly response: KeptResponse
  },
  ask: () => Promise<void>,
): Promise<void> {
  const { answer, response } = to
  const id = call.headers[callHeader]
  if (typeof id !== 'string' || !idForm.test(id)) return answer.error(call.codec, wrongId)
  if (call.isStream) return answer.error(call.codec, noStream)
  const begun = tools.kept.begin(nameOf(call.caller, id), {
    response,
    digest: digestOf(call, to.path),
    // Nothing more of the request stays: an answer is kept for long.
    work: { workflow: call.workflow, purpose: call.purpose },
  })
  switch (begun.kind) {
    case 'another':
      return answer.error(call.codec, reused(id))
    case 'full':
      return answer.error(call.codec, full, { 'retry-after': String(keptLimits.retryAfterSeconds) })
    case 'known': {
      const kept = await begun.call.whenAnswered
      if (kept === null) return answer.error(call.codec, givenUp)
      const denied = denialOf(tools, call.caller, begun.call.work, kept)
      if (denied !== null) return answer.error(call.codec, denied)
      return repeat(kept, response)
    }
    case 'new':
      try {
        await ask()
      } finally {
        const { servedModel: model, route } = answer.facts
        begun.end(model === null || route === null ? null : { model, route })
      }
  }
}

export function nameOf(caller: Caller, id: string): CallName {
  return { id, holder: callerName(caller) }
}

/** What policy says now of an answer that was produced when it said otherwise; null: it may be handed out. */
export function denialOf(
  { state: stateNow, clock }: Pick<KeepTools, 'clock' | 'state'>,
  caller: Caller,
  work: KeptWork,
  { served }: KeptAnswer,
): CallerError | null {
  const state = stateNow()
  const model = served === null ? null : state.modelOf(served.model)
  if (served === null || model === null) return null
  const at = instantText(clock.now())
  const decision = decideUse(state, { caller, ...work }, { model, route: served.route, at })
  if (decision.verdict === 'allow') return null
  const why = toldReason(decision)?.text ?? 'policy denies it'
  return {
    status: 403,
    type: 'model_not_permitted',
    message: `the answer of \`${model}\` is kept, and no longer permitted: ${why}`,
  }
}

function repeat({ status, headers, body }: KeptAnswer, response: CallerResponse): void {
  const notices = [headers['holdfast-notice'], 'kept-answer'].filter((one) => one !== undefined)
  response.writeHead(status, { ...headers, 'holdfast-notice': notices.join(', ') })
  response.end(body)
}

function digestOf({ bytes, headers }: Call, path: string): string {
  const told = [path, headers['holdfast-workflow'] ?? null, headers['holdfast-route'] ?? null]
  return digest(JSON.stringify([...told, digest(bytes)]))
}

const wrongId: CallerError = {
  status: 400,
  type: 'invalid_request_error',
  message: `\`${callHeader}\` is no id: 1 to ${keptLimits.idMax} of A-Z a-z 0-9 _ . : -`,
}

const noStream: CallerError = {
  status: 400,
  type: 'invalid_request_error',
  message: `\`${callHeader}\` is for answers that are not streamed`,
}

function reused(id: string): CallerError {
  return {
    status: 409,
    type: 'call_id_reused',
    message: `another request was asked as call \`${id}\`: a new request needs a new id`,
  }
}

const full: CallerError = {
  status: 429,
  type: 'kept_calls_full',
  message: `${keptLimits.underWayMax} calls that are kept are under way`,
}

const givenUp: CallerError = {
  status: 503,
  type: 'call_given_up',
  message: 'the call was asked before, and ended without an answer',
}
