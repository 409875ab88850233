import type { IncomingMessage, ServerResponse } from 'node:http'
import { instantText } from '../base/instant-text.ts'
import type { CallerError, ProtocolCodec } from '../protocols/index.ts'
import { answerEmbeddings } from './answer-embeddings.ts'
import { answerModels } from './answer-models.ts'
import { answerTokenCount } from './answer-token-count.ts'
import { baseUrlHint } from './base-url-hint.ts'
import { type Endpoint, endpointOf } from './call-endpoint.ts'
import type { Call } from './call.ts'
import { CallerAnswer } from './caller-answer.ts'
import type { CallerResponse } from './caller-response.ts'
import type { CallsUnderWay } from './calls-under-way.ts'
import { recall } from './conversations/recalled.ts'
import { type DeniedReference, deniedReference } from './denied-reference.ts'
import { recordHop } from './hop-evidence.ts'
import { identifyCaller, isUnidentified } from './identify-caller.ts'
import { answerKeptCall } from './kept/answer-kept-call.ts'
import { callHeader, keepCall, type KeepTools } from './kept/keep-call.ts'
import { KeptResponse } from './kept/kept-response.ts'
import { admitCall } from './limits/admit-call.ts'
import { limitError, limitHeaders } from './limits/limit-error.ts'
import { gatewayLimits } from './limits.ts'
import type { ObservedTraffic } from './observed-traffic.ts'
import { type BodyProblem, readBody } from './read-body.ts'
import { isCallerError, readCall } from './read-call.ts'
import type { CallTools } from './call-tools.ts'
import { CallRun } from './run-call.ts'
import { toldReason } from './told-reason.ts'
import type { Traces } from './traces/traces.ts'

export interface RequestTools extends CallTools, KeepTools {
  readonly newId: () => string
  readonly runs: CallsUnderWay
  /** Absent: nothing is traced. */
  readonly traces: Traces | null
  /** Hears of every request that has ended; null: nobody wants to know. */
  readonly observed: ObservedTraffic | null
}

/**
 * The life of one request: who asks and for what, is it understood, then hop after hop until one serves it. What a
 * caller is told, it is told in the shape of its own protocol.
 */
export async function handleRequest(
  tools: RequestTools,
  request: IncomingMessage,
  direct: ServerResponse,
): Promise<void> {
  const { headers, method = 'GET', url = '/' } = request
  const kept = headers[callHeader] === undefined ? null : new KeptResponse(direct)
  const response = kept ?? direct
  const path = url.split('?', 1)[0] ?? '/'
  const id = tools.newId()
  const { metrics, state } = tools
  const answer = new CallerAnswer(response, id, () => {
    if (measured !== null) metrics?.opened(measured)
  })
  const endpoint = endpointOf(method, path, headers['anthropic-version'] !== undefined)
  if (endpoint === null) return answer.json(404, notFound(path))
  const { facts } = answer
  const measured = metrics?.began({ endpoint: endpoint.kind, response, facts, state }) ?? null
  const arrived = { id, endpoint: endpoint.kind, method, path, headers, response, facts }
  const trace = tools.traces?.began(arrived) ?? null
  const codec = codecOf(tools, endpoint)
  answer.idLine = codec.requestIdLine ?? null
  const arrivedAt = instantText(tools.clock.now())
  const identified = isTwice(request.rawHeaders, 'authorization')
    ? keyTwice
    : identifyCaller(tools.state().callers, headers, arrivedAt)
  const caller = identified instanceof Promise ? await identified : identified
  if (isUnidentified(caller)) return answer.error(codec, caller)
  trace?.identified()
  if (endpoint.kind === 'wrong-method' || endpoint.kind === 'not-offered')
    return refuseEndpoint(answer, codec, endpoint)
  if (endpoint.kind === 'models') return answerModels(tools, { caller, codec, endpoint, answer })
  if (endpoint.kind === 'kept-call')
    return answerKeptCall(tools, { id: endpoint.id, caller, codec, answer })

  const bytes = await readBody(request)
  if (!Buffer.isBuffer(bytes)) return refuseBody(answer, codec, bytes)
  const at = instantText(tools.clock.now())
  const digestOf = tools.evidence?.digestOf ?? null
  const read = readCall(tools.state(), {
    id,
    caller,
    codec,
    headers,
    bytes,
    digestOf,
    trace,
    measured,
  })
  if (isCallerError(read)) return answer.error(codec, read)
  const recalled = recall(tools.conversations, read)
  const call = recalled instanceof Promise ? await recalled : recalled
  facts.requestedModel = call.requested
  trace?.understood(call)
  const asking = { endpoint, call, answer, response, at }
  if (kept === null) return serveCall(tools, asking)
  return keepCall(tools, call, { path, answer, response: kept }, () => serveCall(tools, asking))
}

interface Asking {
  readonly endpoint: Extract<Endpoint, { kind: 'generate' | 'count-tokens' | 'embeddings' }>
  readonly call: Call
  readonly answer: CallerAnswer
  readonly response: CallerResponse
  /** RFC 3339 in milliseconds. */
  readonly at: string
}

