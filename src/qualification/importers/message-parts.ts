import type { TaskPart } from '../../schema/task-request.ts'
import { type Entry, isEntry, textOf, wordOf } from './importer.ts'

/**
 * Parts of messages as OpenAI, Anthropic, Google, Inspect, OpenTelemetry and SDKs write them. Null: a form that is not
 * known, which is better told than guessed.
 */
export function partsOf(value: unknown): readonly TaskPart[] | null {
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
    case 'refusal':
      return [{ kind: 'text', text: wordOf(value['refusal']) }]
    case 'reasoning':
    case 'thinking':
    case 'redacted_thinking':
      return []
    case 'tool_call':
    case 'tool_use':
    case 'tool-call':
    case 'function':
    case 'function_call':
      return callPart(value)
    case 'tool_call_response':
    case 'tool_result':
    case 'tool-result':
      return [resultPart(value)]
    case 'image_url':
    case 'input_image':
      return imagePart(isEntry(value['image_url']) ? value['image_url']['url'] : value['image_url'])
    case 'image':
      return imagePart(value['image'] ?? sourceAddress(value['source']))
    case 'blob':
      return imagePart(dataAddress(value['mime_type'], value['content']))
    case 'uri':
      return imagePart(value['uri'])
    case undefined:
      return untypedPart(value)
    default:
      return null
  }
}

/** Anthropic: `{ type: "base64", media_type, data }`. */
function sourceAddress(source: unknown): unknown {
  return isEntry(source) ? dataAddress(source['media_type'], source['data']) : undefined
}

/** Google tells parts apart by the one member that they have. */
function untypedPart(part: Entry): readonly TaskPart[] | null {
  if (typeof part['text'] === 'string')
    return part['thought'] === true ? [] : [{ kind: 'text', text: part['text'] }]
  const call = part['functionCall'] ?? part['function_call']
  if (isEntry(call)) return callPart(call)
  const result = part['functionResponse'] ?? part['function_response']
  if (isEntry(result)) return [resultPart(result)]
  const data = part['inlineData'] ?? part['inline_data']
  return isEntry(data)
    ? imagePart(dataAddress(data['mimeType'] ?? data['mime_type'], data['data']))
    : null
}

function dataAddress(mediaType: unknown, data: unknown): string {
  return `data:${String(mediaType)};base64,${String(data)}`
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
export function callPart(call: Entry): readonly TaskPart[] {
  const inner = isEntry(call['function']) ? call['function'] : call
  const name =
    textOf(inner['name'] ?? inner['toolName']) ??
    (typeof call['function'] === 'string' ? call['function'] : null)
  if (name === null) return []
  const given = inner['arguments'] ?? call['args'] ?? call['input'] ?? {}
  const id = idOf(call['call_id'] ?? call['id'] ?? call['toolCallId'])
  return [{ kind: 'tool-call', id: id === '' ? name : id, name, arguments: written(given) }]
}

/** Without an id: the empty one, until it is known which call it belongs to. */
function resultPart(part: Entry): TaskPart {
  const id = part['id'] ?? part['tool_use_id'] ?? part['toolCallId'] ?? part['name']
  const text = part['response'] ?? part['result'] ?? part['content'] ?? part['output']
  return { kind: 'tool-result', id: idOf(id), text: resultText(text) }
}

/** What a tool gave may be of any form: texts are joined, all else is written as JSON. */
export function resultText(value: unknown): string {
  const parts = value === undefined ? [] : partsOf(value)
  return parts !== null && parts.every(({ kind }) => kind === 'text')
    ? textsOf(parts)
    : written(value)
}

/** Some frameworks write a list as an id. */
export function idOf(value: unknown): string {
  return value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : wordOf(value)
}

export function textsOf(parts: readonly TaskPart[]): string {
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
