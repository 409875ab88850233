import { BodyFields, isList } from '../body-fields.ts'
import type { JsonObject, JsonValue, Usage } from '../exchange.ts'
import { readError, writeError } from '../openai-chat/errors.ts'
import { ProtocolError, type WrittenRequest } from '../protocol-codec.ts'

/** What must be known of a request for embeddings; the body itself goes on as it is, but for the name of the model. */
export interface EmbeddingsRequest {
  /** As the caller wrote it. */
  readonly model: string
  /** So many vectors must come back. */
  readonly inputs: number
}

export interface EmbeddingsAnswer {
  /** As the provider wrote it. */
  readonly model: string
  readonly usage: Usage | null
}

/** Throws `ProtocolError` for what the protocol does not allow. */
export function readEmbeddingsRequest(body: JsonObject): EmbeddingsRequest {
  const fields = new BodyFields(body, '')
  const model = fields.text('model')
  const inputs = countInputs(fields.any('input'))
  fields.textOrNone('encoding_format')
  fields.textOrNone('user')
  const dimensions = fields.numberOrNone('dimensions')
  if (dimensions !== undefined && (!Number.isInteger(dimensions) || dimensions < 1))
    throw new ProtocolError('dimensions', '`dimensions` is no whole number from 1 on')
  return { model, inputs }
}

/** A text, a list of texts, the tokens of one text, or lists of tokens. */
function countInputs(input: JsonValue | undefined): number {
  if (typeof input === 'string' && input !== '') return 1
  if (isList(input) && input.length > 0) {
    if (input.every(Number.isInteger)) return 1
    if (input.every((one) => typeof one === 'string')) return input.length
    if (input.every((one) => isList(one) && one.length > 0 && one.every(Number.isInteger)))
      return input.length
  }
  throw new ProtocolError(
    'input',
    '`input` is neither a text nor a list of texts, nor tokens as whole numbers',
  )
}

export function writeEmbeddingsRequest(body: JsonObject, model: string): WrittenRequest {
  return { path: '/embeddings', headers: {}, body: { ...body, model } }
}

/** Throws `ProtocolError` when it is no answer to the request: no list, or not a vector for each input. */
export function readEmbeddingsAnswer(
  body: JsonObject,
  { inputs }: Pick<EmbeddingsRequest, 'inputs'>,
): EmbeddingsAnswer {
  const fields = new BodyFields(body, '')
  if (fields.has('error')) throw new ProtocolError('error', 'the answer is an error')
  const data = fields.list('data')
  if (data.length !== inputs)
    throw new ProtocolError(
      'data',
      `\`data\` has ${String(data.length)} vectors for ${String(inputs)} inputs`,
    )
  for (const [index, one] of data.entries()) checkVector(one, `data[${String(index)}]`)
  return { model: fields.textOrNone('model') ?? '', usage: readUsage(fields) }
}

/** Numbers, or the same as base64. */
function checkVector(value: JsonValue, path: string): void {
  const vector = BodyFields.of(value, path).any('embedding')
  const isVector = typeof vector === 'string' || isList(vector)
  if (!isVector || vector.length === 0)
    throw new ProtocolError(`${path}.embedding`, `\`${path}.embedding\` is no vector`)
}

function readUsage(fields: BodyFields): Usage | null {
  const usage = fields.objectOrNone('usage')
  if (usage === undefined) return null
  return {
    input: usage.numberOrNone('prompt_tokens') ?? usage.numberOrNone('total_tokens') ?? null,
    output: 0,
    cacheRead: null,
    cacheWrite: null,
    reasoning: null,
  }
}

export const readEmbeddingsError = readError
export const writeEmbeddingsError = writeError