/** A call that was understood: within its limits, each model in it permitted, it is asked. */
async function serveCall(
  tools: RequestTools,
  { endpoint, call, answer, response, at }: Asking,
): Promise<void> {
  const denied = deniedReference(tools.state(), call, at)
  if (denied !== null) return refuseReference(tools, call, answer, denied)
  const asked = admitCall(tools.counters, tools.state(), call)
  const admitted = asked instanceof Promise ? await asked : asked
  if (admitted.kind === 'refused')
    return answer.error(call.codec, limitError(admitted), limitHeaders(admitted))
  try {
    if (endpoint.kind === 'count-tokens') await answerTokenCount(tools, call, answer)
    else if (endpoint.kind === 'embeddings') await answerEmbeddings(tools, call, answer)
    else await generate(tools, call, answer, response)
  } finally {
    admitted.release()
    if (endpoint.kind !== 'count-tokens') noteUse(tools, call, { answer, response, at })
  }
}

/** Of this line the parser keeps the first alone: two that differ could mean two callers to two readers. */
function isTwice(lines: readonly string[], name: string): boolean {
  let count = 0
  for (let at = 0; at < lines.length; at += 2) {
    const line = lines[at]
    if (line?.length === name.length && line.toLowerCase() === name) count += 1
  }
  return count > 1
}

const keyTwice: CallerError = {
  status: 401,
  type: 'authentication_error',
  message: '`authorization` stands in the request twice',
}

/** Of a model beside the request's own: on record as any other denial. */
function refuseReference(
  tools: RequestTools,
  call: Call,
  answer: CallerAnswer,
  { error, judged }: DeniedReference,
): void {
  answer.facts.outcome = 'denied'
  if (judged !== null) {
    const now = tools.clock.now()
    const { decision, snapshot } = judged
    answer.facts.decision = `${snapshot}/${toldReason(decision)?.code ?? 'base-permit'}`
    recordHop(tools, call, judged, { outcome: 'denied', hop: 0, startedAt: now, endedAt: now })
  }
  answer.error(call.codec, error)
}

async function generate(
  tools: RequestTools,
  call: Call,
  answer: CallerAnswer,
  response: CallerResponse,
): Promise<void> {
  const run = new CallRun(call, answer, tools)
  const place = tools.runs.add(run)
  // `close` of the request fires when its body has ended; only the response knows that the caller left.
  response.on('close', () => {
    if (!response.writableFinished) run.left()
  })
  try {
    await run.run()
  } finally {
    tools.runs.leave(place)
  }
}

/** What was asked for, whether it was answered and by what, for the register. */
function noteUse(
  { observed, state }: RequestTools,
  call: Call,
  ended: {
    readonly answer: CallerAnswer
    readonly response: CallerResponse
    readonly at: string
  },
): void {
  const { headersSent, statusCode } = ended.response
  const { facts } = ended.answer
  // A caller's own mistake says nothing of what the work needs.
  if (statusCode === 400) return
  observed?.note(state(), call, facts, {
    at: ended.at,
    isServed: headersSent && statusCode === 200 && facts.servedModel !== null,
  })
}

function codecOf({ codecs }: CallTools, { protocol }: Endpoint): ProtocolCodec {
  const codec = codecs[protocol]
  if (codec === undefined) throw new TypeError(`no codec for ${protocol}`)
  return codec
}

function refuseEndpoint(
  answer: CallerAnswer,
  codec: ProtocolCodec,
  endpoint: Extract<Endpoint, { kind: 'wrong-method' | 'not-offered' }>,
): void {
  if (endpoint.kind === 'wrong-method')
    return answer.error(
      codec,
      {
        status: 405,
        type: 'invalid_request_error',
        message: `this path takes ${endpoint.allowed}`,
      },
      { allow: endpoint.allowed },
    )
  const hint = baseUrlHint(endpoint.what)
  if (hint !== null)
    return answer.error(codec, { status: 404, type: 'not_found_error', message: hint })
  answer.error(codec, {
    status: 501,
    type: 'not_implemented',
    message: `\`${endpoint.what}\` is not offered: directives are enforced request by request, and this gateway carries chat completions, responses, messages, count_tokens, embeddings and models`,
  })
}

function refuseBody(answer: CallerAnswer, codec: ProtocolCodec, problem: BodyProblem): void {
  if (problem === 'gone') return
  const isLarge = problem === 'too-large'
  answer.error(
    codec,
    {
      status: isLarge ? 413 : 415,
      type: isLarge ? 'request_too_large' : 'invalid_request_error',
      message: isLarge
        ? `the body is larger than ${gatewayLimits.bodyBytesMax} bytes`
        : 'the body must not be compressed',
    },
    { connection: 'close' },
  )
}

function notFound(path: string) {
  return {
    error: {
      type: 'not_found_error',
      message: baseUrlHint(path) ?? `\`${path.slice(0, 200)}\` is no path of this gateway`,
    },
  }
}
