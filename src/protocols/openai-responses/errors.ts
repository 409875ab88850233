import { isObject } from '../body-fields.ts'
import type { ErrorClass, JsonObject, UpstreamError } from '../exchange.ts'
import { errorIn as errorInBody, readError as readOpenaiError } from '../openai-chat/errors.ts'

/** Words that only this protocol has. */
const classes: ReadonlyMap<string, ErrorClass> = new Map([
  ['bio_policy', 'content-policy'],
  ['image_content_policy_violation', 'content-policy'],
  ['misalignment_policy_violation', 'content-policy'],
  ['data_residency_mismatch', 'client'],
  ['empty_image_file', 'client'],
  ['failed_to_download_image', 'client'],
  ['image_file_not_found', 'client'],
  ['image_file_too_large', 'client'],
  ['image_parse_error', 'client'],
  ['image_too_large', 'client'],
  ['image_too_small', 'client'],
  ['invalid_base64_image', 'client'],
  ['invalid_image', 'client'],
  ['invalid_image_format', 'client'],
  ['invalid_image_mode', 'client'],
  ['invalid_image_url', 'client'],
  ['unsupported_image_media_type', 'client'],
  ['vector_store_timeout', 'overload'],
])

export function readError(status: number, body: string): UpstreamError {
  return withOwnClass(readOpenaiError(status, body))
}

/** The error in an event or in a response that failed; within a stream there is no status. */
export function errorIn(body: JsonObject): UpstreamError {
  return withOwnClass(errorInBody(body, null))
}

/** A response that did not become an answer. */
export function errorOfResponse(response: JsonObject): UpstreamError {
  if (isObject(response['error'])) return errorIn(response)
  const status = typeof response['status'] === 'string' ? response['status'] : 'failed'
  const message = `the provider gave the response up: ${status}`
  return { class: 'overload', status: null, code: status, message }
}

export function malformed(message: string): UpstreamError {
  return { class: 'transport', status: null, code: null, message }
}

/** `invalid_prompt` stands for wrong requests and for forbidden ones; only the message tells them apart. */
function withOwnClass(error: UpstreamError): UpstreamError {
  const own = error.code === null ? undefined : classes.get(error.code)
  if (own !== undefined) return { ...error, class: own }
  const isPrompt = error.code === 'invalid_prompt' && error.class !== 'content-policy'
  return isPrompt ? { ...error, class: 'client' } : error
}
