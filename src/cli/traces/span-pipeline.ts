import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { OTLPExporterBase, OTLPExporterError } from '@opentelemetry/otlp-exporter-base'
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http'
import {
  type IExportTraceServiceResponse,
  type ISerializer,
  JsonTraceSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer'
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { messageOf } from '../../base/fault.ts'
import type { TracedCall } from '../../gateway/index.ts'
import { type SpanOrigin, spansOf } from './call-spans.ts'
import type { PipelineParts, Settled } from './trace-export.ts'
import { traceLimits } from './trace-limits.ts'
import type { TraceSettings } from './trace-settings.ts'

/**
 * From facts of calls to a receiver, by OpenTelemetry's own libraries: they make portions, serialise, compress, send, and
 * send again. Loaded only where something is traced.
 */
export class SpanPipeline {
  readonly #origin: SpanOrigin
  readonly #exporter: CountingExporter
  readonly #processor: BatchSpanProcessor

  constructor({ settings, version, instance, onSettled }: PipelineParts) {
    const own = {
      'service.name': 'holdfast',
      'service.version': version,
      'service.instance.id': instance,
    }
    const detectors = [resourceAttributesEnvDetector, serviceNameEnvDetector]
    this.#origin = {
      resource: defaultResource()
        .merge(resourceFromAttributes(own))
        .merge(detectResources({ detectors })),
      instrumentationScope: { name: 'holdfast', version },
    }
    this.#exporter = new CountingExporter(settings, version, onSettled)
    this.#processor = new BatchSpanProcessor({
      exporter: this.#exporter,
      maxQueueSize: traceLimits.waitingMax,
      maxExportBatchSize: traceLimits.portionMax,
      scheduledDelayMillis: traceLimits.waitMs,
    })
  }

  take(call: TracedCall): void {
    for (const span of spansOf(call, this.#origin)) this.#processor.onEnd(span)
  }

  async close(): Promise<void> {
    await this.#processor.shutdown().catch(() => undefined)
    await this.#exporter.shutdown()
  }
}

/** Tells of every portion what became of it. */
class CountingExporter extends OTLPExporterBase<ReadableSpan[]> {
  readonly #onSettled: (settled: Settled) => void
  readonly #rejected: () => number

  constructor(settings: TraceSettings, version: string, onSettled: (settled: Settled) => void) {
    const { endpoint, headers, isJson } = settings
    const [serializer, type] = isJson
      ? [JsonTraceSerializer, 'application/json']
      : [ProtobufTraceSerializer, 'application/x-protobuf']
    const required = { 'Content-Type': type }
    const options = convertLegacyHttpOptions(
      {
        ...(endpoint === null ? {} : { url: endpoint }),
        headers,
        userAgent: `holdfast/${version}`,
      },
      'TRACES',
      'v1/traces',
      required,
    )
    // Header lines of the environment are for the endpoint of the environment, and for no other.
    if (endpoint !== null) options.headers = () => Promise.resolve({ ...headers, ...required })
    const listening = new ListeningSerializer(serializer)
    super(
      createOtlpHttpExportDelegate(
        options,
        listening,
        'otlp_http_span_exporter',
        TraceExporterMetricsHelper,
        undefined,
      ),
    )
    this.#onSettled = onSettled
    this.#rejected = () => listening.takeRejected()
  }

  override export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const settle = (result: ExportResult): void => {
      if (result.code === ExportResultCode.SUCCESS) {
        const dropped = Math.min(this.#rejected(), spans.length)
        const problem = dropped === 0 ? null : 'the receiver could not use some of them'
        this.#onSettled({ sent: spans.length - dropped, dropped, problem })
      } else {
        const problem = problemOf(result.error)
        this.#onSettled({ sent: 0, dropped: spans.length, problem })
      }
      done(result)
    }
    try {
      super.export(spans, settle)
    } catch (error) {
      settle({ code: ExportResultCode.FAILED, error: new Error(messageOf(error)) })
    }
  }
}

/** Hears how many spans a receiver could not use, which the libraries only write to a log. */
class ListeningSerializer implements ISerializer<ReadableSpan[], IExportTraceServiceResponse> {
  readonly #serializer: ISerializer<ReadableSpan[], IExportTraceServiceResponse>
  #rejected = 0

  constructor(serializer: ISerializer<ReadableSpan[], IExportTraceServiceResponse>) {
    this.#serializer = serializer
  }

  serializeRequest(spans: ReadableSpan[]): Uint8Array | undefined {
    return this.#serializer.serializeRequest(spans)
  }

  deserializeResponse(bytes: Uint8Array): IExportTraceServiceResponse {
    const answer = this.#serializer.deserializeResponse(bytes)
    // A text in JSON.
    const rejected: unknown = answer.partialSuccess?.rejectedSpans
    this.#rejected = Math.max(0, Number(rejected ?? 0)) || 0
    return answer
  }

  /** Of the answer that was read last: it is asked for before another is read. */
  takeRejected(): number {
    const rejected = this.#rejected
    this.#rejected = 0
    return rejected
  }
}

/** Nothing that a receiver wrote: it may repeat a credential. */
function problemOf(error: Error | undefined): string {
  if (!(error instanceof OTLPExporterError)) return messageOf(error)
  return error.code === undefined
    ? 'the receiver asks to try again later'
    : `the receiver answered ${error.code}`
}
