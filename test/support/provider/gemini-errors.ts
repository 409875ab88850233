import type { ErrorKind } from './error-kind.ts'
import { temporarilyUnavailable } from './serving-endpoint-error.ts'
import { jsonHeaders, modelAt, type Served, type WholeBody } from './wire.ts'

interface Refusal {
  readonly status: number
  /** Name of the gRPC code. */
  readonly code: string
  readonly message: (model: string) => string
  readonly details?: readonly object[]
}

type Refused = Exclude<ErrorKind, 'temporarily-unavailable' | 'content-policy'>

const refusals: Readonly<Record<Refused, Refusal>> = {
  'model-not-found': {
    status: 404,
    code: 'NOT_FOUND',
    message: (model) =>
      `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  },
  'model-gone': {
    status: 410,
    code: 'NOT_FOUND',
    message: (model) => `models/${model} is no longer available.`,
  },
  'model-forbidden': {
    status: 403,
    code: 'PERMISSION_DENIED',
    message: (model) => `Permission denied on model models/${model}.`,
  },
  'model-deprecated': {
    status: 400,
    code: 'FAILED_PRECONDITION',
    message: (model) => `models/${model} is deprecated and can no longer be used.`,
  },
  /** Google answers 400, not 401, to a key that it does not know. */
  'bad-credential': {
    status: 400,
    code: 'INVALID_ARGUMENT',
    message: () => 'API key not valid. Please pass a valid API key.',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ],
  },
  forbidden: {
    status: 403,
    code: 'PERMISSION_DENIED',
    message: () => 'The caller does not have permission',
  },
  'rate-limited': {
    status: 429,
    code: 'RESOURCE_EXHAUSTED',
    message: () => 'Resource has been exhausted (e.g. check quota).',
  },
  'quota-exhausted': {
    status: 429,
    code: 'RESOURCE_EXHAUSTED',
    message: () => 'You exceeded your current quota, please check your plan and billing details.',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }],
      },
    ],
  },
  'server-error': {
    status: 500,
    code: 'INTERNAL',
    message: () => 'An internal error has occurred. Please retry.',
  },
  unavailable: {
    status: 503,
    code: 'UNAVAILABLE',
    message: () => 'The model is overloaded. Please try again later.',
  },
  overloaded: {
    status: 503,
    code: 'UNAVAILABLE',
    message: () => 'The model is overloaded. Please try again later.',
  },
  timeout: {
    status: 504,
    code: 'DEADLINE_EXCEEDED',
    message: () => 'The request timed out. Please try again.',
  },
  'invalid-request': {
    status: 400,
    code: 'INVALID_ARGUMENT',
    message: () => 'Request contains an invalid argument.',
  },
  'context-length': {
    status: 400,
    code: 'INVALID_ARGUMENT',
    message: () =>
      'The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).',
  },
  'prefill-rejected': {
    status: 400,
    code: 'INVALID_ARGUMENT',
    message: () => 'Please ensure that the last turn of the conversation is a user turn.',
  },
  'request-too-large': {
    status: 413,
    code: 'INVALID_ARGUMENT',
    message: () => 'Request payload size exceeds the limit.',
  },
  'not-a-route': { status: 404, code: 'NOT_FOUND', message: () => 'Not found.' },
  'not-supported': { status: 404, code: 'NOT_FOUND', message: () => 'Not found.' },
  'previous-response': { status: 404, code: 'NOT_FOUND', message: () => 'Not found.' },
}

export function geminiError(kind: ErrorKind, served: Served): WholeBody {
  if (kind === 'temporarily-unavailable') return temporarilyUnavailable(served.request.model)
  if (kind === 'content-policy') return blockedPrompt(served)
  const { status, code, message, details } = refusals[kind]
  const error = { code: status, message: message(served.request.model), status: code }
  return {
    status,
    headers: jsonHeaders,
    body: { error: details === undefined ? error : { ...error, details } },
  }
}

/** A blocked prompt is no HTTP error here: there is an answer, and it has no candidates. */
function blockedPrompt(served: Served): WholeBody {
  const { model } = modelAt(served, 0)
  return {
    status: 200,
    headers: jsonHeaders,
    body: {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 },
      ...(model === undefined ? {} : { modelVersion: model }),
    },
  }
}
