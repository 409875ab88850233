import type { JsonObject } from '../../protocols/index.ts'
import type { TaskPart } from '../../schema/task-request.ts'
import type { TaskAnswer } from '../../schema/task-set.ts'
import { readMessage } from './chat-messages.ts'
import { type Entry, isEntry, jsonOf, unpacked } from './importer.ts'
import { textsOf } from './message-parts.ts'

/** Of alternatives the first is what was used. */
const alternatives = ['choices', 'generations', 'candidates'] as const
/** Where tools put what was answered. */
const places = ['message', 'completion', 'output'] as const

/** What a model answered, as tools export it: a text, a message, or the last of several. Null: nothing. */
export function answerOf(value: unknown): TaskAnswer | null {
  const given = unpacked(value)
  if (typeof given === 'string') return given.trim() === '' ? null : given
  if (Array.isArray(given)) return answerOfList(given)
  if (!isEntry(given)) return null
  for (const name of alternatives)
    if (Array.isArray(given[name])) return answerOf(firstOf(given[name]))
  if (given['object'] === 'response' && Array.isArray(given['output']))
    return joinedAnswer(given['output'].flatMap(answeredParts))
  if (isEntry(given['content'])) return answerOf(given['content'])
  for (const name of places)
    if (given[name] !== undefined && given[name] !== null) return answerOf(given[name])
  return joinedAnswer(answeredParts(given))
}

/** LangChain has a list of answers for each of several prompts. */
function firstOf(list: readonly unknown[]): unknown {
  const [first] = list
  return Array.isArray(first) ? firstOf(first) : first
}

/** The last message; where several in turn call tools, all of these are one answer. */
function answerOfList(list: readonly unknown[]): TaskAnswer | null {
  const isAnswer = (one: unknown) => isEntry(one) && readMessage(assumed(one))?.role === 'assistant'
  const from = list.findLastIndex((one) => !isAnswer(one)) + 1
  const parts = list.slice(from).flatMap(answeredParts)
  return parts.some(({ kind }) => kind === 'tool-call')
    ? joinedAnswer(parts)
    : list.length === 0
      ? null
      : answerOf(list.at(-1))
}

function assumed(message: Entry): Entry {
  return 'role' in message || 'type' in message ? message : { role: 'assistant', ...message }
}

function answeredParts(value: unknown): readonly TaskPart[] {
  if (!isEntry(value)) return []
  const message = readMessage(assumed(value)) ?? readMessage({ ...value, role: 'assistant' })
  if (message === null || message.role !== 'assistant') return []
  const { content } = message
  return typeof content === 'string' ? [{ kind: 'text', text: content }] : content
}

function joinedAnswer(parts: readonly TaskPart[]): TaskAnswer | null {
  const text = textsOf(parts.filter((part) => part.kind !== 'text' || part.text !== ''))
  const toolCalls = parts.flatMap((part) => {
    if (part.kind !== 'tool-call') return []
    const read = jsonOf(part.arguments)
    return isEntry(read) ? [{ name: part.name, arguments: read as JsonObject }] : []
  })
  if (toolCalls.length === 0) return text === '' ? null : text
  return { ...(text === '' ? {} : { text }), toolCalls: [...toolCalls] as never }
}
