import type { ErrorKind } from './error-kind.ts'
import { temporarilyUnavailable } from './serving-endpoint-error.ts'
import type { Header } from './step.ts'
import { jsonHeaders, type Served, type WholeBody } from './wire.ts'

interface Refusal {
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly param?: string
  readonly message: (model: string) => string
}

/** As OpenAI writes them; `model-deprecated` as Groq does, whose API is compatible. */
const refusals: Readonly<Record<Exclude<ErrorKind, 'temporarily-unavailable'>, Refusal>> = {
  'model-not-found': {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: (model) => `The model \`${model}\` does not exist or you do not have access to it.`,
  },
  'model-gone': {
    status: 410,
    type: 'invalid_request_error',
    code: null,
    message: (model) => `The model \`${model}\` has been deactivated.`,
  },
  'model-forbidden': {
    status: 403,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: (model) => `Project \`proj_fault\` does not have access to model \`${model}\`.`,
  },
  'model-deprecated': {
    status: 400,
    type: 'invalid_request_error',
    code: 'model_decommissioned',
    message: (model) =>
      `The model \`${model}\` has been decommissioned and is no longer supported.`,
  },
  'bad-credential': {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: () => 'Incorrect API key provided.',
  },
  forbidden: {
    status: 403,
    type: 'invalid_request_error',
    code: null,
    message: () => 'You have insufficient permissions for this operation.',
  },
  'rate-limited': {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: (model) => `Rate limit reached for ${model} on requests per min.`,
  },
  'quota-exhausted': {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: () => 'You exceeded your current quota, please check your plan and billing details.',
  },
  'server-error': {
    status: 500,
    type: 'server_error',
    code: null,
    message: () => 'The server had an error while processing your request. Sorry about that!',
  },
  unavailable: {
    status: 503,
    type: 'server_error',
    code: null,
    message: () => 'That model is currently overloaded with other requests.',
  },
  overloaded: {
    status: 503,
    type: 'service_unavailable_error',
    code: 'server_is_overloaded',
    message: () => 'Our servers are currently overloaded. Please try again later.',
  },
  timeout: {
    status: 504,
    type: 'server_error',
    code: null,
    message: () => 'Gateway timeout.',
  },
  'invalid-request': {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_value',
    param: 'temperature',
    message: () => "Invalid value for 'temperature'.",
  },
  'context-length': {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
    message: () =>
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 204308 tokens. Please reduce the length of the messages.",
  },
  'content-policy': {
    status: 400,
    type: 'invalid_request_error',
    code: 'content_policy_violation',
    message: () => 'Your request was rejected as a result of our safety system.',
  },
  'prefill-rejected': {
    status: 400,
    type: 'invalid_request_error',
    code: null,
    message: () =>
      'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  'request-too-large': {
    status: 413,
    type: 'invalid_request_error',
    code: null,
    message: () => 'Request body is too large.',
  },
  'not-a-route': {
    status: 404,
    type: 'invalid_request_error',
    code: 'unknown_url',
    message: () => 'Unknown request URL.',
  },
  'not-supported': {
    status: 404,
    type: 'invalid_request_error',
    code: 'unknown_url',
    message: () => 'Unknown request URL.',
  },
  'previous-response': {
    status: 400,
    type: 'invalid_request_error',
    code: 'previous_response_not_found',
    param: 'previous_response_id',
    message: () => 'Previous response not found.',
  },
}

export interface OpenaiErrorObject {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

export function openaiErrorObject(kind: ErrorKind, served: Served): OpenaiErrorObject {
  const { message, type, param, code } =
    refusals[kind === 'temporarily-unavailable' ? 'unavailable' : kind]
  return { message: message(served.request.model), type, param: param ?? null, code }
}

export function openaiError(kind: ErrorKind, served: Served): WholeBody {
  if (kind === 'temporarily-unavailable') return temporarilyUnavailable(served.request.model)
  return {
    status: refusals[kind].status,
    headers: openaiHeaders(served),
    body: { error: openaiErrorObject(kind, served) },
  }
}

export function openaiHeaders(served: Served): readonly Header[] {
  return [...jsonHeaders, ['x-request-id', `req_fault${served.number}`]]
}
