import { BodyFields, isObject } from '../body-fields.ts'
import type {
  JsonObject,
  JsonValue,
  ModelRequest,
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
import { customArguments, customCallMark } from './custom-tool.ts'
import { readContent } from './read-content.ts'
import { readReasoningItem } from './reasoning-item.ts'

type Conversation = Pick<ModelRequest, 'system' | 'turns'>

/** `instructions` and `input`: a text, or items of many kinds. */
export function readConversation(fields: BodyFields, notes: RequestNotes): Conversation {
  const instructions = fields.textOrNone('instructions')
  const input = fields.any('input')
  const reader = new InputReader(notes)
  if (typeof input === 'string')
    reader.turns.push({ role: 'user', parts: [{ kind: 'text', text: input }] })
  else if (input !== undefined)
    for (const [index, item] of fields.list('input').entries())
      reader.item(item, `input[${String(index)}]`)
  const system: readonly TextPart[] =
    instructions === undefined ? [] : [{ kind: 'text', text: instructions }]
  return { system: [...system, ...reader.system], turns: reader.turns }
}

/** What the server notes on an item and the model never sees. */
const ledgerMembers = ['id', 'status', 'created_by'] as const

/**
 * Items one by one into turns. What the assistant thought, said and called becomes one turn up to its next message;
 * so do results that follow one another.
 */
class InputReader {
  readonly system: TextPart[] = []
  readonly turns: Turn[] = []
  readonly #notes: RequestNotes
  readonly #names = new Map<string, string>()
  /** Marks of calls, which stand in items before them. */
  readonly #signatures = new Map<string, string>()

  constructor(notes: RequestNotes) {
    this.#notes = notes
  }

  item(value: JsonValue, path: string): void {
    if (!isObject(value)) throw new ProtocolError(path, `\`${path}\` is no item`)
    const fields = new BodyFields(value, path)
    const type = fields.textOrNone('type') ?? (fields.has('role') ? 'message' : 'item_reference')
    switch (type) {
      case 'message':
        return this.#message(fields)
      case 'function_call':
      case 'custom_tool_call':
        return this.#assistant(this.#call(fields, type))
      case 'function_call_output':
      case 'custom_tool_call_output':
        return this.#output(value, fields, type)
      case 'reasoning':
        return this.#reasoning(fields)
      default:
        // Of the provider's own tools, of what it has stored, or new.
        return this.#assistant(this.#opaque(value, path))
    }
  }

  #opaque(value: JsonObject, path: string): OpaquePart {
    this.#notes.uses('opaque-parts', path)
    return { kind: 'opaque', protocol: 'openai-responses', value }
  }

  #message(fields: BodyFields): void {
    const role = fields.text('role')
    if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'developer')
      throw new ProtocolError(
        fields.pathOf('role'),
        `\`${fields.pathOf('role')}\` is not \`user\`, \`assistant\`, \`system\` or \`developer\``,
      )
    const parts = readContent(fields, 'content', this.#notes)
    const extra = this.#extra(fields)
    if (role === 'user') this.turns.push(present({ role, parts, extra }))
    else if (role === 'assistant') this.#assistantMessage(parts, extra)
    else this.#instructions(parts, { ...extra, role }, fields.path)
  }

  /** Before the conversation they are its system; in its midst a turn. */
  #instructions(parts: readonly Part[], extra: JsonObject, path: string): void {
    if (this.turns.length > 0) {
      this.#notes.uses('system-turns', path)
      this.turns.push({ role: 'system', parts, extra })
      return
    }
    const texts = parts.filter((part) => part.kind === 'text')
    if (texts.length < parts.length)
      throw new ProtocolError(path, `\`${path}\` has something else than texts in instructions`)
    const [first, ...more] = texts
    if (first === undefined) return
    this.system.push({ ...first, extra: { ...first.extra, message: extra } }, ...more)
  }

  #assistantMessage(parts: readonly Part[], extra: JsonObject | undefined): void {
    const last = this.turns.at(-1)
    // Thoughts and calls before it belong to it; one more message is a turn of its own.
    const isOpen = last?.role === 'assistant' && !last.parts.some(isSaid)
    const turn = isOpen ? last : undefined
    if (turn !== undefined) this.turns.pop()
    this.turns.push(
      present({ role: 'assistant' as const, parts: [...(turn?.parts ?? []), ...parts], extra }),
    )
  }

  #assistant(part: Part): void {
    this.#append('assistant', part)
  }

  #append(role: 'assistant' | 'user', part: Part): void {
    const last = this.turns.at(-1)
    const isOpen = last?.role === role && (role === 'assistant' || last.parts.every(isResult))
    if (last === undefined || !isOpen) this.turns.push({ role, parts: [part] })
    else this.turns[this.turns.length - 1] = { ...last, parts: [...last.parts, part] }
  }

  #call(fields: BodyFields, type: 'function_call' | 'custom_tool_call'): ToolCallPart {
    const id = fields.text('call_id')
    const name = fields.text('name')
    this.#names.set(id, name)
    const isCustom = type === 'custom_tool_call'
    const text = isCustom ? customArguments(fields.text('input')) : fields.text('arguments')
    const extra = this.#extra(fields)
    return present({
      kind: 'tool-call' as const,
      id,
      name,
      arguments: text,
      signature: this.#signatures.get(id),
      extra: isCustom ? customCallMark(extra) : extra,
    })
  }

  #output(
    value: JsonObject,
    fields: BodyFields,
    type: 'function_call_output' | 'custom_tool_call_output',
  ): void {
    const id = fields.textOrNone('call_id')
    const parts = readContent(fields, 'output', this.#notes)
    const known = parts.filter(
      (part) => part.kind === 'text' || part.kind === 'image' || part.kind === 'file',
    )
    // Without a call it is of a tool that the provider called by itself.
    if (id === undefined || known.length < parts.length) {
      this.#append('user', this.#opaque(value, fields.path))
      return
    }
    if (known.some(({ kind }) => kind !== 'text'))
      this.#notes.uses('tool-result-media', fields.pathOf('output'))
    const said = fields.peek('name')
    const name = typeof said === 'string' ? said : this.#names.get(id)
    const extra = this.#extra(fields)
    const result: ToolResultPart = present({
      kind: 'tool-result' as const,
      id,
      name,
      parts: known,
      isError: false,
      extra: type === 'custom_tool_call_output' ? customCallMark(extra) : extra,
    })
    this.#append('user', result)
  }

  #reasoning(fields: BodyFields): void {
    const { thought, call } = readReasoningItem(fields)
    const extra = this.#extra(fields)
    if (call !== null) this.#signatures.set(call.id, call.signature)
    if (thought === null) return
    this.#notes.uses('thinking-parts', fields.path)
    this.#assistant(
      thought.protocol === 'openai-responses' && extra !== undefined
        ? { ...thought, extra: { ...extra, ...thought.extra } }
        : thought,
    )
  }

  /** What an item has beside. The server's own notes are kept for it, and are no loss elsewhere. */
  #extra(fields: BodyFields): JsonObject | undefined {
    const kept = ledgerMembers.flatMap((name) => {
      const value = fields.any(name)
      return value === undefined ? [] : [[name, value] as const]
    })
    const extra = { ...Object.fromEntries(kept), ...this.#notes.leaveRest(fields) }
    return Object.keys(extra).length === 0 ? undefined : extra
  }
}

function isSaid(part: Part): boolean {
  return part.kind === 'text' || part.kind === 'refusal'
}

function isResult(part: Part): boolean {
  return part.kind === 'tool-result' || part.kind === 'opaque'
}
