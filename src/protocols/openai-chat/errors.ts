import { jsonOrNull } from '../../base/json-or-null.ts'
import { isObject } from '../body-fields.ts'
import { classifyError } from '../classify-error.ts'
import type { ErrorClass, JsonObject, JsonValue, UpstreamError } from '../exchange.ts'
import type { CallerError, WrittenAnswer } from '../protocol-codec.ts'
import { failureOf } from './finish-reason.ts'

/**
 * Errors as compatible servers write them: an object under `error` (OpenAI, Azure, vLLM, OpenRouter, within a list at
 * Google's), a text under it (Ollama), the members at the top (Mistral, older vLLM), or `detail` (FastAPI).
 */
export function readError(status: number, body: string): UpstreamError {
  const value = jsonOrNull(body) as JsonValue
  const first: JsonValue | undefined = Array.isArray(value) ? value[0] : value
  if (!isObject(first)) {
    const message = body.trim().slice(0, messageCharactersMax) || `HTTP status ${String(status)}`
    return { class: classifyError({ status, codes: [], message }), status, code: null, message }
  }
  return errorIn(first, status)
}

const messageCharactersMax = 2000

/** Within a stream there is no status of its own; null. */
export function errorIn(body: JsonObject, status: number | null): UpstreamError {
  const broken = brokenChoice(body)
  if (broken !== null) return { ...broken, status }
  const error = body['error'] ?? body
  const members = isObject(error) ? error : body
  const inner = isObject(members['innererror']) ? members['innererror'] : {}
  const { code: written, type, status: word } = members
  const codes = [written, type, word, inner['code']].filter((one) => typeof one === 'string')
  // OpenRouter and vLLM write the status of the real upstream as the code.
  const number = statusIn(written)
  const message =
    messageOf(error) ?? messageOf(body['message'] ?? body['detail']) ?? 'unknown error'
  return {
    class: classifyError({
      status: number ?? status,
      codes: [...codes, ...metadataCodes(members)],
      message: `${message}${providerWords(members)}`,
    }),
    status,
    code: codes[0] ?? null,
    message,
  }
}

/** Choices that a server broke off: its error, or only the word for it. */
function brokenChoice(body: JsonObject): UpstreamError | null {
  const choices = body['choices']
  const choice: JsonValue | undefined = Array.isArray(choices) ? choices[0] : undefined
  if (!isObject(choice)) return null
  if (isObject(choice['error'])) return errorIn({ error: choice['error'] }, null)
  const raw = choice['finish_reason']
  if (typeof raw !== 'string') return null
  const failure = failureOf(raw)
  return failure === null ? null : brokenOff(raw, failure)
}

export function brokenOff(raw: string, failure: UpstreamError['class']): UpstreamError {
  const message = `the provider broke the answer off: ${raw}`
  return { class: failure, status: null, code: raw, message }
}

function messageOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (isObject(value)) return messageOf(value['message'] ?? value['detail'])
  return Array.isArray(value) ? JSON.stringify(value).slice(0, messageCharactersMax) : undefined
}

function statusIn(code: JsonValue | undefined): number | null {
  const number = typeof code === 'string' && code.length === 3 ? Number(code) : code
  return typeof number === 'number' && number >= 400 && number < 600 ? number : null
}

/** OpenRouter: why moderation refused. */
function metadataCodes({ metadata }: JsonObject): readonly string[] {
  return isObject(metadata) && Array.isArray(metadata['reasons']) ? ['moderation_blocked'] : []
}

/** OpenRouter: what the provider behind it said. */
function providerWords({ metadata }: JsonObject): string {
  const raw = isObject(metadata) ? metadata['raw'] : undefined
  return typeof raw === 'string' ? ` ${raw.slice(0, messageCharactersMax)}` : ''
}

export function writeError(error: CallerError): WrittenAnswer {
  return { status: error.status, body: { error: errorObject(error) } }
}

export function errorObject({ type, message, detail }: CallerError): JsonObject {
  return { message, type, param: null, code: type, ...detail }
}

/** An error that came within a stream, as the caller's stream tells it. Ours with an upstream is not the caller's. */
export function errorOfStream({ class: kind, message }: UpstreamError): CallerError {
  return { status: 502, type: typeOfClass(kind), message }
}

function typeOfClass(kind: ErrorClass): string {
  switch (kind) {
    case 'quota':
      return 'rate_limit_exceeded'
    case 'withdrawn':
      return 'model_not_found'
    case 'context':
      return 'context_length_exceeded'
    case 'content-policy':
      return 'content_policy_violation'
    case 'client':
      return 'invalid_request_error'
    case 'auth':
    case 'overload':
    case 'transport':
      return 'server_error'
  }
}
