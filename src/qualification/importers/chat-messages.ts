import type { JsonObject } from '../../protocols/index.ts'
import type { TaskMessage, TaskPart, TaskRequest, TaskTool } from '../../schema/task-request.ts'
import type { TaskAnswer } from '../../schema/task-set.ts'
import { type Entry, entriesOf, isEntry, jsonOf, textOf, unpacked, wordOf } from './importer.ts'

type Conversation = Pick<TaskRequest, 'system' | 'messages'>

/**
 * A conversation as tools export it: a text alone, or messages of OpenAI, Inspect, LangChain or OpenTelemetry, which
 * differ in a few words. Null: it is none of them.
 */
export function conversationOf(value: unknown): Conversation | null {
  const given = unpacked(value)
  if (typeof given === 'string')
    return given.trim() === '' ? null : { messages: [{ role: 'user', content: given }] }
  if (isEntry(given) && Array.isArray(given['messages'])) return conversationOf(given['messages'])
  if (isEntry(given) && 'role' in given && 'content' in given) return conversationOf([given])
  if (!Array.isArray(given) || given.length === 0) return null
  // LangChain records batches: a list of conversations, of which one was sent.
  if (given.length === 1 && Array.isArray(given[0])) return conversationOf(given[0])
  const read = given.map(readMessage)
  if (!read.every((one) => one !== null)) return null
  const firstOther = read.findIndex(({ role }) => role !== 'system')
  // Where nobody but the system speaks, its last word is what is asked.
  const heads = read.slice(0, firstOther < 0 ? read.length - 1 : firstOther)
  const messages = read
    .slice(heads.length)
    .map((one) => (firstOther < 0 ? { ...one, role: 'user' as const } : one))
  const system = heads.map(plainText).join('\n\n')
  return { ...(system === '' ? {} : { system }), messages }
}

const roles: Readonly<Record<string, TaskMessage['role'] | 'tool'>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  tool: 'tool',
  function: 'tool',
}

function readMessage(value: unknown): TaskMessage | null {
  const message = unwrapped(value)
  if (message === null) return null
  const role = roles[wordOf(message['role'] ?? message['type'])]
  if (role === undefined) return null
  const content = partsOf(message['content'] ?? message['parts'])
  if (content === null) return null
  if (role === 'tool') return toolMessage(message, content)
  const calls = entriesOf(message['tool_calls']).flatMap(callPart)
  const parts = [...content, ...calls]
  const [only] = parts
  return {
    role,
    content:
      parts.length === 1 && only?.kind === 'text' ? only.text : parts.length === 0 ? '' : parts,
  }
}

/** LangChain writes `{ type, data }` and `{ lc, id: […, "HumanMessage"], kwargs }`. */
function unwrapped(value: unknown): Entry | null {
  if (!isEntry(value)) return null
  if (isEntry(value['data']) && typeof value['type'] === 'string')
    return { ...value['data'], role: value['type'] }
  if (value['lc'] !== undefined && isEntry(value['kwargs'])) {
    const name = Array.isArray(value['id']) ? String(value['id'].at(-1)) : ''
    return { ...value['kwargs'], role: name.replace(/Message(?:Chunk)?$/, '').toLowerCase() }
  }
  return value
}

function toolMessage(message: Entry, content: readonly TaskPart[]): TaskMessage {
  // OpenTelemetry has the results as parts already.
  if (content.some(({ kind }) => kind === 'tool-result'))
    return { role: 'user', content: [...content] }
  const id = textOf(message['tool_call_id']) ?? textOf(message['name']) ?? 'call'
  return { role: 'user', content: [{ kind: 'tool-result', id, text: textsOf(content) }] }
}

/** Null: a form that is not known, which is better told than guessed. */
function partsOf(value: unknown): readonly TaskPart[] | null {
  if (value === null || value === undefined || value === '') return []
  if (typeof value === 'string') return [{ kind: 'text', text: value }]
  if (!Array.isArray(value)) return null
  const parts = value.map(partOf)
  return parts.every((one) => one !== null) ? parts.flat() : null
}

