import { jsonOrNull } from '../../base/json-or-null.ts'
import { isObject } from '../body-fields.ts'
import { classifyError } from '../classify-error.ts'
import type { ErrorClass, JsonObject, JsonValue, UpstreamError } from '../exchange.ts'
import type { CallerError, WrittenAnswer } from '../protocol-codec.ts'

export function readError(status: number, body: string): UpstreamError {
  // Null: something between us and the provider answered.
  const value = jsonOrNull(body) as JsonValue
  return readErrorBody(status, value, body)
}

/** `text`: what was said, where it is none of the protocol's errors. */
export function readErrorBody(status: number | null, body: JsonValue, text: string): UpstreamError {
  const error = isObject(body) ? body['error'] : undefined
  const type = textIn(error, 'type')
  const said = textIn(error, 'message') ?? text.slice(0, messageCharactersMax)
  const message = said === '' ? `status ${String(status)}` : said
  const detail = isObject(error) ? textIn(error['details'], 'error_code') : null
  const codes = [detail, type].filter((code) => code !== null)
  const signs = { status: status ?? statusOf(type), codes, message }
  return { class: classifyError(signs), status, code: type, message }
}

/** Statuses of the types of errors, for those that come within a stream. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

function statusOf(type: string | null): number | null {
  return type !== null && Object.hasOwn(statuses, type) ? (statuses[type] ?? null) : null
}

function textIn(value: JsonValue | undefined, name: string): string | null {
  const text = isObject(value) ? value[name] : undefined
  return typeof text === 'string' ? text : null
}

const messageCharactersMax = 2000

export function writeError(error: CallerError): WrittenAnswer {
  return { status: error.status, body: errorBody(error.type, error.message, error.detail) }
}

export function errorBody(type: string, message: string, detail: JsonObject = {}): JsonObject {
  return { type: 'error', error: { ...detail, type, message } }
}

/** The type by which an error of any upstream is told inside a stream. Ours with an upstream is not the caller's. */
export function typeOfClass(errorClass: ErrorClass): string {
  switch (errorClass) {
    case 'overload':
      return 'overloaded_error'
    case 'quota':
      return 'rate_limit_error'
    case 'withdrawn':
      return 'not_found_error'
    case 'client':
    case 'context':
    case 'content-policy':
      return 'invalid_request_error'
    case 'auth':
    case 'transport':
      return 'api_error'
  }
}
