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
  wordOf,
} from './importer.ts'
import { attributesOf } from './otel-attributes.ts'
import {
  type SpokenMessage,
  type SpokenMessages,
  spokenInLogs,
  spokenInSpan,
  spokenMessages,
} from './otel-events.ts'

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
    'events gen_ai.{system,user,assistant,tool}.message and gen_ai.choice (until 1.36), in spans and in log records',
  ],
  recognises: (file) => {
    for (const document of documentsOf(file))
      return (
        isEntry(document) &&
        (Array.isArray(document['resourceSpans']) ||
          Array.isArray(document['resourceLogs']) ||
          isPlainSpan(document))
      )
    return false
  },
  *read(file) {
    const logs = messagesInLogs(file)
    let rows = 0
    for (const document of documentsOf(file)) {
      for (const span of isEntry(document) ? spansOf(document) : []) {
        const { trace, span: id } = idsOf(span)
        const inLogs = logs.get(spanKey(trace, id))
        logs.delete(spanKey(trace, id))
        const row = readSpan(span, inLogs?.messages ?? [], `${file.name}: span ${wordOf(id)}`)
        if (row === null) continue
        rows += 1
        yield row
      }
    }
    for (const [, { trace, span, messages }] of logs) {
      rows += 1
      yield readMessages(spokenMessages(messages), {
        ids: { trace, span },
        attributes: new Map(),
        place: `${file.name}: log records of span ${wordOf(span)}`,
      })
    }
    if (rows === 0) yield { place: file.name, problem: 'no span is one of a call of a model' }
  },
}

interface LoggedMessages {
  readonly trace: unknown
  readonly span: unknown
  readonly messages: SpokenMessage[]
}

/** Some instrumentations write what was said as log records, and the span beside has none of it. */
function messagesInLogs(file: ImportFile): Map<string, LoggedMessages> {
  const bySpan = new Map<string, LoggedMessages>()
  if (!file.text.includes('"resourceLogs"')) return bySpan
  for (const document of documentsOf(file))
    for (const { trace, span, message } of isEntry(document) ? spokenInLogs(document) : []) {
      const known = bySpan.get(spanKey(trace, span)) ?? { trace, span, messages: [] }
      known.messages.push(message)
      bySpan.set(spanKey(trace, span), known)
    }
  return bySpan
}

function spanKey(trace: unknown, span: unknown): string {
  return `${wordOf(trace)} ${wordOf(span)}`
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

function readSpan(
  span: Entry,
  inLogs: readonly SpokenMessage[],
  place: string,
): ImportedRow | null {
  const attributes = attributesOf(span['attributes'])
  const operation =
    textOf(attributes.get('gen_ai.operation.name')) ??
    operationOf(textOf(attributes.get('llm.request.type')), attributes)
  if (operation === null || !modelOperations.has(operation)) return null
  const events = spokenMessages([...spokenInSpan(span['events']), ...inLogs])
  const input = unpacked(
    attributes.get('gen_ai.input.messages') ??
      attributes.get('gen_ai.prompt') ??
      numberedMessages(attributes, 'gen_ai.prompt'),
  )
  const answered =
    attributes.get('gen_ai.output.messages') ??
    numberedMessages(attributes, 'gen_ai.completion') ??
    events.answered
  return readMessages(
    { asked: input ?? events.asked, answered },
    { ids: idsOf(span), attributes, place },
  )
}

interface CallOfModel {
  readonly ids: { readonly trace: unknown; readonly span: unknown }
  readonly attributes: ReadonlyMap<string, unknown>
  readonly place: string
}

function readMessages(
  { asked, answered }: SpokenMessages,
  { ids, attributes, place }: CallOfModel,
): ImportedRow {
  const conversation = conversationOf(asked)
  if (conversation === null)
    return {
      place,
      problem:
        asked === undefined
          ? 'no messages stand in it: contents were not captured, or are log records in another file'
          : 'its messages are of a form that is not known, or have attachments by address',
    }
  const request = withSystem(
    conversation,
    instructionsOf(attributes.get('gen_ai.system_instructions')),
  )
  const tools = request.tools ?? definedTools(attributes)
  const answer = answerOf(answered)
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
