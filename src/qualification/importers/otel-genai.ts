import type { TaskTool } from '../../schema/task-request.ts'
import { parametersOf } from './call-parameters.ts'
import { conversationOf, withSystem } from './chat-messages.ts'
import { answerOf } from './model-answer.ts'
import { toolsOf } from './tool-definitions.ts'
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
  title:
    'OpenTelemetry spans with GenAI messages (OTLP JSON, or spans with their attributes as an object)',
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
    'gen_ai.request.temperature',
    'gen_ai.request.max_tokens',
    'gen_ai.response.model',
    'gen_ai.prompt.N.{role,content}, gen_ai.completion.N.{role,content}, llm.request.functions.N.{name,description,parameters} (OpenLLMetry)',
    'events gen_ai.{system,user,assistant,tool}.message and gen_ai.choice (until 1.36)',
  ],
  recognises: (file) => {
    for (const document of documentsOf(file))
      return (
        isEntry(document) && (Array.isArray(document['resourceSpans']) || isPlainSpan(document))
      )
    return false
  },
  *read(file) {
    let rows = 0
    for (const document of documentsOf(file)) {
      for (const span of isEntry(document) ? spansOf(document) : []) {
        const row = readSpan(span, `${file.name}: span ${String(idsOf(span).span)}`)
        if (row === null) continue
        rows += 1
        yield row
      }
    }
    if (rows === 0) yield { place: file.name, problem: 'no span is one of a call of a model' }
  },
}

function* documentsOf(file: ImportFile): Iterable<unknown> {
  const document = jsonDocument(file)
  if (Array.isArray(document)) yield* document
  else if (document !== null) yield document
  else if (firstEntry(file) !== null) for (const { entry } of jsonLines(file.text)) yield entry
}

function spansOf(document: Entry): readonly Entry[] {
  if (isPlainSpan(document)) return [document]
  return entriesOf(document['resourceSpans'])
    .flatMap((one) => entriesOf(one['scopeSpans'] ?? one['instrumentationLibrarySpans']))
    .flatMap((one) => entriesOf(one['spans']))
}

/** As console exporters of SDKs write them: attributes are an object, and ids stand in a context. */
function isPlainSpan(document: Entry): boolean {
  const { attributes } = document
  return isEntry(attributes) && Object.keys(attributes).some((name) => name.startsWith('gen_ai.'))
}

function idsOf(span: Entry): { readonly trace: unknown; readonly span: unknown } {
  const context = isEntry(span['context']) ? span['context'] : {}
  return {
    trace: span['traceId'] ?? span['trace_id'] ?? context['trace_id'],
    span: span['spanId'] ?? span['span_id'] ?? span['id'] ?? context['span_id'],
  }
}

/** Operations that ask a model; agents and tools hold such spans. */
const modelOperations: ReadonlySet<string> = new Set([
  'chat',
  'text_completion',
  'generate_content',
])

function readSpan(span: Entry, place: string): ImportedRow | null {
  const attributes = attributesOf(span['attributes'])
  const operation =
    textOf(attributes.get('gen_ai.operation.name')) ??
    operationOf(textOf(attributes.get('llm.request.type')), attributes)
  if (operation === null || !modelOperations.has(operation)) return null
  const events = messageEvents(span['events'])
  const input = unpacked(
    attributes.get('gen_ai.input.messages') ??
      attributes.get('gen_ai.prompt') ??
      numberedMessages(attributes, 'gen_ai.prompt'),
  )
  const asked = input ?? events.asked
  const conversation = conversationOf(asked)
  if (conversation === null)
    return {
      place,
      problem:
        asked === undefined
          ? 'no messages stand in it: contents were not captured'
          : 'its messages are of a form that is not known, or have attachments by address',
    }
  const request = withSystem(
    conversation,
    instructionsOf(attributes.get('gen_ai.system_instructions')),
  )
  const tools = request.tools ?? definedTools(attributes)
  const answer = answerOf(
    attributes.get('gen_ai.output.messages') ??
      numberedMessages(attributes, 'gen_ai.completion') ??
      events.answered,
  )
  const ids = idsOf(span)
  const cluster = textOf(attributes.get('gen_ai.conversation.id')) ?? textOf(ids.trace)
  const model =
    textOf(attributes.get('gen_ai.response.model')) ??
    textOf(attributes.get('gen_ai.request.model'))
  return {
    task: {
      id: taskId(ids.trace, ids.span),
      ...(cluster === null ? {} : { cluster }),
      request: {
        ...request,
        ...(tools.length === 0 ? {} : { tools: [...tools] }),
        ...parametersOf({
          temperature: attributes.get('gen_ai.request.temperature'),
          max_tokens: attributes.get('gen_ai.request.max_tokens'),
        }),
      },
    },
    ...(answer === null ? {} : { recorded: { model, answer } }),
  }
}

/** Instrumentations from before the conventions name no operation; what has messages and a model has asked one. */
function operationOf(
  requestType: string | null,
  attributes: ReadonlyMap<string, unknown>,
): string | null {
  if (requestType !== null) return requestType === 'completion' ? 'text_completion' : requestType
  const hasAsked = ['gen_ai.input.messages', 'gen_ai.prompt.0.content', 'gen_ai.prompt'].some(
    (name) => attributes.has(name),
  )
  const hasModel = attributes.has('gen_ai.request.model') || attributes.has('gen_ai.response.model')
  return hasAsked && hasModel ? 'chat' : null
}

/** Older OpenLLMetry numbers them: `llm.request.functions.0.name`, … */
function definedTools(attributes: ReadonlyMap<string, unknown>): readonly TaskTool[] {
  const head = 'llm.request.functions'
  const numbered: Entry[] = []
  for (let number = 0; attributes.has(`${head}.${number}.name`); number += 1) {
    const member = (name: string) => attributes.get(`${head}.${number}.${name}`)
    numbered.push({
      name: member('name'),
      description: member('description'),
      parameters: member('parameters') ?? member('arguments'),
    })
  }
  return toolsOf(attributes.get('gen_ai.tool.definitions') ?? numbered)
}

/** `gen_ai.prompt.0.role`, `gen_ai.prompt.0.content`, …; undefined: there are none. */
function numberedMessages(attributes: ReadonlyMap<string, unknown>, head: string): unknown {
  const messages: Entry[] = []
  for (let number = 0; attributes.has(`${head}.${number}.role`); number += 1) {
    const member = (name: string) => attributes.get(`${head}.${number}.${name}`)
    messages.push({
      role: member('role'),
      content: unpacked(member('content') ?? ''),
      tool_calls: unpacked(member('tool_calls')) ?? numberedCalls(attributes, `${head}.${number}`),
      tool_call_id: member('tool_call_id'),
    })
  }
  return messages.length === 0 ? undefined : messages
}

function numberedCalls(attributes: ReadonlyMap<string, unknown>, head: string): readonly Entry[] {
  const calls: Entry[] = []
  for (let number = 0; attributes.has(`${head}.tool_calls.${number}.name`); number += 1) {
    const member = (name: string) => attributes.get(`${head}.tool_calls.${number}.${name}`)
    calls.push({ id: member('id'), name: member('name'), arguments: member('arguments') })
  }
  return calls
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
  if (isEntry(value)) return new Map(Object.entries(value))
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
