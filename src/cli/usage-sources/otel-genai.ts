import {
  entriesOf,
  type Entry,
  instantOf,
  isEntry,
  logged,
  plainUse,
  type SourceTools,
  textOf,
  totalOf,
  type UsageSource,
} from './usage-source.ts'

/** Spans that call a model; those of agents and tools hold such spans and would count twice. */
const otherOperations: ReadonlySet<string> = new Set([
  'create_agent',
  'invoke_agent',
  'invoke_workflow',
  'execute_tool',
])

/** Names of the conventions, now and before, that programs do not use otherwise. */
const providerNames: Readonly<Record<string, string>> = {
  'az.ai.openai': 'azure',
  'az.ai.inference': 'azure',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  mistral_ai: 'mistral',
}

/** Spans of OpenTelemetry after its conventions for generative AI. Messages may stand in them; none is kept. */
export const otelGenai: UsageSource = {
  id: 'otel-genai',
  title: 'OpenTelemetry spans with GenAI conventions (OTLP JSON, one document or one a line)',
  documentation: [
    'https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans',
    'https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding',
  ],
  fields: [
    'startTimeUnixNano',
    'status.code',
    'error.type',
    'gen_ai.operation.name',
    'gen_ai.provider.name',
    'gen_ai.system',
    'gen_ai.request.model',
    'gen_ai.response.model',
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.prompt_tokens',
    'gen_ai.usage.completion_tokens',
    'server.address',
    'service.name',
    'holdfast.workflow',
  ],
  recognises: (entry) =>
    typeof entry['spanId'] === 'string' && entry['startTimeUnixNano'] !== undefined,
  read: (span, parents, tools) => {
    const attributes = attributesOf(span['attributes'])
    const answered = textOf(attributes.get('gen_ai.response.model'))
    const written = textOf(attributes.get('gen_ai.request.model')) ?? answered
    const operation = textOf(attributes.get('gen_ai.operation.name'))
    if (written === null || (operation !== null && otherOperations.has(operation))) return []
    const at = instantOf(span['startTimeUnixNano'])
    if (at === null) return null
    const service = serviceOf(parents)
    return [
      {
        ...plainUse,
        ...logged(at, !hasFailed(span, attributes)),
        written,
        servedModel: answered === written ? null : answered,
        ...routeOf(attributes, tools),
        workflow: tools.workflowOf([attributes.get('holdfast.workflow'), service]),
        scope: service,
        tokens: totalOf(
          attributes.get('gen_ai.usage.input_tokens') ??
            attributes.get('gen_ai.usage.prompt_tokens'),
          attributes.get('gen_ai.usage.output_tokens') ??
            attributes.get('gen_ai.usage.completion_tokens'),
        ),
      },
    ]
  },
}

/** `[{ key, value: { stringValue } }]`, and whole numbers as texts, as protocol buffers are written in JSON. */
function attributesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(
    entriesOf(value).flatMap(({ key, value: held }) => {
      if (typeof key !== 'string' || !isEntry(held)) return []
      return [[key, held['stringValue'] ?? held['intValue'] ?? held['doubleValue']] as const]
    }),
  )
}

function serviceOf(parents: readonly Entry[]): string | null {
  for (const { resource } of parents) {
    if (!isEntry(resource)) continue
    const name = textOf(attributesOf(resource['attributes']).get('service.name'))
    if (name !== null && !name.startsWith('unknown_service')) return name
  }
  return null
}

function hasFailed(span: Entry, attributes: ReadonlyMap<string, unknown>): boolean {
  const status = isEntry(span['status']) ? span['status']['code'] : undefined
  return status === 2 || status === 'STATUS_CODE_ERROR' || attributes.has('error.type')
}

/** The address tells more than the name: many providers are spoken to as if they were OpenAI. */
function routeOf(
  attributes: ReadonlyMap<string, unknown>,
  tools: SourceTools,
): { readonly provider: string | null; readonly region: string | null } {
  const address = textOf(attributes.get('server.address'))
  const ofHost = address === null ? null : tools.providerOfHost(address)
  if (ofHost !== null) return ofHost
  const name =
    textOf(attributes.get('gen_ai.provider.name')) ?? textOf(attributes.get('gen_ai.system')) ?? ''
  const provider = providerNames[name] ?? tools.providerOfName(name)
  return { provider, region: null }
}
