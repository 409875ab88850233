import type { ErrorKind } from './error-kind.ts'
import { temporarilyUnavailable } from './serving-endpoint-error.ts'
import { jsonHeaders, type Served, type WholeBody } from './wire.ts'

interface Refusal {
  readonly status: number
  readonly type: string
  readonly message: (model: string) => string
  /** `details.error_code`. */
  readonly code?: string
}

/** Status, type and wording as the Messages API writes them. */
const refusals: Readonly<Record<Exclude<ErrorKind, 'temporarily-unavailable'>, Refusal>> = {
  'model-not-found': {
    status: 404,
    type: 'not_found_error',
    message: (model) => `${model} is not available. Please use another model.`,
  },
  'model-gone': {
    status: 410,
    type: 'not_found_error',
    message: (model) => `${model} is no longer available.`,
  },
  'model-forbidden': {
    status: 403,
    type: 'permission_error',
    message: (model) => `Your organization does not have access to the model ${model}.`,
  },
  'model-deprecated': {
    status: 400,
    type: 'invalid_request_error',
    message: (model) => `The model ${model} is deprecated and can no longer be used.`,
  },
  'bad-credential': {
    status: 401,
    type: 'authentication_error',
    message: () => 'invalid x-api-key',
  },
  forbidden: {
    status: 403,
    type: 'permission_error',
    message: () => 'Your API key does not have permission to use the specified resource.',
  },
  'rate-limited': {
    status: 429,
    type: 'rate_limit_error',
    message: () => "This request would exceed your organization's rate limit.",
  },
  'quota-exhausted': {
    status: 402,
    type: 'billing_error',
    message: () => 'Your credit balance is too low to access the API.',
  },
  'server-error': { status: 500, type: 'api_error', message: () => 'Internal server error' },
  unavailable: { status: 503, type: 'api_error', message: () => 'Service unavailable' },
  overloaded: { status: 529, type: 'overloaded_error', message: () => 'Overloaded' },
  timeout: { status: 504, type: 'timeout_error', message: () => 'Request timed out' },
  'invalid-request': {
    status: 400,
    type: 'invalid_request_error',
    message: () => 'messages: at least one message is required',
  },
  'context-length': {
    status: 400,
    type: 'invalid_request_error',
    message: () => 'prompt is too long: 212345 tokens > 200000 maximum',
  },
  'content-policy': {
    status: 400,
    type: 'invalid_request_error',
    message: () => 'Output blocked by content filtering policy',
  },
  'prefill-rejected': {
    status: 400,
    type: 'invalid_request_error',
    message: () =>
      'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  'request-too-large': {
    status: 413,
    type: 'request_too_large',
    message: () => 'Request exceeds the maximum size',
  },
  'not-a-route': { status: 404, type: 'not_found_error', message: () => 'Not found' },
  'previous-response': {
    status: 404,
    type: 'not_found_error',
    message: () => 'thread: no usable state for `previous_message_id`',
    code: 'thread_not_found',
  },
  'not-supported': { status: 404, type: 'not_found_error', message: () => 'Not found' },
}

export function anthropicError(kind: ErrorKind, served: Served): WholeBody {
  if (kind === 'temporarily-unavailable') return temporarilyUnavailable(served.request.model)
  const { status, type, message, code } = refusals[kind]
  const details = code === undefined ? {} : { details: { error_code: code } }
  const requestId = `req_fault${served.number}`
  return {
    status,
    headers: [...jsonHeaders, ['request-id', requestId]],
    body: {
      type: 'error',
      error: { type, message: message(served.request.model), ...details },
      request_id: requestId,
    },
  }
}
