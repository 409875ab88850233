import type { TracedAttempt, TracedCall } from '../../gateway/index.ts'
import { visibleText } from '../../base/visible-text.ts'

/** Spans in the JSON form of the OpenTelemetry protocol (OTLP 1), with names of its conventions. */

type Value = string | number | boolean | readonly string[]

interface Attribute {
  readonly key: string
  readonly value: object
}

const kinds = { server: 2, client: 3 } as const
const isError = 2

/** A call and each request to a provider that it came to. One that was never sent is none. */
export function spansOf(call: TracedCall): readonly object[] {
  return [serverSpan(call), ...call.attempts.flatMap((attempt) => attemptSpan(call, attempt))]
}

/** Attributes of a resource or a span; what nobody knows is left out. */
export function attributesOf(values: Readonly<Record<string, Value | null>>): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: valueOf(value) }],
  )
}

function serverSpan(call: TracedCall): object {
  const { parts, status } = call
  const { method, path, endpoint, facts, parent, id } = parts
  const [snapshot, decision] = facts.decision?.split('/') ?? []
  const errorType = errorOfCall(call)
  return {
    traceId: call.trace,
    spanId: call.span,
    ...(parent === null ? {} : { parentSpanId: parent.span }),
    ...(parts.traceState === null ? {} : { traceState: parts.traceState }),
    name: `${method} ${path}`,
    kind: kinds.server,
    startTimeUnixNano: nanos(parts.startedAt),
    endTimeUnixNano: nanos(call.endedAt),
    status: errorType === null ? {} : { code: isError },
    attributes: attributesOf({
      'http.request.method': method,
      'http.route': path,
      'url.path': path,
      'url.scheme': 'http',
      'http.response.status_code': status,
      'error.type': errorType,
      'gen_ai.operation.name': operations[endpoint] ?? null,
      'gen_ai.request.model': call.model,
      'gen_ai.request.stream': call.isStream ? true : null,
      'gen_ai.response.model': written(facts.servedModel),
      'holdfast.request.id': id,
      'holdfast.workflow': call.workflow,
      'holdfast.outcome': facts.outcome,
      'holdfast.route': facts.route,
      'holdfast.snapshot': snapshot ?? null,
      'holdfast.decision': decision ?? null,
      'holdfast.directive': call.directive,
      'holdfast.attempts': call.attempts.filter(({ endedAt }) => endedAt !== null).length,
    }),
  }
}

/** Null: it ended as it should, also where it was refused for a reason of its own. */
function errorOfCall({ isWhole, status, parts }: TracedCall): string | null {
  if (!isWhole) return 'left'
  if (parts.facts.isBroken) return 'broken'
  return status !== null && status >= 500 ? String(status) : null
}

function attemptSpan(call: TracedCall, attempt: TracedAttempt): readonly object[] {
  const { judged, usage, stop, failure, outcome, startedAt, endedAt, producedAt } = attempt
  if (endedAt === null) return []
  const { hop, decision, snapshot } = judged
  const { route } = hop
  const operation = operationOf(call, route.protocol)
  const hasFailed = outcome === 'failed'
  const span = {
    traceId: call.trace,
    spanId: attempt.span,
    parentSpanId: call.span,
    name: `${operation} ${hop.wireModel}`,
    kind: kinds.client,
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(endedAt),
    status: hasFailed ? { code: isError } : {},
    attributes: attributesOf({
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': providers[route.provider] ?? route.provider,
      'gen_ai.request.model': hop.wireModel,
      'gen_ai.request.stream': call.isStream ? true : null,
      'gen_ai.response.model': written(attempt.writtenModel),
      'gen_ai.response.finish_reasons': stop === null ? null : [written(stop.raw) ?? stop.reason],
      'gen_ai.response.time_to_first_chunk':
        producedAt === null || !call.isStream ? null : (producedAt - startedAt) / 1000,
      'gen_ai.usage.input_tokens': usage?.input ?? null,
      'gen_ai.usage.output_tokens': usage?.output ?? null,
      'gen_ai.usage.cache_read.input_tokens': usage?.cacheRead ?? null,
      'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWrite ?? null,
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
    }),
  }
  return [span]
}

/** Our own word for what happened where there is one, else the class of the error. */
function errorOfAttempt({ class: kind, code }: NonNullable<TracedAttempt['failure']>): string {
  return code !== null && ownCodes.has(code) ? code : kind
}

const ownCodes: ReadonlySet<string> = new Set(['directive', 'no-evidence', 'model-mismatch'])

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

/** As a decimal text: a number of that size would lose its end. */
function nanos(ms: number): string {
  return `${Math.trunc(ms)}000000`
}

function valueOf(value: Value): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  return { arrayValue: { values: value.map((text) => ({ stringValue: text })) } }
}