function partOf(value: unknown): readonly TaskPart[] | null {
  if (typeof value === 'string') return [{ kind: 'text', text: value }]
  if (!isEntry(value)) return null
  switch (value['type']) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return [{ kind: 'text', text: wordOf(value['text'] ?? value['content']) }]
    case 'reasoning':
    case 'thinking':
      return []
    case 'tool_call':
      return callPart(value)
    case 'tool_call_response':
      return [
        {
          kind: 'tool-result',
          id: wordOf(value['id'] ?? 'call'),
          text: written(value['response'] ?? value['result']),
        },
      ]
    case 'image_url':
      return imagePart(isEntry(value['image_url']) ? value['image_url']['url'] : value['image_url'])
    case 'image':
      return imagePart(value['image'])
    case 'blob':
      return imagePart(`data:${String(value['mime_type'])};base64,${String(value['content'])}`)
    default:
      return null
  }
}

function imagePart(address: unknown): readonly TaskPart[] | null {
  const parts = /^data:(?<mediaType>image\/[\w.+-]{1,40});base64,(?<data>[A-Za-z0-9+/=\s]*)$/.exec(
    typeof address === 'string' ? address : '',
  )?.groups
  if (parts === undefined) return null
  const { mediaType = '', data = '' } = parts
  return [{ kind: 'image', mediaType, data: data.replace(/\s/g, '') }]
}

/** OpenAI: `{ id, function: { name, arguments } }`; Inspect: `{ id, function, arguments }`; others: `{ name, … }`. */
function callPart(call: Entry): readonly TaskPart[] {
  const inner = isEntry(call['function']) ? call['function'] : call
  const name =
    textOf(inner['name']) ?? (typeof call['function'] === 'string' ? call['function'] : null)
  if (name === null) return []
  const given = inner['arguments'] ?? call['args'] ?? {}
  return [{ kind: 'tool-call', id: wordOf(call['id'] ?? name), name, arguments: written(given) }]
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

function plainText({ content }: TaskMessage): string {
  return typeof content === 'string' ? content : textsOf(content)
}

function textsOf(parts: readonly TaskPart[]): string {
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
}

/** What a model answered, as tools export it: a text, a message, or the last message of several. Null: nothing. */
export function answerOf(value: unknown): TaskAnswer | null {
  const given = unpacked(value)
  if (typeof given === 'string') return given.trim() === '' ? null : given
  if (Array.isArray(given)) return given.length === 0 ? null : answerOf(given.at(-1))
  if (!isEntry(given)) return null
  for (const name of ['message', 'choices', 'generations', 'completion', 'output'])
    if (typeof given[name] === 'object' && given[name] !== null) return answerOf(given[name])
  const message = readMessage({ role: 'assistant', ...given })
  if (message === null || message.role !== 'assistant') return null
  const { content } = message
  if (typeof content === 'string') return content === '' ? null : content
  const toolCalls = content.flatMap((part) => {
    if (part.kind !== 'tool-call') return []
    const read = jsonOf(part.arguments)
    return isEntry(read) ? [{ name: part.name, arguments: read as JsonObject }] : []
  })
  const text = textsOf(content)
  return toolCalls.length === 0
    ? text
    : { ...(text === '' ? {} : { text }), toolCalls: [...toolCalls] as never }
}

/** Tools as OpenAI, OpenTelemetry and Langfuse write them. */
export function toolsOf(value: unknown): readonly TaskTool[] {
  const given = unpacked(value)
  const list: readonly unknown[] = Array.isArray(given)
    ? given
    : isEntry(given)
      ? Object.values(given)
      : []
  return list
    .map(unpacked)
    .filter(isEntry)
    .flatMap((tool) => {
      const inner = isEntry(tool['function']) ? tool['function'] : tool
      const name = textOf(inner['name'])
      const parameters = unpacked(inner['parameters'] ?? inner['input_schema'])
      if (name === null) return []
      const description = textOf(inner['description'])
      return [
        {
          name,
          ...(description === null ? {} : { description }),
          parameters: (isEntry(parameters)
            ? parameters
            : { type: 'object' }) as TaskTool['parameters'],
        },
      ]
    })
}
