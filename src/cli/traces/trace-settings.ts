import { messageOf } from '../../base/fault.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { readKeyText } from '../read-key.ts'

/** Where spans go, and with what. */
export interface TraceSettings {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Attributes of the resource, beside those of this program. */
  readonly resource: Readonly<Record<string, string>>
  readonly sampleRatio: number
  readonly propagate: boolean
}

interface TraceSources {
  readonly config: HoldfastConfig
  /** Of holdfast.yaml. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const usualEndpoint = 'http://127.0.0.1:4318/v1/traces'
const usualTimeoutMs = 10_000

/**
 * What `gateway.traces` says, and where it says nothing the variables of OpenTelemetry. Null: nothing is traced. A text:
 * why it cannot be. The variables alone turn nothing on.
 */
export async function traceSettings({
  config,
  folder,
  environment,
}: TraceSources): Promise<TraceSettings | string | null> {
  const traces = config.gateway?.traces
  if (traces === undefined || environment['OTEL_SDK_DISABLED'] === 'true') return null
  const headers: Record<string, string> = {}
  if (traces.endpoint === undefined) Object.assign(headers, headersIn(environment))
  try {
    for (const [name, reference] of Object.entries(traces.headers)) {
      const place = { reference, folder, name: `gateway.traces.headers.${name}` }
      const wanted = 'the value of a header line'
      headers[name.toLowerCase()] = (await readKeyText({ ...place, wanted, isSecret: true })).trim()
    }
  } catch (error) {
    return `nothing is traced: ${messageOf(error)}`
  }
  const endpoint = traces.endpoint ?? endpointIn(environment) ?? usualEndpoint
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    return 'nothing is traced: OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address'
  const service = environment['OTEL_SERVICE_NAME'] ?? ''
  const { sampleRatio, propagate } = traces
  return {
    endpoint,
    headers,
    timeoutMs: timeoutIn(environment),
    resource: {
      'service.name': 'holdfast',
      ...pairsIn(environment['OTEL_RESOURCE_ATTRIBUTES']),
      ...(service === '' ? {} : { 'service.name': service }),
    },
    sampleRatio,
    propagate,
  }
}

type Environment = TraceSources['environment']

/** The one for traces is taken as it stands, the general one is a folder. */
function endpointIn(environment: Environment): string | null {
  const own = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  if (own !== undefined && own !== '') return own
  const general = environment['OTEL_EXPORTER_OTLP_ENDPOINT']
  return general === undefined || general === '' ? null : `${general.replace(/\/+$/, '')}/v1/traces`
}

/** They are for the endpoint that stands beside them, and for no other. */
function headersIn(environment: Environment): Readonly<Record<string, string>> {
  const written =
    environment['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] ?? environment['OTEL_EXPORTER_OTLP_HEADERS']
  const pairs = Object.entries(pairsIn(written))
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]))
}

function timeoutIn(environment: Environment): number {
  const written =
    environment['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT'] ?? environment['OTEL_EXPORTER_OTLP_TIMEOUT']
  const ms = Number(written)
  return ms > 0 && ms <= 60_000 ? ms : usualTimeoutMs
}

/** `name=value,name=value`, each encoded as in an address. What cannot be read is passed over. */
function pairsIn(written: string | undefined): Readonly<Record<string, string>> {
  const pairs = (written ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, at)).trim()
    try {
      return name === '' ? [] : [[name, decodeURIComponent(pair.slice(at + 1).trim())] as const]
    } catch {
      return []
    }
  })
  return Object.fromEntries(pairs)
}
