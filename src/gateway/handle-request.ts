import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProtocolCodec } from '../protocols/index.ts'
import { answerEmbeddings } from './answer-embeddings.ts'
import { answerModels } from './answer-models.ts'
import { answerTokenCount } from './answer-token-count.ts'
import { type Endpoint, endpointOf } from './call-endpoint.ts'
import { CallerAnswer } from './caller-answer.ts'
import type { Caller } from './gateway-state.ts'
import { type BodyProblem, readBody } from './read-body.ts'
import { isCallerError, readCall } from './read-call.ts'
import { CallRun, type CallTools } from './run-call.ts'
import type { HeaderLines } from './header-lines.ts'

export interface RequestTools extends CallTools {
  readonly newId: () => string
  /** Calls under way, which hear of every change of policy. */
  readonly runs: Set<CallRun>
}

/**
 * The life of one request: who asks and for what, is it understood, then hop after hop until one serves it. What a
 * caller is told, it is told in the shape of its own protocol.
 */
export async function handleRequest(
  tools: RequestTools,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, method = 'GET', url = '/' } = request
  const path = url.split('?', 1)[0] ?? '/'
  const id = tools.newId()
  const answer = new CallerAnswer(response, id)
  const endpoint = endpointOf(method, path, headers['anthropic-version'] !== undefined)
  if (endpoint === null) return answer.json(404, notFound(path))
  const codec = codecOf(tools, endpoint)
  const caller = callerOf(tools, headers)
  if (caller === null) return answer.error(codec, unknownKey(headers))
  if (endpoint.kind === 'wrong-method' || endpoint.kind === 'not-offered')
    return refuseEndpoint(answer, codec, endpoint)
  if (endpoint.kind === 'models') return answerModels(tools, { caller, endpoint, answer })

  const bytes = await readBody(request)
  if (!Buffer.isBuffer(bytes)) return refuseBody(answer, codec, bytes)
  const at = new Date(tools.clock.now()).toISOString()
  const digestOf = tools.evidence?.digestOf ?? null
  const call = readCall(tools.state(), { id, caller, codec, headers, bytes, digestOf, at })
  if (isCallerError(call)) return answer.error(codec, call)
  answer.facts.requestedModel = call.requested
  if (endpoint.kind === 'count-tokens') return await answerTokenCount(tools, call, answer)
  if (endpoint.kind === 'embeddings') return await answerEmbeddings(tools, call, answer)

  const run = new CallRun(call, answer, tools)
  tools.runs.add(run)
  // `close` of the request fires when its body has ended; only the response knows that the caller left.
  response.once('close', () => {
    if (!response.writableFinished) run.left()
  })
  try {
    await run.run()
  } finally {
    tools.runs.delete(run)
  }
}

function codecOf({ codecs }: CallTools, { protocol }: Endpoint): ProtocolCodec {
  const codec = codecs[protocol]
  if (codec === undefined) throw new TypeError(`no codec for ${protocol}`)
  return codec
}

/** A key in `authorization` or `x-api-key`; two that differ are none. */
function callerOf(tools: RequestTools, headers: HeaderLines): Caller | null {
  const bearer = bearerOf(headers['authorization'])
  const plain = headers['x-api-key']
  if (bearer !== null && typeof plain === 'string' && plain !== bearer) return null
  const key = bearer ?? (typeof plain === 'string' ? plain : null)
  if (key === null || key === '') return null
  return tools.state().callers.find(key, new Date(tools.clock.now()).toISOString())
}

function bearerOf(value: string | readonly string[] | undefined): string | null {
  if (typeof value !== 'string') return null
  return /^bearer +(?<key>\S+)$/i.exec(value)?.groups?.['key'] ?? null
}

function unknownKey(headers: HeaderLines) {
  const isGiven = headers['authorization'] !== undefined || headers['x-api-key'] !== undefined
  return {
    status: 401,
    type: 'authentication_error',
    message: isGiven
      ? 'the key is unknown, revoked or expired'
      : 'no key: `Authorization: Bearer …` or `x-api-key`',
  }
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
      message: isLarge ? 'the body is too large' : 'the body must not be compressed',
    },
    { connection: 'close' },
  )
}

function notFound(path: string) {
  return {
    error: {
      type: 'not_found_error',
      message: `\`${path.slice(0, 200)}\` is no path of this gateway`,
    },
  }
}
