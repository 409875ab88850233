import { messageOf } from '../../base/fault.ts'
import type { TraceRules } from '../../gateway/index.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { readKeyText } from '../read-key.ts'

/** What holdfast.yaml says of traces; the rest the libraries of OpenTelemetry read in their variables. */
export interface TraceSettings extends TraceRules {
  /** Null: as the variables say. */
  readonly endpoint: string | null
  readonly headers: Readonly<Record<string, string>>
  /** JSON instead of protocol buffers. */
  readonly isJson: boolean
}

interface TraceSources {
  readonly config: HoldfastConfig
  /** Of holdfast.yaml. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Null: nothing is traced. A text: why nothing can be. The variables alone turn nothing on. */
export async function traceSettings({
  config,
  folder,
  environment,
}: TraceSources): Promise<TraceSettings | string | null> {
  const traces = config.gateway?.traces
  if (traces === undefined || environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true')
    return null
  const endpoint = traces.endpoint ?? null
  const problem = endpoint === null ? endpointProblem(environment) : null
  if (problem !== null) return `nothing is traced: ${problem}`
  const protocol =
    set(environment['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL']) ??
    set(environment['OTEL_EXPORTER_OTLP_PROTOCOL']) ??
    'http/protobuf'
  if (!protocols.has(protocol))
    return 'nothing is traced: of OTEL_EXPORTER_OTLP_PROTOCOL only `http/protobuf` and `http/json` are spoken'
  const headers: Record<string, string> = {}
  try {
    for (const [name, reference] of Object.entries(traces.headers)) {
      const place = { reference, folder, name: `gateway.traces.headers.${name}` }
      const wanted = 'the value of a header line'
      headers[name.toLowerCase()] = (await readKeyText({ ...place, wanted, isSecret: true })).trim()
    }
  } catch (error) {
    return `nothing is traced: ${messageOf(error)}`
  }
  const { sampleRatio, propagate } = traces
  return { endpoint, headers, isJson: protocol === 'http/json', sampleRatio, propagate }
}

const protocols: ReadonlySet<string> = new Set(['http/protobuf', 'http/json'])

/** The libraries pass over an address that they cannot read, and take the usual one. */
function endpointProblem(environment: TraceSources['environment']): string | null {
  const names = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
  const wrong = names.find((name) => {
    const written = set(environment[name])
    return written !== null && !/^https?:$/.test(URL.parse(written)?.protocol ?? '')
  })
  return wrong === undefined ? null : `${wrong} is no http or https address`
}

function set(value: string | undefined): string | null {
  const written = value?.trim() ?? ''
  return written === '' ? null : written
}
