import { jsonOrNull } from '../../base/json-or-null.ts'
import { isList, isObject } from '../body-fields.ts'
import { classifyError } from '../classify-error.ts'
import type { ErrorClass, JsonObject, JsonValue, UpstreamError } from '../exchange.ts'
import type { CallerError, WrittenAnswer } from '../protocol-codec.ts'

const messageCharactersMax = 2000

/** `google.rpc.Status` under `error`; alone, or in a list where a stream was to come. */
export function readError(status: number, body: string): UpstreamError {
  const value = jsonOrNull(body) as JsonValue
  const first: JsonValue | undefined = isList(value) ? value[0] : value
  if (isObject(first) && isObject(first['error'])) return errorIn(first['error'], status)
  const message = body.trim().slice(0, messageCharactersMax) || `HTTP status ${String(status)}`
  return { class: classifyError({ status, codes: [], message }), status, code: null, message }
}

/** Within a stream there is no status of HTTP, but the error repeats it. */
export function errorIn(error: JsonObject, status: number | null): UpstreamError {
  const { code, details } = error
  const word = typeof error['status'] === 'string' ? error['status'] : null
  const message = typeof error['message'] === 'string' ? error['message'] : 'unknown error'
  const reasons = reasonsIn(details)
  const codes = word === null ? reasons : [...reasons, word]
  const number = status ?? (typeof code === 'number' && code >= 400 ? code : null)
  return {
    class: classOf(reasons, word, message) ?? classifyError({ status: number, codes, message }),
    status,
    code: word ?? reasons[0] ?? null,
    message,
  }
}

/** What Google says in words that mean something else elsewhere. */
function classOf(
  reasons: readonly string[],
  status: string | null,
  message: string,
): ErrorClass | null {
  // A wrong key is told as a wrong argument.
  if (reasons.some((reason) => reason.startsWith('API_KEY_'))) return 'auth'
  if (status !== 'FAILED_PRECONDITION') return null
  const text = message.toLowerCase()
  if (text.includes('location is not supported')) return 'auth'
  return text.includes('billing') ? 'quota' : null
}

function reasonsIn(details: JsonValue | undefined): readonly string[] {
  if (!isList(details)) return []
  return details.flatMap((detail) => {
    const reason = isObject(detail) ? detail['reason'] : undefined
    return typeof reason === 'string' ? [reason] : []
  })
}

export function malformed(message: string): UpstreamError {
  return { class: 'transport', status: null, code: null, message }
}

export function writeError(error: CallerError): WrittenAnswer {
  return { status: error.status, body: { error: errorObject(error) } }
}

export function errorObject({ status, type, message, detail }: CallerError): JsonObject {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: type,
    domain: 'holdfast',
  }
  return { code: status, message, status: statusWord(status), details: [info], ...detail }
}

/** An error that came within a stream, as the caller's stream tells it. Ours with an upstream is not the caller's. */
export function errorOfStream({ class: kind, message }: UpstreamError): CallerError {
  return { status: kind === 'quota' ? 429 : 502, type: kind, message }
}

/** Names of `google.rpc.Code` for what HTTP says. */
function statusWord(status: number): string {
  return statusWords.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
}

const statusWords: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
])
