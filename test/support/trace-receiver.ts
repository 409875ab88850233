import type { ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { type LoopbackServer, type ReceivedRequest, startServer } from './loopback-server.ts'
import { otlpRequestOf } from './otlp-messages.ts'
import { until } from './store-case.ts'

/** A span as it was received, its attributes as plain values. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly flags: number
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code?: number }
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface ReceivedTrace {
  readonly call: ReceivedSpan
  readonly attempts: readonly ReceivedSpan[]
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void

/** A receiver of OpenTelemetry (OTLP over HTTP) on loopback. */
export interface TraceReceiver {
  /** With the path for traces. */
  readonly endpoint: string
  readonly server: LoopbackServer
  spans(): readonly ReceivedSpan[]
  /** Attributes of the resource of each message. */
  resources(): readonly Readonly<Record<string, unknown>>[]
  /** The spans of one request, once they are there. */
  traceOf(request: string): Promise<ReceivedTrace>
  /** Answers in another way from now on. */
  answer(how: Answer): void
  /** As at the beginning. */
  takeAll(): void
}

/** At the level of the module: it serves until the tests of the file have ended. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const takes: Answer = (_, response) => void response.writeHead(200).end()
  let how = takes
  const server = await startServer((request, response) => how(request, response))
  const messages = new Map<ReceivedRequest, Message>()
  const messageOf = (request: ReceivedRequest): Message => {
    const read = messages.get(request) ?? messageIn(request)
    messages.set(request, read)
    return read
  }
  const spans = () => server.received.flatMap((request) => spansIn(messageOf(request)))
  return {
    endpoint: `${server.address}/v1/traces`,
    server,
    spans,
    resources: () =>
      server.received.flatMap((request) =>
        messageOf(request).resourceSpans.map(({ resource }) => plain(resource.attributes)),
      ),
    traceOf: async (request) => {
      const own = () => spans().filter((one) => one.attributes['holdfast.request.id'] === request)
      await until('its trace has come', () => own().some(({ kind }) => kind === 2))
      const call = own().find(({ kind }) => kind === 2)
      if (call === undefined) throw new Error('it has gone again')
      return { call, attempts: own().filter(({ kind }) => kind === 3) }
    },
    answer: (next) => {
      how = next
    },
    takeAll: () => {
      how = takes
    },
  }
}

interface Written {
  readonly stringValue?: string
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly boolValue?: boolean
  readonly arrayValue?: { readonly values: readonly Written[] }
}

type Pairs = readonly { readonly key: string; readonly value: Written }[]

interface Message {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Pairs }
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes'> & { readonly attributes: Pairs })[]
    }[]
  }[]
}

function messageIn({ headers, body }: ReceivedRequest): Message {
  const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const isJson = headers['content-type'] === 'application/json'
  return (isJson ? JSON.parse(bytes.toString('utf8')) : otlpRequestOf(bytes)) as Message
}

function spansIn(message: Message): readonly ReceivedSpan[] {
  return message.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, attributes: plain(span.attributes) })),
    ),
  )
}

function plain(pairs: Pairs): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, read(value)]))
}

function read({ stringValue, intValue, doubleValue, boolValue, arrayValue }: Written): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(read)
  return stringValue ?? boolValue ?? doubleValue ?? Number(intValue)
}
