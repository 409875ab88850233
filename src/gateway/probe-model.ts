import { decide, type Principal } from '../policy/index.ts'
import {
  type ErrorClass,
  type ModelRequest,
  type ProtocolCodec,
  ProtocolError,
  readEmbeddingsAnswer,
  writeEmbeddingsRequest,
} from '../protocols/index.ts'
import { Attempt, type Failure, isFailure } from './attempt.ts'
import { routeUrlHint } from './base-url-hint.ts'
import type { GatewayClock } from './clock.ts'
import type { GatewayRoute, GatewayState } from './gateway-state.ts'
import type { HeaderLines } from './header-lines.ts'
import { gatewayLimits } from './limits.ts'
import { routeRequest } from './route-request.ts'
import { signedRequest } from './signed-request.ts'
import { vertexOf } from './translate-call.ts'
import { readAnswer, readFailure } from './upstream-answer.ts'
import type { UpstreamRequest, Upstreams } from './upstream.ts'

export interface ProbeTools {
  readonly upstreams: Upstreams
  readonly clock: GatewayClock
  readonly codecs: Readonly<Record<string, ProtocolCodec>>
}

export interface ProbeTarget {
  /** `vendor/name`. */
  readonly model: string
  readonly route: GatewayRoute
  /** As whom it is asked for: what policy denies to it is not probed. */
  readonly principal: Principal
}

/** What a real request of one token came to. */
export interface ProbeResult {
  /** `denied`, `disabled`: nothing was sent. `mismatch`: another model answered. Else the class of the error. */
  readonly outcome: 'ok' | 'denied' | 'disabled' | 'mismatch' | ErrorClass
  readonly message: string
  readonly status: number | null
  /** As the provider wrote it; null: it did not say. */
  readonly servedModel: string | null
  /** Directive because of which it is denied. */
  readonly directive: string | null
  /** What the provider announces in header lines of its answer: `deprecation` (RFC 9745) and `sunset` (RFC 8594). */
  readonly notice: string | null
  readonly ms: number
}

/** Some protocols, and models that think first, take no limit of one token. */
const tokensAsked = { 'openai-responses': 16 } as const satisfies Record<string, number>
const tokensAskedAgain = 256

/**
 * Asks a model for one token over one route, by the way that every request goes. Policy is asked first, and a route
 * out of traffic is left alone: its credential may be for another origin.
 */
export async function probeModel(
  tools: ProbeTools,
  state: GatewayState,
  target: ProbeTarget,
): Promise<ProbeResult> {
  const { model, route, principal } = target
  const startedAt = tools.clock.elapsed()
  const result = (parts: Partial<ProbeResult> & Pick<ProbeResult, 'outcome' | 'message'>) => ({
    status: null,
    servedModel: null,
    directive: null,
    notice: null,
    ms: Math.round(tools.clock.elapsed() - startedAt),
    ...parts,
    message: withoutCredential(parts.message, route.credential()),
  })
  if (route.disabled !== null) return result({ outcome: 'disabled', message: route.disabled })
  const wireModel = route.models.get(model)
  if (wireModel === undefined)
    return result({ outcome: 'disabled', message: 'the route does not list the model any more' })
  const at = new Date(tools.clock.now()).toISOString()
  const question = { principal, model, route: route.id, workflow: null, purpose: 'other', at }
  const { verdict, reasons } = decide(state.snapshot, question)
  if (verdict === 'deny') {
    const directive = reasons.find((reason) => reason.directive !== null)?.directive ?? null
    return result({ outcome: 'denied', message: reasons[0]?.text ?? 'policy denies it', directive })
  }
  const found = await askOnce(tools, state, { model, route, wireModel })
  if (isFailure(found)) {
    // A path that nobody knows looks like a model that was withdrawn.
    const hint = found.status === 404 || found.status === 405 ? routeUrlHint(route) : null
    const { message, status } = found
    return hint === null
      ? result({ outcome: found.class, message, status })
      : result({
          outcome: 'client',
          message: `${hint} (the provider answered: ${message})`,
          status,
        })
  }
  const served =
    found.model === '' || found.model === wireModel ? model : state.modelOf(found.model)
  const facts = { status: 200, servedModel: found.model || null, notice: noticeIn(found.headers) }
  if (served === null)
    return result({
      outcome: 'ok',
      message: `served, by the name \`${found.model}\`, which nobody knows`,
      ...facts,
    })
  return served === model
    ? result({ outcome: 'ok', message: 'served', ...facts })
    : result({
        outcome: 'mismatch',
        message: `\`${served}\` answered instead of \`${model}\``,
        ...facts,
      })
}

