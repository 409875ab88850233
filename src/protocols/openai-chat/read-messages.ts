import { BodyFields, isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  OpaquePart,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../exchange.ts'
import { present } from '../present.ts'
import { ProtocolError } from '../protocol-codec.ts'
import type { RequestNotes } from '../request-notes.ts'
import { opaque, readCacheMark, readContent } from './read-content.ts'
import { readThoughts } from './thoughts.ts'

export interface Conversation {
  readonly system: readonly TextPart[]
  readonly turns: readonly Turn[]
}

/** What is known of the messages so far. */
interface Progress {
  readonly system: TextPart[]
  readonly turns: Turn[]
  /** Calls by id: which tool was called. */
  readonly tools: Map<string, string>
  readonly notes: RequestNotes
}

export function readMessages(list: readonly JsonValue[], notes: RequestNotes): Conversation {
  const progress: Progress = { system: [], turns: [], tools: new Map(), notes }
  for (const [index, value] of list.entries())
    readMessage(BodyFields.of(value, `messages[${String(index)}]`), index, progress)
  return { system: progress.system, turns: progress.turns }
}

function readMessage(message: BodyFields, index: number, progress: Progress): void {
  switch (message.text('role')) {
    case 'system':
    case 'developer':
      return readInstruction(message, progress)
    case 'user':
      return addTurn('user', readContent(message, progress.notes), message, progress)
    case 'assistant':
      return addTurn('assistant', readAssistant(message, index, progress), message, progress)
    case 'tool':
      return addResult(readResult(message, progress), progress)
    case 'function':
      return addResult(readFunctionResult(message, index, progress), progress)
    default:
      throw new ProtocolError(
        message.pathOf('role'),
        `\`${message.pathOf('role')}\` is none of system, developer, user, assistant, tool`,
      )
  }
}

function addTurn(
  role: Turn['role'],
  parts: readonly Part[],
  message: BodyFields,
  { turns, notes }: Progress,
): void {
  const name = message.textOrNone('name')
  if (name !== undefined) notes.uses('turn-names', message.pathOf('name'))
  const extra = notes.leaveRest(message)
  turns.push(present({ role, parts, name, extra }))
}

/** What stands before the conversation is its system prompt, unless it speaks in somebody's name. */
function readInstruction(message: BodyFields, progress: Progress): void {
  const { system, turns, notes } = progress
  const parts = readContent(message, notes)
  const texts = parts.filter((part) => part.kind === 'text')
  if (turns.length > 0 || message.has('name') || texts.length < parts.length) {
    notes.uses('system-turns', message.path)
    addTurn('system', parts, message, progress)
  } else {
    system.push(...texts)
    notes.leaveRest(message)
  }
}

function readAssistant(message: BodyFields, index: number, progress: Progress): readonly Part[] {
  const { notes } = progress
  const thoughts = readThoughts(message)
  if (thoughts.length > 0) notes.uses('thinking-parts', message.path)
  const content = withAnnotations(readContent(message, notes), message, notes)
  const refusal = message.textOrNone('refusal')
  if (refusal !== undefined) notes.uses('refusal-parts', message.pathOf('refusal'))
  const audio = message.any('audio')
  return [
    ...thoughts,
    ...content,
    ...(refusal === undefined ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...(audio === undefined ? [] : [opaque({ audio }, message.pathOf('audio'), notes)]),
    ...readCalls(message, index, progress),
  ]
}

/** Where an answer cites, the marks stand beside its text. */
function withAnnotations(
  parts: readonly Part[],
  message: BodyFields,
  notes: RequestNotes,
): readonly Part[] {
  const citations = message.listOrNone('annotations') ?? []
  const last = parts.findLastIndex(({ kind }) => kind === 'text')
  if (citations.length === 0 || last === -1) return parts
  notes.uses('citations', message.pathOf('annotations'))
  return parts.map((part, index) =>
    index === last && part.kind === 'text' ? { ...part, citations } : part,
  )
}

function readCalls(
  message: BodyFields,
  index: number,
  progress: Progress,
): readonly (ToolCallPart | OpaquePart)[] {
  const idOf = (position: number) => `call_m${String(index)}_${String(position)}`
  const calls = readToolCalls(message, progress.notes, idOf)
  for (const call of calls) if (call.kind === 'tool-call') progress.tools.set(call.id, call.name)
  return calls
}

/** `tool_calls`, and the single `function_call` of before. `idOf`: ids where a server gave none. */
export function readToolCalls(
  message: BodyFields,
  notes: RequestNotes,
  idOf: (position: number) => string,
): readonly (ToolCallPart | OpaquePart)[] {
  const calls = (message.listOrNone('tool_calls') ?? []).map((value, position) => {
    const path = `${message.pathOf('tool_calls')}[${String(position)}]`
    if (isObject(value) && value['type'] === 'custom') return opaque(value, path, notes)
    return readToolCall(BodyFields.of(value, path), notes, idOf(position))
  })
  const single = message.objectOrNone('function_call')
  if (single === undefined) return calls
  return [
    ...calls,
    {
      kind: 'tool-call',
      id: idOf(calls.length),
      name: single.text('name'),
      arguments: argumentsOf(single),
    },
  ]
}

function readToolCall(call: BodyFields, notes: RequestNotes, otherwise: string): ToolCallPart {
  call.any('type')
  call.any('index')
  const id = call.textOrNone('id') ?? ''
  const called = call.object('function')
  const name = called.text('name')
  const content = call.any('extra_content')
  const text = argumentsOf(called)
  const more = notes.leaveRest(called)
  const left = notes.leaveRest(call)
  const own = present({ extra_content: content, function: more })
  const extra = Object.keys(own).length === 0 ? left : { ...own, ...left }
  return present({
    kind: 'tool-call' as const,
    id: id === '' ? otherwise : id,
    name,
    arguments: text,
    signature: thoughtSignature(content),
    extra,
  })
}

/** Some servers and clients write the object itself. */
function argumentsOf(called: BodyFields): string {
  const value = called.any('arguments')
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Where Google's own compatible server has it. */
export function thoughtSignature(extraContent: JsonValue | undefined): string | undefined {
  const google = isObject(extraContent) ? extraContent['google'] : undefined
  const signature = isObject(google) ? google['thought_signature'] : undefined
  return typeof signature === 'string' ? signature : undefined
}

function addResult(result: ToolResultPart, { turns }: Progress): void {
  const last = turns.at(-1)
  const isAmongResults =
    last?.role === 'user' && last.parts.every(({ kind }) => kind === 'tool-result')
  if (isAmongResults && last.parts.length > 0)
    turns[turns.length - 1] = { ...last, parts: [...last.parts, result] }
  else turns.push({ role: 'user', parts: [result] })
}

function readResult(message: BodyFields, { tools, notes }: Progress): ToolResultPart {
  const id = message.text('tool_call_id')
  const name = message.textOrNone('name') ?? tools.get(id)
  return present({
    kind: 'tool-result' as const,
    id,
    name,
    parts: resultContent(message, notes),
    isError: false,
    ...resultMembers(message, notes),
  })
}

function resultMembers(
  message: BodyFields,
  notes: RequestNotes,
): { readonly cache: ToolResultPart['cache']; readonly extra: JsonObject | undefined } {
  const { cache, extra } = readCacheMark(message, notes)
  const left = notes.leaveRest(message)
  return { cache, extra: left === undefined ? extra : { ...extra, ...left } }
}

/** Texts by the protocol; compatible servers take images too. */
function resultContent(message: BodyFields, notes: RequestNotes): ToolResultPart['parts'] {
  return readContent(message, notes).map((part, index) => {
    const path = `${message.pathOf('content')}[${String(index)}]`
    if (part.kind === 'image' || part.kind === 'file') notes.uses('tool-result-media', path)
    if (part.kind === 'text' || part.kind === 'image' || part.kind === 'file') return part
    throw new ProtocolError(path, `\`${path}\` is no text, and results of tools are texts`)
  })
}

/** The result of a `function_call`: it has the name alone, and belongs to the last call of that name. */
function readFunctionResult(
  message: BodyFields,
  index: number,
  { tools, notes }: Progress,
): ToolResultPart {
  const name = message.text('name')
  const called = [...tools].findLast(([, tool]) => tool === name)?.[0]
  const parts = resultContent(message, notes)
  notes.leaveRest(message)
  return {
    kind: 'tool-result',
    id: called ?? `call_m${String(index)}_0`,
    name,
    parts,
    isError: false,
  }
}
