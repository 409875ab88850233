import type { TaskMessage, TaskPart, TaskRequest, TaskTool } from '../../schema/task-request.ts'
import { type Entry, entriesOf, isEntry, textOf, unpacked, wordOf } from './importer.ts'
import { callPart, idOf, partsOf, resultText, textsOf } from './message-parts.ts'
import { isToolDefinition, toolsOf } from './tool-definitions.ts'

export type Conversation = Pick<TaskRequest, 'system' | 'messages' | 'tools'>

/**
 * A conversation as tools export it: a text alone, a request, or messages of OpenAI, Anthropic, Google, Inspect, LangChain
 * or OpenTelemetry, which differ in a few words. Null: it is none of them.
 */
export function conversationOf(value: unknown): Conversation | null {
  if (typeof value === 'string') return conversationOfText(value)
  const given = value
  if (isEntry(given)) return conversationOfRequest(given)
  if (!Array.isArray(given) || given.length === 0) return null
  const [first] = given as readonly unknown[]
  // LangChain records batches: a list of conversations or texts, of which one was sent.
  if (given.length === 1 && (Array.isArray(first) || typeof first === 'string'))
    return conversationOf(first)
  const definitions = given.filter(isToolDefinition).map(({ content }: Entry) => content)
  const read = given.filter((one) => !isToolDefinition(one) && !isReasoning(one)).map(readMessage)
  if (read.length === 0 || !read.every((one) => one !== null)) return null
  return withTools(withHead(withResultIds(read)), toolsOf(definitions))
}

/** A text may be a conversation written as JSON; JSON of another kind is what is asked. */
function conversationOfText(text: string): Conversation | null {
  const inner = unpacked(text)
  const read = inner === text ? null : conversationOf(inner)
  if (read !== null || isConversation(inner)) return read
  return text.trim() === '' ? null : { messages: [{ role: 'user', content: text }] }
}

/** Messages that could not be read are no text that somebody says. */
export function isConversation(value: unknown): boolean {
  if (isEntry(value)) return 'messages' in value || 'contents' in value || 'role' in value
  return Array.isArray(value) && value.some((one) => isEntry(one) && 'role' in one)
}

/** Bodies of requests: `messages`, `contents` of Google, `input` of the Responses API; or one message alone. */
function conversationOfRequest(given: Entry): Conversation | null {
  const config = isEntry(given['config']) ? given['config'] : given
  const asked =
    given['messages'] ??
    given['contents'] ??
    ('instructions' in given || 'model' in given ? given['input'] : undefined)
  if (asked === undefined)
    return 'role' in given && ('content' in given || 'parts' in given)
      ? conversationOf([given])
      : null
  const conversation = conversationOf(asked)
  if (conversation === null) return null
  const system =
    given['system'] ??
    given['instructions'] ??
    config['system_instruction'] ??
    config['systemInstruction']
  return withTools(
    withSystem(conversation, isEntry(system) ? system['parts'] : system),
    toolsOf(given['tools'] ?? config['tools']),
  )
}

function withTools(conversation: Conversation, tools: readonly TaskTool[]): Conversation {
  if (tools.length === 0) return conversation
  return { ...conversation, tools: [...(conversation.tools ?? []), ...tools] }
}

/** What stands beside the messages goes before what the system says within. */
export function withSystem(conversation: Conversation, value: unknown): Conversation {
  const parts = partsOf(value) ?? []
  const system = [textsOf(parts), conversation.system ?? ''].filter((one) => one.trim() !== '')
  return system.length === 0 ? conversation : { ...conversation, system: system.join('\n\n') }
}

/** What the system says first is apart. Where nobody but the system speaks, its last word is what is asked. */
function withHead(read: readonly TaskMessage[]): Conversation {
  const firstOther = read.findIndex(({ role }) => role !== 'system')
  const heads = read.slice(0, firstOther < 0 ? read.length - 1 : firstOther)
  const messages = read
    .slice(heads.length)
    .map((one) => (firstOther < 0 ? { ...one, role: 'user' as const } : one))
  const system = heads.map(plainText).join('\n\n')
  return { ...(system === '' ? {} : { system }), messages }
}

