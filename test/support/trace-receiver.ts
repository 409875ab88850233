import type { ServerResponse } from 'node:http'
import { type LoopbackServer, type ReceivedRequest, startServer } from './loopback-server.ts'
import { until } from './store-case.ts'

/** A span as it was received, its attributes as plain values. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
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

/** A receiver of OpenTelemetry (OTLP over HTTP, JSON) on loopback. */
export interface TraceReceiver {
  /** With the path for traces. */
  readonly endpoint: string
  readonly server: LoopbackServer
  spans(): readonly ReceivedSpan[]
  /** The spans of one request, once they are there. */
  traceOf(request: string): Promise<ReceivedTrace>
  /** Answers in another way from now on. */
  answer(how: (request: ReceivedRequest, response: ServerResponse) => void): void
}

/** At the level of the module: it serves until the tests of the file have ended. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const takes = (_: ReceivedRequest, response: ServerResponse): void =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  let how: (request: ReceivedRequest, response: ServerResponse) => void = takes
  const server = await startServer((request, response) => how(request, response))
  const spans = () => server.received.flatMap(({ body }) => spansIn(body))
  return {
    endpoint: `${server.address}/v1/traces`,
    server,
    spans,
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
  }
}

interface Written {
  readonly stringValue?: string
  readonly intValue?: string
  readonly doubleValue?: number
  readonly boolValue?: boolean
  readonly arrayValue?: { readonly values: readonly Written[] }
}

interface Message {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes'> & {
        readonly attributes: readonly { readonly key: string; readonly value: Written }[]
      })[]
    }[]
  }[]
}

function spansIn(body: Buffer): readonly ReceivedSpan[] {
  const message = JSON.parse(body.toString('utf8')) as Message
  return message.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, read(value)])),
      })),
    ),
  )
}

function read({ stringValue, intValue, doubleValue, boolValue, arrayValue }: Written): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(read)
  return stringValue ?? boolValue ?? doubleValue ?? Number(intValue)
}
