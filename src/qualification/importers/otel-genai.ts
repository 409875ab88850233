import { answerOf, conversationOf, toolsOf } from './chat-messages.ts'
import {
  type Entry,
  entriesOf,
  firstEntry,
  type ImportedRow,
  type Importer,
  type ImportFile,
  isEntry,
  jsonDocument,
  jsonLines,
  taskId,
  textOf,
  unpacked,
} from './importer.ts'

/** Spans of OpenTelemetry with the contents of messages, after its conventions for generative AI. */
export const otelGenai: Importer = {
  id: 'otel-genai',
  title: 'OpenTelemetry spans with GenAI messages (OTLP JSON, one document or one a line)',
  documentation: [
    'https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans',
    'https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding',
  ],
  fields: [
    'spanId',
    'traceId',
    'gen_ai.operation.name',
    'gen_ai.system_instructions',
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.tool.definitions',
    'gen_ai.conversation.id',
    'gen_ai.request.model',
    'gen_ai.response.model',
    'events gen_ai.{system,user,assistant,tool}.message and gen_ai.choice (until 1.36)',
  ],
  recognises: (file) => {
    for (const document of documentsOf(file))
      return isEntry(document) && Array.isArray(document['resourceSpans'])
    return false
  },
  *read(file) {
    for (const document of documentsOf(file)) {
      const scopes = entriesOf(isEntry(document) ? document['resourceSpans'] : []).flatMap((one) =>
        entriesOf(one['scopeSpans']),
      )
      for (const span of scopes.flatMap((one) => entriesOf(one['spans']))) {
        const row = readSpan(span, `${file.name}: span ${String(span['spanId'])}`)
        if (row !== null) yield row
      }
    }
  },
}

function* documentsOf(file: ImportFile): Iterable<unknown> {
  const document = jsonDocument(file)
  if (document !== null) yield document
  else if (firstEntry(file) !== null) for (const { entry } of jsonLines(file.text)) yield entry
}

/** Operations that ask a model; agents and tools hold such spans. */
const modelOperations: ReadonlySet<string> = new Set([
  'chat',
  'text_completion',
  'generate_content',
])

function readSpan(span: Entry, place: string): ImportedRow | null {
  const attributes = attributesOf(span['attributes'])
  const operation = textOf(attributes.get('gen_ai.operation.name'))
  if (operation === null || !modelOperations.has(operation)) return null
  const events = messageEvents(span['events'])
  const input = unpacked(attributes.get('gen_ai.input.messages') ?? attributes.get('gen_ai.prompt'))
  const request = conversationOf(input ?? events.asked)
  if (request === null)
    return { place, problem: 'no messages stand in it: contents were not captured' }
  const instructions = instructionsOf(attributes.get('gen_ai.system_instructions'))
  const system = [instructions, request.system]
    .filter((one) => one !== undefined && one !== '')
    .join('\n\n')
  const tools = toolsOf(attributes.get('gen_ai.tool.definitions'))
  const answer = answerOf(attributes.get('gen_ai.output.messages') ?? events.answered)
  const cluster = textOf(attributes.get('gen_ai.conversation.id')) ?? textOf(span['traceId'])
  const model =
    textOf(attributes.get('gen_ai.response.model')) ??
    textOf(attributes.get('gen_ai.request.model'))
  return {
    task: {
      id: taskId(span['traceId'], span['spanId']),
      ...(cluster === null ? {} : { cluster }),
      request: {
        messages: request.messages,
        ...(system === '' ? {} : { system }),
        ...(tools.length === 0 ? {} : { tools: [...tools] }),
      },
    },
    ...(answer === null ? {} : { recorded: { model, answer } }),
  }
}

/** `[{ "type": "text", "content": … }]`. */
function instructionsOf(value: unknown): string {
  const given = unpacked(value)
  if (typeof given === 'string') return given
  return entriesOf(given)
    .map((part) => textOf(part['content']) ?? '')
    .join('\n\n')
}

/** Until version 1.36 messages were events of the span. */
function messageEvents(value: unknown): { readonly asked: unknown; readonly answered: unknown } {
  const read = entriesOf(value).flatMap((event) => {
    const role = /^gen_ai\.(?<role>system|user|assistant|tool|choice)(?:\.message)?$/.exec(
      String(event['name']),
    )?.groups?.['role']
    if (role === undefined) return []
    const attributes = attributesOf(event['attributes'])
    const message = unpacked(attributes.get('message'))
    return [
      {
        role: role === 'choice' ? 'choice' : role,
        content: attributes.get('content') ?? '',
        tool_calls: unpacked(attributes.get('tool_calls')),
        tool_call_id: attributes.get('id'),
        ...(isEntry(message) ? message : {}),
        kind: role,
      },
    ]
  })
  const asked = read.filter(({ kind }) => kind !== 'choice')
  const choice = read.find(({ kind }) => kind === 'choice')
  return {
    asked: asked.length === 0 ? undefined : asked,
    answered: choice === undefined ? undefined : { ...choice, role: 'assistant' },
  }
}

/** `[{ key, value: { stringValue } }]`; lists and objects stand in forms of their own. */
function attributesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(
    entriesOf(value).flatMap(({ key, value: held }) =>
      typeof key === 'string' ? [[key, anyValue(held)] as const] : [],
    ),
  )
}

function anyValue(held: unknown): unknown {
  if (!isEntry(held)) return undefined
  if (isEntry(held['arrayValue'])) return entriesOf(held['arrayValue']['values']).map(anyValue)
  if (isEntry(held['kvlistValue']))
    return Object.fromEntries(attributesOf(held['kvlistValue']['values']))
  return held['stringValue'] ?? held['intValue'] ?? held['doubleValue'] ?? held['boolValue']
}
