import { BodyFields } from '../body-fields.ts'
import type {
  AudioPart,
  FilePart,
  ImagePart,
  JsonObject,
  JsonValue,
  MediaSource,
  Part,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
} from '../exchange.ts'
import { present } from '../present.ts'
import type { RequestNotes } from '../request-notes.ts'
import { madeCallId } from './call-id.ts'

/** Finds calls for results that do not name them by id. */
export class OpenCalls {
  readonly #open: ToolCallPart[] = []

  add(call: ToolCallPart): void {
    this.#open.push(call)
  }

  /** The first call that this may be the result of, which then is answered. */
  take(id: string | undefined, name: string): ToolCallPart | undefined {
    const at = this.#open.findIndex((call) =>
      id === undefined ? call.name === name : call.id === id,
    )
    return at === -1 ? undefined : this.#open.splice(at, 1)[0]
  }
}

/** One part of a content. `place`: where it stands, to make an id from. */
export function readPart(
  value: JsonValue,
  path: string,
  place: string,
  notes: RequestNotes,
  calls: OpenCalls,
): Part {
  const fields = BodyFields.of(value, path)
  const known = knownPart(fields, place, notes, calls)
  if (known !== null) return known
  notes.uses('opaque-parts', path)
  return { kind: 'opaque', protocol: 'gemini', value }
}

function knownPart(
  fields: BodyFields,
  place: string,
  notes: RequestNotes,
  calls: OpenCalls,
): Part | null {
  if (fields.has('functionCall')) {
    const call = readCall(fields, place, notes)
    calls.add(call)
    return call
  }
  if (fields.has('functionResponse')) return readResult(fields, place, notes, calls)
  if (fields.has('inlineData') || fields.has('fileData')) return readMedia(fields, notes)
  return typeof fields.peek('text') === 'string' ? readText(fields, notes) : null
}

function readText(fields: BodyFields, notes: RequestNotes): TextPart | ThinkingPart {
  const text = fields.text('text')
  const signature = fields.textOrNone('thoughtSignature')
  const isThought = fields.flagOrNone('thought') ?? false
  const extra = notes.leaveRest(fields)
  // A mark without a text is all of a thought that is not shown.
  if (isThought || (text === '' && signature !== undefined)) {
    notes.uses('thinking-parts', fields.path)
    const isMarked = isThought && text === ''
    return present({
      kind: 'thinking' as const,
      protocol: 'gemini' as const,
      text,
      signature,
      extra: isMarked ? { ...extra, thought: true } : extra,
    })
  }
  return present({
    kind: 'text' as const,
    text,
    extra: signature === undefined ? extra : { ...extra, thoughtSignature: signature },
  })
}

/** Bytes, or the address of them. */
function readMedia(fields: BodyFields, notes: RequestNotes): ImagePart | FilePart | AudioPart {
  const where = fields.has('inlineData') ? 'inlineData' : 'fileData'
  const own = fields.object(where)
  const written = own.textOrNone('mimeType')
  const mediaType = written ?? 'application/octet-stream'
  const source: MediaSource =
    where === 'inlineData'
      ? { kind: 'base64', mediaType, data: own.text('data') }
      : present({ kind: 'url' as const, url: own.text('fileUri'), mediaType: written })
  const isImage = mediaType.startsWith('image/')
  const name = isImage ? undefined : own.textOrNone('displayName')
  const inner = notes.leaveRest(own)
  const left = notes.leaveRest(fields)
  const extra = inner === undefined ? left : { ...left, [where]: inner }
  if (mediaType.startsWith('audio/') && source.kind === 'base64') {
    notes.uses('audio', fields.path)
    return { kind: 'audio', data: source.data, format: mediaType.slice('audio/'.length) }
  }
  notes.uses(`${isImage ? 'image' : 'file'}-${source.kind}`, fields.path)
  return isImage
    ? present({ kind: 'image' as const, source, extra })
    : present({ kind: 'file' as const, source, name, extra })
}

function readCall(fields: BodyFields, place: string, notes: RequestNotes): ToolCallPart {
  const call = fields.object('functionCall')
  const name = call.text('name')
  const id = call.textOrNone('id') ?? madeCallId(place)
  const args = call.any('args') ?? {}
  const signature = fields.textOrNone('thoughtSignature')
  const inner = notes.leaveRest(call)
  const left = notes.leaveRest(fields)
  return present({
    kind: 'tool-call' as const,
    id,
    name,
    arguments: JSON.stringify(args),
    signature,
    extra: inner === undefined ? left : { ...left, functionCall: inner },
  })
}

function readResult(
  fields: BodyFields,
  place: string,
  notes: RequestNotes,
  calls: OpenCalls,
): ToolResultPart {
  const result = fields.object('functionResponse')
  const name = result.text('name')
  const id = result.textOrNone('id')
  const call = calls.take(id, name)
  const { text, isError, whole } = readResponse(result.plainOrNone('response') ?? {})
  const media = (result.listOrNone('parts') ?? []).map((value, index) =>
    readMedia(BodyFields.of(value, `${result.path}.parts[${String(index)}]`), notes),
  )
  const shown = media.filter((part) => part.kind !== 'audio')
  if (isError) notes.uses('tool-result-error', `${result.path}.response`)
  if (shown.length > 0) notes.uses('tool-result-media', `${result.path}.parts`)
  const inner = { ...whole, ...notes.leaveRest(result) }
  const left = notes.leaveRest(fields)
  return present({
    kind: 'tool-result' as const,
    id: id ?? call?.id ?? madeCallId(place),
    name,
    parts: [{ kind: 'text' as const, text }, ...shown],
    isError,
    extra: Object.keys(inner).length === 0 ? left : { ...left, functionResponse: inner },
  })
}

interface ReadResponse {
  readonly text: string
  readonly isError: boolean
  /** The response as it was, where it is more than one text. */
  readonly whole: JsonObject
}

/** `output` and `error` are the words for what came out; without them it is all of the object. */
function readResponse(response: JsonObject): ReadResponse {
  const { output, error } = response
  if (Object.keys(response).length === 1) {
    if (typeof output === 'string') return { text: output, isError: false, whole: {} }
    if (typeof error === 'string') return { text: error, isError: true, whole: {} }
  }
  const isError = error !== undefined && output === undefined
  return { text: JSON.stringify(output ?? response), isError, whole: { response } }
}
