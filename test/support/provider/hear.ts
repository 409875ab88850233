import { EventStreamCodec } from '@smithy/eventstream-codec'
import {
  isObject,
  type JsonObject,
  jsonOrNull,
  listOf,
  objectOf,
  textOrNull,
} from './json-reading.ts'
import type { Mode, Protocol } from './protocol.ts'

export interface HeardCall {
  readonly name: string
  readonly argumentsText: string
}

/** What somebody hears who reads an answer byte by byte and takes what is broken for nothing. */
export interface Heard {
  readonly text: string
  readonly thinking: string
  readonly signature: string
  readonly refusal: string
  readonly calls: readonly HeardCall[]
  /** Every name of a model in the answer, once each. */
  readonly models: readonly string[]
  /** As the protocol writes it. */
  readonly stop: string | null
  /** Was there an event after which nothing comes? */
  readonly isClosed: boolean
  readonly usage: JsonObject | null
  readonly errors: readonly unknown[]
  readonly brokenEvents: number
}

interface Ear {
  text: string
  thinking: string
  signature: string
  refusal: string
  calls: { name: string; argumentsText: string }[]
  models: Set<string>
  stop: string | null
  isClosed: boolean
  usage: JsonObject | null
  errors: unknown[]
  brokenEvents: number
}

export function hear(protocol: Protocol, mode: Mode, bytes: Buffer): Heard {
  const ear: Ear = {
    text: '',
    thinking: '',
    signature: '',
    refusal: '',
    calls: [],
    models: new Set(),
    stop: null,
    isClosed: false,
    usage: null,
    errors: [],
    brokenEvents: 0,
  }
  if (mode === 'whole') hearBody(protocol, jsonOrNull(bytes), ear)
  else if (protocol === 'bedrock-converse') hearEventStream(bytes, ear)
  else hearEvents(protocol, bytes, ear)
  return { ...ear, models: [...ear.models] }
}

function hearBody(protocol: Protocol, value: unknown, ear: Ear): void {
  if (!isObject(value)) {
    ear.brokenEvents += 1
    return
  }
  ear.isClosed = true
  hearMembers[protocol](value, ear, true)
}

function hearEvents(protocol: Protocol, bytes: Buffer, ear: Ear): void {
  const blocks = bytes.toString('utf8').replaceAll('\r\n', '\n').split('\n\n')
  const unfinished = blocks.pop() ?? ''
  if (unfinished !== '') ear.brokenEvents += 1
  for (const block of blocks) {
    const data = block
      .split('\n')
      .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
      .join('\n')
    if (data === '') continue
    if (data === '[DONE]') {
      ear.isClosed = true
      continue
    }
    const value = jsonOrNull(Buffer.from(data))
    if (isObject(value)) hearMembers[protocol](value, ear, false)
    else ear.brokenEvents += 1
  }
}

const codec = new EventStreamCodec(
  (input) => (typeof input === 'string' ? input : Buffer.from(input).toString('utf8')),
  (input) => Buffer.from(input, 'utf8'),
)

function hearEventStream(bytes: Buffer, ear: Ear): void {
  let at = 0
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32BE(at)
    const frame = bytes.subarray(at, at + length)
    at += length
    try {
      const { headers, body } = codec.decode(frame)
      const kind = headers[':event-type']?.value ?? headers[':exception-type']?.value
      const value = jsonOrNull(Buffer.from(body))
      if (!isObject(value)) throw new Error('no JSON')
      hearMembers['bedrock-converse']({ [String(kind)]: value }, ear, false)
    } catch {
      ear.brokenEvents += 1
    }
  }
}

function heardModel(value: unknown, ear: Ear): void {
  const model = textOrNull(value)
  if (model !== null) ear.models.add(model)
}

function heardUsage(value: unknown, ear: Ear): void {
  if (isObject(value)) ear.usage = { ...ear.usage, ...value }
}

function lastCall(ear: Ear): { name: string; argumentsText: string } {
  const last = ear.calls.at(-1)
  if (last !== undefined) return last
  const made = { name: '', argumentsText: '' }
  ear.calls.push(made)
  return made
}

type Hearing = (value: JsonObject, ear: Ear, isWhole: boolean) => void

