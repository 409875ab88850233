import {
  type Attributes,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import { millisToHrTime, TraceState } from '@opentelemetry/core'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { visibleText } from '../../base/visible-text.ts'
import type { TracedAttempt, TracedCall } from '../../gateway/index.ts'

/**
 * Spans of a call, with the names of OpenTelemetry's conventions for HTTP servers and for clients of generative AI, and
 * our own beginning with `holdfast.`. Names of `gen_ai` stand on the requests to providers alone: on the call as well,
 * whoever adds up spans would count its work twice.
 */

/** Who sends the spans: the same objects for all of them. */
export type SpanOrigin = Pick<ReadableSpan, 'resource' | 'instrumentationScope'>

/** A call and each request to a provider that it came to. One that was never sent is none. */
export function spansOf(call: TracedCall, origin: SpanOrigin): readonly ReadableSpan[] {
  return [callSpan(call, origin), ...call.attempts.flatMap((one) => attemptSpan(call, one, origin))]
}

function callSpan(call: TracedCall, origin: SpanOrigin): ReadableSpan {
  const { parts, parent, status } = call
  const { facts, id, startedAt } = parts
  const [snapshot, decision] = facts.decision?.split('/') ?? []
  const errorType = errorOfCall(call)
  const method = methods.has(parts.method) ? parts.method : '_OTHER'
  // Of what is not offered the path is a text of the caller's.
  const path = parts.endpoint === 'not-offered' ? '/v1/{path}' : parts.path
  return span(origin, {
    name: `${method === '_OTHER' ? 'HTTP' : method} ${path}`,
    kind: SpanKind.SERVER,
    context: contextOf(call, call.span),
    parent: parent === null ? null : { ...contextOf(call, parent.span), isRemote: true },
    startedAt,
    endedAt: call.endedAt,
    hasFailed: errorType !== null,
    attributes: {
      'http.request.method': method,
      'http.route': path,
      'url.path': path,
      'url.scheme': 'http',
      'http.response.status_code': status,
      'error.type': errorType,
      'holdfast.request.id': id,
      'holdfast.requested_model': call.model,
      'holdfast.served_model': written(facts.servedModel),
      'holdfast.workflow': call.workflow,
      'holdfast.outcome': facts.outcome,
      'holdfast.route': facts.route,
      'holdfast.snapshot': snapshot ?? null,
      'holdfast.decision': decision ?? null,
      'holdfast.directive': call.directive,
      'holdfast.attempts': call.attempts.filter(({ endedAt }) => endedAt !== null).length,
    },
  })
}

/** Null: it ended as it should, also where it was refused for a reason of its own. */
function errorOfCall({ isWhole, status, parts }: TracedCall): string | null {
  if (!isWhole) return 'left'
  if (parts.facts.isBroken) return 'broken'
  return status !== null && status >= 500 ? String(status) : null
}

function attemptSpan(
  call: TracedCall,
  attempt: TracedAttempt,
  origin: SpanOrigin,
): readonly ReadableSpan[] {
  const { judged, usage, failure, outcome, startedAt, endedAt, producedAt } = attempt
  if (endedAt === null) return []
  const { hop, decision, snapshot } = judged
  const { route } = hop
  const operation = operationOf(call, route.protocol)
  const hasFailed = outcome === 'failed'
  const attributes = {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': providers[route.provider] ?? route.provider,
    'gen_ai.request.model': hop.wireModel,
    'gen_ai.request.stream': call.isStream ? true : null,
    'gen_ai.response.model': written(attempt.writtenModel),
    'gen_ai.response.finish_reasons': finishReasons(call, attempt),
    'gen_ai.response.time_to_first_chunk':
      producedAt === null || !call.isStream ? null : (producedAt - startedAt) / 1000,
    'gen_ai.usage.input_tokens': usage?.input ?? null,
    'gen_ai.usage.output_tokens': usage?.output ?? null,
    'gen_ai.usage.cache_read.input_tokens': usage?.cacheRead ?? null,
    'gen_ai.usage.cache_write.input_tokens': usage?.cacheWrite ?? null,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning ?? null,
    'http.response.status_code': failure?.status ?? null,
    'error.type': hasFailed && failure !== null ? errorOfAttempt(failure) : null,
    'server.address': route.baseUrl.hostname,
    'server.port': portOf(route.baseUrl),
    'holdfast.request.id': call.parts.id,
    'holdfast.workflow': call.workflow,
    'holdfast.route': route.id,
    'holdfast.model': hop.model,
    'holdfast.hop': attempt.hop,
    'holdfast.outcome': outcome,
    'holdfast.snapshot': snapshot,
    'holdfast.decision': decision.reasons[0]?.code ?? 'base-permit',
  }
  const made = span(origin, {
    name: `${operation} ${hop.wireModel}`,
    kind: SpanKind.CLIENT,
    context: contextOf(call, attempt.span),
    parent: contextOf(call, call.span),
    startedAt,
    endedAt,
    hasFailed,
    attributes,
  })
  return [made]
}

interface SpanParts {
  readonly name: string
  readonly kind: SpanKind
  readonly context: SpanContext
  readonly parent: SpanContext | null
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
  readonly hasFailed: boolean
  /** What nobody knows is null. */
  readonly attributes: Readonly<Record<string, string | number | boolean | string[] | null>>
}

const failed: SpanStatus = { code: SpanStatusCode.ERROR }
const unset: SpanStatus = { code: SpanStatusCode.UNSET }

function span(origin: SpanOrigin, parts: SpanParts): ReadableSpan {
  const { name, kind, context, parent, startedAt, endedAt } = parts
  const attributes: Attributes = {}
  for (const [key, value] of Object.entries(parts.attributes))
    if (value !== null) attributes[key] = value
  return {
    ...origin,
    name,
    kind,
    spanContext: () => context,
    ...(parent === null ? {} : { parentSpanContext: parent }),
    startTime: millisToHrTime(startedAt),
    endTime: millisToHrTime(endedAt),
    duration: millisToHrTime(endedAt - startedAt),
    ended: true,
    status: parts.hasFailed ? failed : unset,
    attributes,
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function contextOf({ trace, traceState }: TracedCall, spanId: string): SpanContext {
  const context = { traceId: trace, spanId, traceFlags: TraceFlags.SAMPLED }
  return traceState === null ? context : { ...context, traceState: new TraceState(traceState) }
}

/** Of the convention for HTTP; any other is a text of the caller's. */
const methods: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' '),
)

/** Our own word for what happened where there is one, else the class of the error. */
function errorOfAttempt({ class: kind, code }: NonNullable<TracedAttempt['failure']>): string {
  return code !== null && ownCodes.has(code) ? code : kind
}

const ownCodes: ReadonlySet<string> = new Set(['directive', 'no-evidence', 'model-mismatch'])

/** Where a reason was to be expected and none came, the convention wants `error`. */
function finishReasons(call: TracedCall, { stop, outcome }: TracedAttempt): string[] | null {
  if (stop !== null) return [written(stop.raw) ?? stop.reason]
  return call.parts.endpoint === 'generate' && outcome !== 'served' ? ['error'] : null
}

/** Of the convention where it has one. */
const operations: Readonly<Record<string, string>> = {
  generate: 'chat',
  embeddings: 'embeddings',
  'count-tokens': 'count_tokens',
}

function operationOf({ parts }: TracedCall, protocol: string): string {
  const operation = operations[parts.endpoint] ?? parts.endpoint
  return operation === 'chat' && protocol === 'gemini' ? 'generate_content' : operation
}

/** Our ids of providers, where the convention has another name. */
const providers: Readonly<Record<string, string>> = {
  'aws-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  moonshot: 'moonshot_ai',
  watsonx: 'ibm.watsonx.ai',
  xai: 'x_ai',
}

const writtenMax = 200

/** What a provider wrote: short, and nothing that could be taken for something else. */
function written(text: string | null): string | null {
  return text === null || text === '' ? null : visibleText(text.slice(0, writtenMax))
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}
