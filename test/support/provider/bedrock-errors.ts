import type { ErrorKind } from './error-kind.ts'
import type { Header } from './step.ts'
import { jsonHeaders, type Served, type WholeBody } from './wire.ts'

interface Refusal {
  readonly status: number
  readonly type: string
  readonly message: (model: string) => string
}

const throttled = 'Too many requests, please wait before trying again.'
const busy = 'Bedrock is unable to process your request.'

const refusals: Readonly<Record<ErrorKind, Refusal>> = {
  'model-not-found': {
    status: 404,
    type: 'ResourceNotFoundException',
    message: () =>
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
  },
  'model-gone': {
    status: 410,
    type: 'ResourceNotFoundException',
    message: () => 'This model version has been removed.',
  },
  'model-forbidden': {
    status: 403,
    type: 'AccessDeniedException',
    message: () => "You don't have access to the model with the specified model ID.",
  },
  'model-deprecated': {
    status: 400,
    type: 'ValidationException',
    message: () => 'The provided model identifier is invalid.',
  },
  'temporarily-unavailable': {
    status: 503,
    type: 'ServiceUnavailableException',
    message: (model) => `TEMPORARILY_UNAVAILABLE: ${model}`,
  },
  'bad-credential': {
    status: 403,
    type: 'UnrecognizedClientException',
    message: () => 'The security token included in the request is invalid.',
  },
  forbidden: {
    status: 403,
    type: 'AccessDeniedException',
    message: () => 'User is not authorized to perform: bedrock:InvokeModel',
  },
  'rate-limited': { status: 429, type: 'ThrottlingException', message: () => throttled },
  'quota-exhausted': {
    status: 429,
    type: 'ThrottlingException',
    message: () => 'Too many tokens per day, please wait before trying again.',
  },
  'server-error': { status: 500, type: 'InternalServerException', message: () => busy },
  unavailable: { status: 503, type: 'ServiceUnavailableException', message: () => busy },
  overloaded: { status: 503, type: 'ServiceUnavailableException', message: () => busy },
  timeout: {
    status: 408,
    type: 'ModelTimeoutException',
    message: () => 'Model has timed out in processing the request. Try your request again.',
  },
  'invalid-request': {
    status: 400,
    type: 'ValidationException',
    message: () => 'Malformed input request, please reformat your input and try again.',
  },
  'context-length': {
    status: 400,
    type: 'ValidationException',
    message: () => 'Input is too long for requested model.',
  },
  'content-policy': {
    status: 400,
    type: 'ValidationException',
    message: () => 'Output blocked by content filtering policy',
  },
  'prefill-rejected': {
    status: 400,
    type: 'ValidationException',
    message: () =>
      'This model does not support assistant message prefill. The conversation must end with a user message.',
  },
  'request-too-large': {
    status: 413,
    type: 'ValidationException',
    message: () => 'Request is too large.',
  },
  'not-a-route': { status: 404, type: 'UnknownOperationException', message: () => 'Unknown' },
  'not-supported': { status: 404, type: 'UnknownOperationException', message: () => 'Unknown' },
  'previous-response': { status: 404, type: 'UnknownOperationException', message: () => 'Unknown' },
}

export function bedrockError(kind: ErrorKind, served: Served): WholeBody {
  const { status, type, message } = refusals[kind]
  return {
    status,
    headers: [...bedrockHeaders(served), ['x-amzn-errortype', type]],
    body: { message: message(served.request.model) },
  }
}

export function bedrockHeaders(served: Served): readonly Header[] {
  return [...jsonHeaders, ['x-amzn-requestid', `req-fault-${served.number}`]]
}

/** Exceptions that may stand in a stream; the service knows no others there. */
export function bedrockException(
  kind: ErrorKind,
  served: Served,
): { readonly type: string; readonly message: string } {
  const { type, message } = refusals[kind]
  const name = `${type.charAt(0).toLowerCase()}${type.slice(1)}`
  const known = [
    'internalServerException',
    'modelStreamErrorException',
    'serviceUnavailableException',
    'throttlingException',
    'validationException',
  ]
  return {
    type: known.includes(name) ? name : 'modelStreamErrorException',
    message: message(served.request.model),
  }
}