const hearMembers: Readonly<Record<Protocol, Hearing>> = {
  'openai-chat': hearChat,
  'openai-responses': hearResponses,
  'anthropic-messages': hearMessages,
  gemini: hearGemini,
  'bedrock-converse': hearConverse,
}

function hearChat(value: JsonObject, ear: Ear, isWhole: boolean): void {
  if (isObject(value['error'])) ear.errors.push(value['error'])
  heardModel(value['model'], ear)
  heardUsage(value['usage'], ear)
  for (const choice of listOf(value['choices']).map(objectOf)) {
    if (choice['index'] !== 0) continue
    const said = objectOf(choice[isWhole ? 'message' : 'delta'])
    ear.text += textOrNull(said['content']) ?? ''
    ear.refusal += textOrNull(said['refusal']) ?? ''
    ear.thinking += textOrNull(said['reasoning_content'] ?? said['reasoning']) ?? ''
    for (const detail of listOf(said['reasoning_details'])) {
      ear.signature += textOrNull(objectOf(detail)['signature']) ?? ''
    }
    for (const call of listOf(said['tool_calls']).map(objectOf)) {
      const inner = objectOf(call['function'])
      const name = textOrNull(inner['name'])
      if (name !== null) ear.calls.push({ name, argumentsText: '' })
      lastCall(ear).argumentsText += textOrNull(inner['arguments']) ?? ''
    }
    ear.stop = textOrNull(choice['finish_reason']) ?? ear.stop
  }
}

function hearResponses(value: JsonObject, ear: Ear, isWhole: boolean): void {
  if (isWhole) {
    if (isObject(value['error'])) ear.errors.push(value['error'])
    for (const item of listOf(value['output']).map(objectOf)) hearItem(item, ear)
    hearResponse(value, ear)
    return
  }
  const delta = textOrNull(value['delta']) ?? ''
  switch (value['type']) {
    case 'response.output_text.delta':
      ear.text += delta
      return
    case 'response.refusal.delta':
      ear.refusal += delta
      return
    case 'response.reasoning_summary_text.delta':
      ear.thinking += delta
      return
    case 'response.function_call_arguments.delta':
      lastCall(ear).argumentsText += delta
      return
    case 'response.output_item.added':
      hearOpenedItem(objectOf(value['item']), ear)
      return
    case 'error':
      ear.errors.push(value)
      return
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      ear.isClosed = true
  }
  if (isObject(value['response'])) hearResponse(value['response'], ear)
}

function hearOpenedItem(item: JsonObject, ear: Ear): void {
  ear.signature += textOrNull(item['encrypted_content']) ?? ''
  const name = textOrNull(item['name'])
  if (item['type'] === 'function_call' && name !== null) {
    ear.calls.push({ name, argumentsText: '' })
  }
}

function hearItem(item: JsonObject, ear: Ear): void {
  hearOpenedItem(item, ear)
  if (item['type'] === 'function_call') {
    lastCall(ear).argumentsText = textOrNull(item['arguments']) ?? ''
  }
  for (const part of [...listOf(item['content']), ...listOf(item['summary'])].map(objectOf)) {
    const text = textOrNull(part['text']) ?? ''
    if (part['type'] === 'output_text') ear.text += text
    if (part['type'] === 'summary_text') ear.thinking += text
    if (part['type'] === 'refusal') ear.refusal += textOrNull(part['refusal']) ?? ''
  }
}

function hearResponse(response: JsonObject, ear: Ear): void {
  heardModel(response['model'], ear)
  heardUsage(response['usage'], ear)
  const status = textOrNull(response['status'])
  if (status !== 'in_progress') ear.stop = status
}

function hearMessages(value: JsonObject, ear: Ear, isWhole: boolean): void {
  if (value['type'] === 'error' || isObject(value['error'])) ear.errors.push(value['error'])
  if (isWhole) {
    for (const block of listOf(value['content']).map(objectOf)) hearBlock(block, ear)
    hearMessage(value, ear)
    return
  }
  const delta = objectOf(value['delta'])
  switch (value['type']) {
    case 'message_start':
      hearMessage(objectOf(value['message']), ear)
      return
    case 'content_block_start':
      hearBlock(objectOf(value['content_block']), ear)
      return
    case 'content_block_delta':
      ear.text += textOrNull(delta['text']) ?? ''
      ear.thinking += textOrNull(delta['thinking']) ?? ''
      ear.signature += textOrNull(delta['signature']) ?? ''
      if (delta['type'] === 'input_json_delta') {
        lastCall(ear).argumentsText += textOrNull(delta['partial_json']) ?? ''
      }
      return
    case 'message_delta':
      ear.stop = textOrNull(delta['stop_reason']) ?? ear.stop
      hearMessage(value, ear)
      return
    case 'message_stop':
      ear.isClosed = true
  }
}