interface Wired {
  readonly model: string
  readonly route: GatewayRoute
  readonly wireModel: string
}

interface Served {
  readonly model: string
  readonly headers: HeaderLines
}

async function askOnce(
  tools: ProbeTools,
  state: GatewayState,
  wired: Wired,
): Promise<Served | Failure> {
  const { protocol } = wired.route
  const codec = tools.codecs[protocol]
  if (codec === undefined) throw new TypeError(`no codec for ${protocol}`)
  const isEmbedding =
    protocol === 'openai-chat' && state.factsOf(wired.model).capabilities?.has('embedding') === true
  if (isEmbedding) return await send(tools, wired, embeddingRequest(wired), readVectors)
  const read = (bytes: Buffer) => readAnswer(codec, bytes)
  const least = (tokensAsked as Readonly<Record<string, number>>)[protocol] ?? 1
  const first = await send(tools, wired, tokenRequest(codec, wired, least), read)
  if (!isFailure(first) || first.class !== 'client') return first
  return await send(tools, wired, tokenRequest(codec, wired, tokensAskedAgain), read)
}

function tokenRequest(
  codec: ProtocolCodec,
  { route, wireModel }: Wired,
  maxOutputTokens: number,
): UpstreamRequest {
  const vertex = vertexOf(route)
  const request: ModelRequest = {
    model: wireModel,
    isStream: false,
    system: [],
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'ping' }] }],
    tools: [],
    maxOutputTokens,
    unknown: {},
    written: new Map(),
  }
  const options = { model: wireModel, maxOutputTokens, provider: route.provider }
  return routeRequest(
    route,
    codec.writeRequest(request, { ...options, ...(vertex === null ? {} : { vertex }) }),
  )
}

function embeddingRequest({ route, wireModel }: Wired): UpstreamRequest {
  return routeRequest(route, writeEmbeddingsRequest({ input: 'ping' }, wireModel))
}

function readVectors(bytes: Buffer): { readonly model: string } {
  return readEmbeddingsAnswer(JSON.parse(bytes.toString('utf8')), { inputs: 1 })
}

async function send(
  { upstreams, clock, codecs }: ProbeTools,
  { route }: Wired,
  unsigned: UpstreamRequest,
  read: (bytes: Buffer) => { readonly model: string } | Failure,
): Promise<Served | Failure> {
  const request =
    route.protocol === 'bedrock-converse'
      ? await signedRequest(route, unsigned, clock.now())
      : unsigned
  const attempt = new Attempt({ upstreams, clock, request, timeouts: route.timeouts })
  const head = await attempt.head
  if (isFailure(head)) return head
  const codec = codecs[route.protocol]
  if (codec === undefined) throw new TypeError(`no codec for ${route.protocol}`)
  if (head.status >= 300) return await readFailure(codec, head, attempt, clock.now())
  const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
  if (!Buffer.isBuffer(bytes)) return bytes
  const answer = readOrMalformed(read, bytes)
  return isFailure(answer) ? answer : { model: answer.model, headers: head.headers }
}

function readOrMalformed(
  read: (bytes: Buffer) => { readonly model: string } | Failure,
  bytes: Buffer,
): { readonly model: string } | Failure {
  try {
    return read(bytes)
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof SyntaxError)) throw error
    return {
      class: 'transport',
      status: null,
      code: null,
      message: `what came is no answer: ${error.message}`,
      retryAfterMs: null,
      answer: null,
      isSilence: false,
    }
  }
}

/** Some servers repeat the key that they refuse. */
function withoutCredential(message: string, credential: string | null): string {
  if (credential === null) return message
  const secrets = [credential, ...credential.split(':')].filter(({ length }) => length >= 8)
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[credential]'), message)
}

function noticeIn(headers: HeaderLines): string | null {
  const told = ['deprecation', 'sunset'].flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [`${name}: ${value.slice(0, 100)}`] : []
  })
  return told.length === 0 ? null : told.join(', ')
}
