import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { OTLPExporterBase, OTLPExporterError } from '@opentelemetry/otlp-exporter-base'
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http'
import {
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
import { traceLimits } from './trace-limits.ts'
import type { PipelineParts, Settled, TracePipeline } from './trace-pipeline.ts'
import type { TraceSettings } from './trace-settings.ts'

/**
 * From facts of calls to a receiver, by OpenTelemetry's own libraries: they make portions, serialise, compress, send, and
 * send again. Loaded only where something is traced.
 */
export class SpanPipeline implements TracePipeline {
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
  readonly #answer: Answer

  constructor(settings: TraceSettings, version: string, onSettled: (settled: Settled) => void) {
    const answer = { rejected: 0 }
    super(delegateOf(settings, version, answer))
    this.#onSettled = onSettled
    this.#answer = answer
  }

  override export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const settle = (result: ExportResult): void => {
      this.#onSettled(this.#settled(spans.length, result))
      done(result)
    }
    try {
      super.export(spans, settle)
    } catch (error) {
      settle({ code: ExportResultCode.FAILED, error: new Error(messageOf(error)) })
    }
  }

  #settled(count: number, { code, error }: ExportResult): Settled {
    if (code !== ExportResultCode.SUCCESS)
      return { sent: 0, dropped: count, problem: problemOf(error) }
    const dropped = Math.min(this.#answer.rejected, count)
    this.#answer.rejected = 0
    const problem = dropped === 0 ? null : 'the receiver could not use some of them'
    return { sent: count - dropped, dropped, problem }
  }
}

/** What the answer of a receiver says that was read last. */
interface Answer {
  rejected: number
}

/** As the exporters of OpenTelemetry are put together, but for two things; see docs/decisions/0019-traces.md. */
function delegateOf({ endpoint, headers, isJson }: TraceSettings, version: string, told: Answer) {
  const serializer = isJson ? JsonTraceSerializer : ProtobufTraceSerializer
  const required = { 'Content-Type': isJson ? 'application/json' : 'application/x-protobuf' }
  const written = { ...(endpoint === null ? {} : { url: endpoint }), headers }
  const options = convertLegacyHttpOptions(
    { ...written, userAgent: `holdfast/${version}` },
    'TRACES',
    'v1/traces',
    required,
  )
  // Header lines of the environment are for the endpoint of the environment, and for no other.
  if (endpoint !== null) options.headers = () => Promise.resolve({ ...headers, ...required })
  const listening = {
    serializeRequest: (spans: ReadableSpan[]) => serializer.serializeRequest(spans),
    // What a receiver could not use they only write to a log.
    deserializeResponse: (bytes: Uint8Array) => {
      const answer = serializer.deserializeResponse(bytes)
      // A text in JSON.
      const rejected: unknown = answer.partialSuccess?.rejectedSpans
      told.rejected = Math.max(0, Number(rejected ?? 0)) || 0
      return answer
    },
  }
  const component = 'otlp_http_span_exporter'
  return createOtlpHttpExportDelegate(
    options,
    listening,
    component,
    TraceExporterMetricsHelper,
    undefined,
  )
}

/** Nothing that a receiver wrote: it may repeat a credential. */
function problemOf(error: Error | undefined): string {
  if (!(error instanceof OTLPExporterError)) return messageOf(error)
  return error.code === undefined
    ? 'the receiver asks to try again later'
    : `the receiver answered ${error.code}`
}
