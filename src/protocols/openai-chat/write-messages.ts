import { isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  ModelRequest,
  Part,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../exchange.ts'
import { writeDetail } from './thoughts.ts'
import { type ContentPart, ownMembers, writeContent } from './write-content.ts'
import type { Writing } from './writing.ts'

/** What stands between texts of one message: paragraphs of a user or a system prompt; the model's own flow on. */
const paragraph = '\n\n'
const nothing = ''

export function writeMessages(request: ModelRequest, writing: Writing): readonly JsonObject[] {
  const { system, turns } = arranged(request, writing)
  const messages: JsonObject[] = []
  if (system.length > 0)
    messages.push({ role: 'system', content: writeContent(system, paragraph, writing) })
  const told = new Set<ToolResultPart>()
  // Of results: the user shows it in the next message.
  let shown: readonly ContentPart[] = []
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'user') {
      const results = turn.parts.filter((part) => part.kind === 'tool-result' && !told.has(part))
      shown = [...shown, ...writeResults(results, messages, writing)]
      const parts = [...shown, ...turn.parts.filter(isContent)]
      if (parts.length === 0 && turn.parts.length > 0) continue
      messages.push(spokenMessage(turn, parts, writing))
      shown = []
    } else {
      if (shown.length > 0) messages.push(userMessage(shown, writing))
      shown = []
      if (turn.role === 'system')
        messages.push(spokenMessage(turn, turn.parts.filter(isContent), writing))
      else {
        messages.push(writeAssistant(turn, writing))
        const results = writing.isOwn ? [] : resultsOf(turns, index, told)
        shown = writeResults(results, messages, writing)
      }
    }
  }
  return shown.length === 0 ? messages : [...messages, userMessage(shown, writing)]
}

/** The conversation in an order that the server takes. */
function arranged(
  { system, turns }: ModelRequest,
  { isOwn, dialect }: Writing,
): Pick<ModelRequest, 'system' | 'turns'> {
  if (isOwn) return { system, turns }
  if (dialect.hasSystemTurns) return { system, turns: joinTurns(turns) }
  const midst = turns.filter(({ role }) => role === 'system').flatMap(({ parts }) => parts)
  return {
    system: [...system, ...midst.filter((part) => part.kind === 'text')],
    turns: joinTurns(turns.filter(({ role }) => role !== 'system')),
  }
}

/** Neighbours of one speaker become one turn: a call may not be parted from the others of its answer. */
function joinTurns(turns: readonly Turn[]): readonly Turn[] {
  const joined: Turn[] = []
  for (const turn of turns) {
    const last = joined.at(-1)
    if (last !== undefined && last.role === turn.role && last.name === turn.name)
      joined[joined.length - 1] = { ...last, parts: [...last.parts, ...turn.parts] }
    else joined.push(turn)
  }
  return joined
}

/** The results of a turn's calls, wherever they stand: they must follow at once. */
function resultsOf(
  turns: readonly Turn[],
  index: number,
  told: Set<ToolResultPart>,
): readonly ToolResultPart[] {
  const found: ToolResultPart[] = []
  for (const part of turns[index]?.parts ?? []) {
    if (part.kind !== 'tool-call') continue
    const result = firstResult(part.id, turns, index, told)
    if (result === undefined) continue
    told.add(result)
    found.push(result)
  }
  return found
}

/** The same id may answer another call in a later round. */
function firstResult(
  id: string,
  turns: readonly Turn[],
  after: number,
  told: ReadonlySet<ToolResultPart>,
): ToolResultPart | undefined {
  for (let index = after + 1; index < turns.length; index += 1)
    for (const part of turns[index]?.parts ?? [])
      if (part.kind === 'tool-result' && part.id === id && !told.has(part)) return part
  return undefined
}

/** A message a result. Images and files have no place in them, and come back as what is to be shown. */
function writeResults(
  results: readonly Part[],
  messages: JsonObject[],
  writing: Writing,
): readonly ContentPart[] {
  const shown: ContentPart[] = []
  for (const result of results) {
    if (result.kind !== 'tool-result') continue
    const media = writing.isOwn ? [] : result.parts.filter(isMedia)
    const rest = result.parts.filter((part) => !media.includes(part))
    const isOnlyShown = rest.length === 0 && media.length > 0
    messages.push({
      role: 'tool',
      tool_call_id: toolId(result.id, writing),
      content: isOnlyShown ? shownBelow : writeContent(rest, paragraph, writing),
      ...ownMembers(result, writing),
    })
    const label = `Shown by ${result.name ?? 'tool'} (${toolId(result.id, writing)}):`
    if (media.length > 0) shown.push({ kind: 'text', text: label }, ...media)
  }
  return shown
}

function toolId(id: string, { isOwn, dialect }: Writing): string {
  return isOwn ? id : dialect.toolId(id)
}

const shownBelow = 'The result is shown in the next message.'

function isMedia(part: ToolResultPart['parts'][number]): boolean {
  return part.kind === 'image' || (part.kind === 'file' && part.source.kind !== 'text')
}

function userMessage(parts: readonly ContentPart[], writing: Writing): JsonObject {
  return { role: 'user', content: writeContent(parts, paragraph, writing) }
}