/** A result that does not say of which call it is answers the first that has none. */
function withResultIds(messages: readonly TaskMessage[]): readonly TaskMessage[] {
  const open: string[] = []
  const known = (part: TaskPart): TaskPart => {
    if (part.kind === 'tool-call') open.push(part.id)
    if (part.kind !== 'tool-result') return part
    const at = Math.max(0, open.indexOf(part.id))
    const [id = 'call'] = open.splice(at, 1)
    return part.id === '' ? { ...part, id } : part
  }
  return messages.map((message) =>
    typeof message.content === 'string'
      ? message
      : { ...message, content: message.content.map(known) },
  )
}

const roles: Readonly<Record<string, TaskMessage['role'] | 'tool'>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  AIMessageChunk: 'assistant',
  model: 'assistant',
  tool: 'tool',
  function: 'tool',
}

/** OpenAI lets the system show how others speak, under these names. */
const exampleRoles: Readonly<Record<string, TaskMessage['role']>> = {
  example_user: 'user',
  example_assistant: 'assistant',
}

export function readMessage(value: unknown): TaskMessage | null {
  const message = unwrapped(value)
  if (message === null) return null
  const role =
    exampleRoles[wordOf(message['name'])] ?? roles[wordOf(message['role'] ?? message['type'])]
  if (role === undefined) return null
  const given = message['content'] ?? message['parts']
  const content = partsOf(given) ?? (role === 'tool' ? [textPart(resultText(given))] : null)
  if (content === null) return null
  const calls = callsOf(message)
  // Some write what the model calls as said by the tool.
  if (role === 'tool' && !content.some(({ kind }) => kind === 'tool-call'))
    return toolMessage(message, content)
  const parts = [...content, ...calls]
  const [only] = parts
  return {
    role: role === 'tool' ? 'assistant' : role,
    content:
      parts.length === 1 && only?.kind === 'text' ? only.text : parts.length === 0 ? '' : parts,
  }
}

function textPart(text: string): TaskPart {
  return { kind: 'text', text }
}

/** LangChain keeps those of the provider apart, too. */
function callsOf(message: Entry): readonly TaskPart[] {
  const own = entriesOf(message['tool_calls'])
  const more = isEntry(message['additional_kwargs']) ? message['additional_kwargs'] : {}
  return (own.length > 0 ? own : entriesOf(more['tool_calls'])).flatMap(callPart)
}

function isReasoning(value: unknown): boolean {
  return isEntry(value) && value['type'] === 'reasoning' && !('role' in value)
}

/**
 * LangChain writes `{ type, data }` and `{ lc, id: […, "HumanMessage"], kwargs }`; the Responses API has calls and results
 * among the messages.
 */
function unwrapped(value: unknown): Entry | null {
  if (!isEntry(value)) return null
  if (isEntry(value['data']) && typeof value['type'] === 'string')
    return { ...value['data'], role: value['type'] }
  if (value['lc'] !== undefined && isEntry(value['kwargs'])) {
    const name = Array.isArray(value['id']) ? String(value['id'].at(-1)) : ''
    return { ...value['kwargs'], role: name.replace(/Message(?:Chunk)?$/, '').toLowerCase() }
  }
  if ('role' in value) return value
  if (value['type'] === 'function_call') return { role: 'assistant', content: [value] }
  if (value['type'] === 'function_call_output')
    return { role: 'tool', tool_call_id: value['call_id'], content: value['output'] }
  return value
}

function toolMessage(message: Entry, content: readonly TaskPart[]): TaskMessage {
  // OpenTelemetry has the results as parts already.
  if (content.some(({ kind }) => kind === 'tool-result'))
    return { role: 'user', content: [...content] }
  const id = idOf(message['tool_call_id']) || (textOf(message['name']) ?? '')
  return { role: 'user', content: [{ kind: 'tool-result', id, text: textsOf(content) }] }
}

function plainText({ content }: TaskMessage): string {
  return typeof content === 'string' ? content : textsOf(content)
}