function hearBlock(block: JsonObject, ear: Ear): void {
  ear.text += textOrNull(block['text']) ?? ''
  ear.thinking += textOrNull(block['thinking']) ?? ''
  ear.signature += textOrNull(block['signature']) ?? ''
  if (block['type'] === 'fallback') heardModel(objectOf(block['to'])['model'], ear)
  if (block['type'] !== 'tool_use') return
  const input = JSON.stringify(block['input'])
  const name = textOrNull(block['name']) ?? ''
  ear.calls.push({ name, argumentsText: input === '{}' ? '' : input })
}

function hearMessage(message: JsonObject, ear: Ear): void {
  heardModel(message['model'], ear)
  heardUsage(message['usage'], ear)
  ear.stop = textOrNull(message['stop_reason']) ?? ear.stop
}

function hearGemini(value: JsonObject, ear: Ear): void {
  if (isObject(value['error'])) ear.errors.push(value['error'])
  heardModel(value['modelVersion'], ear)
  heardUsage(value['usageMetadata'], ear)
  const blocked = textOrNull(objectOf(value['promptFeedback'])['blockReason'])
  if (blocked !== null) ear.stop = blocked
  for (const candidate of listOf(value['candidates']).map(objectOf)) {
    for (const part of listOf(objectOf(candidate['content'])['parts']).map(objectOf)) {
      const text = textOrNull(part['text']) ?? ''
      if (part['thought'] === true) ear.thinking += text
      else ear.text += text
      ear.signature += textOrNull(part['thoughtSignature']) ?? ''
      const call = objectOf(part['functionCall'])
      const name = textOrNull(call['name'])
      if (name !== null) ear.calls.push({ name, argumentsText: JSON.stringify(call['args']) })
    }
    const stop = textOrNull(candidate['finishReason'])
    if (stop === null) continue
    ear.stop = stop
    ear.isClosed = true
  }
}

function hearConverse(value: JsonObject, ear: Ear, isWhole: boolean): void {
  if (isWhole) {
    const { message } = objectOf(value['output'])
    for (const block of listOf(objectOf(message)['content']).map(objectOf)) {
      hearConverseBlock(block, ear)
    }
    if (message === undefined) ear.errors.push(value)
  }
  const delta = objectOf(objectOf(value['contentBlockDelta'])['delta'])
  hearConverseBlock(delta, ear)
  const start = objectOf(objectOf(objectOf(value['contentBlockStart'])['start'])['toolUse'])
  const name = textOrNull(start['name'])
  if (name !== null) ear.calls.push({ name, argumentsText: '' })
  const stop = isWhole ? value : objectOf(value['messageStop'])
  ear.stop = textOrNull(stop['stopReason']) ?? ear.stop
  const metadata = isWhole ? value : objectOf(value['metadata'])
  heardUsage(metadata['usage'], ear)
  heardModel(objectOf(objectOf(metadata['trace'])['promptRouter'])['invokedModelId'], ear)
  if (isObject(value['metadata'])) ear.isClosed = true
  for (const [kind, inner] of Object.entries(value)) {
    if (kind.endsWith('Exception')) ear.errors.push(inner)
  }
}

function hearConverseBlock(block: JsonObject, ear: Ear): void {
  ear.text += textOrNull(block['text']) ?? ''
  const reasoning = objectOf(block['reasoningContent'])
  const whole = objectOf(reasoning['reasoningText'])
  ear.thinking += textOrNull(reasoning['text'] ?? whole['text']) ?? ''
  ear.signature += textOrNull(reasoning['signature'] ?? whole['signature']) ?? ''
  const tool = objectOf(block['toolUse'])
  const name = textOrNull(tool['name'])
  if (name !== null) ear.calls.push({ name, argumentsText: JSON.stringify(tool['input']) })
  else if (typeof tool['input'] === 'string') lastCall(ear).argumentsText += tool['input']
}