/** What a user or an instruction says beside the results of tools. */
function spokenMessage(turn: Turn, parts: readonly ContentPart[], writing: Writing): JsonObject {
  const name = writing.takes('turn-names') ? turn.name : undefined
  return {
    role: turn.role,
    content: writeContent(parts, paragraph, writing),
    ...(name === undefined ? {} : { name }),
    ...(writing.isOwn ? turn.extra : {}),
  }
}

function isContent(part: Part): part is ContentPart {
  switch (part.kind) {
    case 'text':
    case 'image':
    case 'file':
    case 'audio':
      return true
    case 'opaque':
      return part.protocol === 'openai-chat'
    case 'tool-call':
    case 'tool-result':
    case 'thinking':
    case 'refusal':
      return false
  }
}

function writeAssistant(turn: Turn, writing: Writing): JsonObject {
  const { content, refusal } = spoken(turn.parts, writing)
  const calls = turn.parts.flatMap((part) => writeCall(part, writing))
  const own = writing.isOwn ? ownOfTurn(turn) : {}
  const saysElse = calls.length > 0 || refusal !== '' || own['audio'] !== undefined
  return {
    role: 'assistant',
    ...writeThoughts(turn.parts, calls.length > 0, writing),
    content: content === '' && saysElse ? null : content,
    ...(refusal === '' ? {} : { refusal }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(turn.name !== undefined && writing.takes('turn-names') ? { name: turn.name } : {}),
    ...own,
  }
}

/** A server that knows no refusals is told that the model said so. */
function spoken(
  parts: readonly Part[],
  writing: Writing,
): { readonly content: JsonValue; readonly refusal: string } {
  const isApart = writing.isOwn || writing.dialect.hasRefusals
  const content: ContentPart[] = []
  let refusal = ''
  for (const part of parts) {
    if (part.kind === 'refusal' && isApart) refusal += part.text
    else if (part.kind === 'refusal') content.push({ kind: 'text', text: part.text })
    else if (part.kind === 'thinking' && writing.isOwn && part.extra?.['part'] !== undefined)
      content.push({ kind: 'opaque', protocol: 'openai-chat', value: part.extra['part'] })
    else if (isContent(part) && !isMember(part)) content.push(part)
  }
  // The model's texts flow on: an upstream of another protocol parts them where it cites or calls.
  const isPlain = !writing.isOwn && content.every(({ kind }) => kind === 'text')
  if (!isPlain) return { content: writeContent(content, nothing, writing), refusal }
  return {
    content: content.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
    refusal,
  }
}

/** An opaque part that is no part of `content` but a member of the message, or a call. */
function isMember(part: ContentPart): boolean {
  if (part.kind !== 'opaque') return false
  const { value } = part
  return hasAudio(value) || (isObject(value) && value['type'] === 'custom')
}

function writeCall(part: Part, writing: Writing): readonly JsonValue[] {
  if (part.kind === 'opaque' && part.protocol !== 'openai-chat') return []
  if (part.kind === 'opaque') return isMember(part) && !hasAudio(part.value) ? [part.value] : []
  if (part.kind !== 'tool-call') return []
  return [toolCall(part, writing)]
}

function toolCall(part: ToolCallPart, writing: Writing): JsonObject {
  const { function: more, ...own } = ownMembers(part, writing)
  const called = { name: part.name, arguments: part.arguments }
  return {
    id: toolId(part.id, writing),
    type: 'function',
    function: isObject(more) ? { ...called, ...more } : called,
    ...own,
  }
}

function hasAudio(value: JsonValue): value is JsonObject {
  return isObject(value) && value['type'] === undefined && value['audio'] !== undefined
}

/** Members of an assistant's message that no other protocol has. */
function ownOfTurn({ parts, extra }: Turn): JsonObject {
  const audio = parts.find((part) => part.kind === 'opaque' && hasAudio(part.value))
  const annotations = parts.flatMap((part) => (part.kind === 'text' ? (part.citations ?? []) : []))
  return {
    ...(audio?.kind === 'opaque' && hasAudio(audio.value) ? audio.value : {}),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...extra,
  }
}

/** A model gets back the thoughts that a server of this protocol wrote, in the member that its server reads. */
function writeThoughts(parts: readonly Part[], hasCalls: boolean, writing: Writing): JsonObject {
  const thoughts = parts.filter((part) => part.kind === 'thinking')
  if (writing.isOwn) return membersOf(thoughts)
  const { thoughts: name, demandsThoughts } = writing.dialect
  if (name === null) return {}
  const own = thoughts.filter(({ protocol }) => protocol === 'openai-chat')
  if (own.length === 0) return demandsThoughts && hasCalls ? { [name]: '' } : {}
  const details = name === 'reasoning' ? own.map(writeDetail).filter((one) => one !== null) : []
  return {
    [name]: own.map(({ text }) => text).join(''),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  }
}

function membersOf(thoughts: readonly ThinkingPart[]): JsonObject {
  const members = thoughts.map(({ extra }) => extra?.['message'])
  return Object.assign({}, ...members) as JsonObject
}
