import {
  type EmbeddingsRequest,
  isObject,
  type JsonObject,
  type JsonValue,
  ProtocolError,
  readEmbeddingsAnswer,
  readEmbeddingsRequest,
  type Usage,
} from '../protocols/index.ts'
import { messageOf } from '../base/fault.ts'
import type { Failure } from './attempt.ts'
import type { Call } from './call.ts'
import type { CallerAnswer } from './caller-answer.ts'
import { isWithoutEvidence, recordHop } from './hop-evidence.ts'
import { CallPlaces } from './limits/call-places.ts'
import { limitHeaders } from './limits/limit-error.ts'
import { type JudgedHop, judgeHop, planHops } from './plan-hops.ts'
import { deniedError, failedError, unavailableError } from './refuse-call.ts'
import { relayOnce } from './relay-once.ts'
import { returnedHeaders } from './route-request.ts'
import type { CallTools } from './call-tools.ts'

/**
 * `POST /v1/embeddings`: over any route of the model that speaks OpenAI's protocol. Never another model: its vectors
 * would not be comparable with those that the caller has.
 */
export async function answerEmbeddings(
  tools: CallTools,
  call: Call,
  answer: CallerAnswer,
): Promise<void> {
  const { codec } = call
  const request = readRequest(call)
  if (typeof request === 'string')
    return answer.error(codec, { status: 400, type: 'invalid_request_error', message: request })
  const judged = judgedRoutes(tools, call)
  let failure: Failure | null = null
  let hopNumber = 0
  const relayed = {
    path: '/embeddings',
    places: new CallPlaces(call, tools),
    problemOf: (bytes: Buffer) => problemIn(bytes, request),
    usageOf,
  }
  for (const one of judged) {
    if (one.passed !== null) continue
    const isOfModel = makesVectors(tools, one)
    failure = await relayOnce(tools, call, answer, {
      ...relayed,
      isOfModel,
      judged: one,
      hopNumber,
    })
    if (failure === null) tools.vectorModels.add(one.hop.model)
    if (failure === null || answer.isOver) return
    if (ofRequest.has(failure.class)) break
    hopNumber += 1
  }
  if (failure !== null) return tellFailure(call, answer, failure)
  if (judged.every(({ passed }) => passed === 'denied')) {
    answer.facts.outcome = 'denied'
    const at = new Date(tools.clock.now()).toISOString()
    return answer.error(codec, deniedError(tools.state(), call, judged, at))
  }
  answer.error(codec, unavailableError(call, judged))
}

/** What is wrong with the request is so over every route. */
const ofRequest: ReadonlySet<string> = new Set(['client', 'context', 'content-policy'])

/** A text: what is wrong with it. */
function readRequest({ body }: Call): EmbeddingsRequest | string {
  try {
    return readEmbeddingsRequest(body)
  } catch (error) {
    if (error instanceof ProtocolError) return error.message
    throw error
  }
}

/** Of a model that was never seen to make vectors, not to be found may only say that it makes none. */
function makesVectors({ state, vectorModels }: CallTools, { hop }: JudgedHop): boolean {
  if (state().factsOf(hop.model).capabilities?.has('embedding') === true) return true
  return vectorModels.has(hop.model)
}

function problemIn(bytes: Buffer, request: EmbeddingsRequest): string | null {
  try {
    readEmbeddingsAnswer(JSON.parse(bytes.toString('utf8')) as JsonObject, request)
    return null
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof SyntaxError)) throw error
    return `the answer holds no vectors for the request: ${messageOf(error).slice(0, 200)}`
  }
}

function judgedRoutes(tools: CallTools, call: Call): readonly JudgedHop[] {
  const state = tools.state()
  const startedAt = tools.clock.now()
  const judged = planHops(state, call)
    .filter(({ isFallback }) => !isFallback)
    .map((hop) =>
      judgeHop(state, call, hop, {
        circuits: tools.circuits,
        at: new Date(startedAt).toISOString(),
        unfit: ({ route }) =>
          route.protocol === 'openai-chat' ? null : 'the route speaks no protocol of embeddings',
        isWithoutEvidence: (model) => isWithoutEvidence(tools, model),
      }),
    )
  for (const one of judged.filter(({ passed }) => passed === 'denied'))
    recordHop(tools, call, one, { outcome: 'denied', hop: 0, startedAt, endedAt: startedAt })
  return judged
}

function tellFailure({ codec }: Call, answer: CallerAnswer, failure: Failure): void {
  if (failure.answer !== null && failure.class !== 'auth')
    answer.whole(
      failure.status ?? 502,
      returnedHeaders(failure.answer.headers),
      failure.answer.body,
    )
  else {
    const { limited } = failure
    answer.error(codec, failedError(failure), limited === undefined ? {} : limitHeaders(limited))
  }
}

/** Vectors cost what goes in; where the answer does not say how much that was, it is estimated. */
function usageOf(answer: Buffer): Usage {
  const nothing = { input: null, output: 0, cacheRead: null, cacheWrite: null, reasoning: null }
  try {
    const body = JSON.parse(answer.toString('utf8')) as JsonValue
    const usage = isObject(body) ? body['usage'] : undefined
    const input = isObject(usage) ? (usage['prompt_tokens'] ?? usage['total_tokens']) : undefined
    return typeof input === 'number' ? { ...nothing, input } : nothing
  } catch {
    return nothing
  }
}
