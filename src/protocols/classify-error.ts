import type { ErrorClass } from './exchange.ts'

/** What an upstream said when it failed, as far as its protocol tells. */
export interface ErrorSigns {
  /** HTTP status, or what stands for it inside a stream. */
  readonly status: number | null
  /** `type`, `code`, `status`, reason: all the words for the kind of error, as written. */
  readonly codes: readonly string[]
  readonly message: string
}

/**
 * The class of an error, by what providers are known to send. Words come before numbers: the same status stands for
 * a retired model, an empty account and a wrong request.
 */
export function classifyError({ status, codes, message }: ErrorSigns): ErrorClass {
  const said = codes.map((code) => code.toLowerCase())
  const text = message.toLowerCase()
  const isOneOf = (words: readonly string[]) => said.some((code) => words.includes(code))
  const speaksOf = (phrases: readonly string[]) => phrases.some((phrase) => text.includes(phrase))
  const isOtherObject = speaksOf(otherObjectPhrases) || namesOtherObject(text)
  if (isOneOf(contextCodes) || speaksOf(contextPhrases)) return 'context'
  if (isOneOf(policyCodes) || speaksOf(policyPhrases)) return 'content-policy'
  if (isOneOf(quotaCodes) || speaksOf(quotaPhrases) || status === 429 || status === 402)
    return 'quota'
  if (isOneOf(otherObjectCodes) || (status === 404 && isOtherObject)) return 'client'
  if (isOneOf(withdrawnCodes) || wordsOfWithdrawal(text) !== null) return 'withdrawn'
  if (isOneOf(authCodes)) return status === 403 && text.includes('model') ? 'withdrawn' : 'auth'
  if (isOneOf(overloadCodes)) return 'overload'
  return classOfStatus(status, text)
}

/**
 * The words by which alone a message tells that a model is withdrawn, lower case; null: a code tells it, or nothing does.
 * Providers repeat what callers wrote, so that a caller can put such words into their mouths.
 */
export function withdrawalTold(code: string | null, message: string): string | null {
  if (code !== null && withdrawnCodes.includes(code.toLowerCase())) return null
  return wordsOfWithdrawal(message.toLowerCase())
}

function wordsOfWithdrawal(text: string): string | null {
  return withdrawnPhrases.find((phrase) => text.includes(phrase)) ?? endingOfModel(text)
}

/** A parameter may be deprecated for a model, and then it is spoken of first. */
function endingOfModel(text: string): string | null {
  const subject = text.indexOf('model')
  if (subject === -1) return null
  return endings.find((ending) => text.indexOf(ending) > subject) ?? null
}

/** `Item with id 'rs_1' not found`, `File not found: file_1`: what is spoken of first is what is not there. */
function namesOtherObject(text: string): boolean {
  if (!/\bnot (?:be )?found\b|\bdoes not exist\b|\bno longer exists\b/.test(text)) return false
  const subject = /\b(?:model|deployment|engine|endpoint)\b/.exec(text)?.index ?? Infinity
  return (otherObjects.exec(text)?.index ?? Infinity) < subject
}

function classOfStatus(status: number | null, text: string): ErrorClass {
  if (status === null) return 'overload'
  if (status === 404 || status === 410) return 'withdrawn'
  if (status === 403 && text.includes('model')) return 'withdrawn'
  if (status === 401 || status === 403) return 'auth'
  if (status === 408 || status === 499) return 'transport'
  // Too many bytes for this provider; another may take them.
  if (status === 413) return 'context'
  // A 200 that is an error, and 5xx.
  return status < 400 || status >= 500 ? 'overload' : 'client'
}

const contextCodes = [
  'context_length_exceeded',
  'exceed_context_size_error',
  'context_window_exceeded',
  'model_context_window_exceeded',
]
const contextPhrases = [
  'maximum context length',
  'context length exceeded',
  'context window',
  'context size',
  'prompt is too long',
  'input is too long',
  'input length and `max_tokens` exceed',
  'input token count',
  'too many input tokens',
  'exceeds the maximum number of tokens',
]
const policyCodes = [
  'content_policy_violation',
  'content_filter',
  'content_filtered',
  'responsibleaipolicyviolation',
  'moderation_blocked',
]
const policyPhrases = [
  'content management policy',
  'content policy',
  'usage policy',
  'usage policies',
  'safety system',
  'flagged by moderation',
  'requires moderation',
  'content filtering policy',
]
const quotaCodes = [
  'insufficient_quota',
  'billing_not_active',
  'billing_error',
  'billing_hard_limit_reached',
  'rate_limit_exceeded',
  'rate_limit_error',
  'rate_limited',
  'resource_exhausted',
  'throttlingexception',
  'servicequotaexceededexception',
  'too_many_requests',
]
const quotaPhrases = [
  'credit balance',
  'insufficient balance',
  'api usage limits',
  'insufficient credits',
  'exceeded your current quota',
  'billing details',
]
/** Not found, and not the model: the caller named it, and no other route has it. */
const otherObjectCodes = ['previous_response_not_found', 'file_not_found', 'thread_not_found']
const otherObjectPhrases = [
  'previous response',
  'response with id',
  'conversation with id',
  'no such file',
  'file with id',
  'file id',
  'vector store',
  'container',
  // The model is there, at another path.
  'not a chat model',
  'only supported in v1/',
]
const otherObjects =
  /\b(?:agent|assistant|batch|cache|conversation|environment|eval|file|image|item|message|prompt|session|skill|thread|tool|upload|vault)s?\b/
const withdrawnCodes = [
  'model_not_found',
  'model_not_available',
  'model_not_supported',
  'model_deprecated',
  'model_decommissioned',
  'model_retired',
  'model_access_denied',
  'deploymentnotfound',
  'deployment_not_found',
  'invalid_model',
  'not_found_error',
  'resourcenotfoundexception',
  'temporarily_unavailable',
]
const withdrawnPhrases = [
  'model not exist',
  'not a valid model id',
  'model identifier is invalid',
  'model not found',
  'invalid model:',
  'invalid model name',
  'unknown model',
  'end of its life',
  'access to the model',
  'access to model',
  'not have access to the model',
]
const endings = ['deprecated', 'retired', 'decommissioned', 'discontinued', 'sunset']
const authCodes = [
  'invalid_api_key',
  'authentication_error',
  'unauthenticated',
  'permission_error',
  'permission_denied',
  'invalid_authentication',
  'accessdeniedexception',
  'unrecognizedclientexception',
  'expiredtokenexception',
  'invalidsignatureexception',
  'account_deactivated',
  'unsupported_country_region_territory',
]
const overloadCodes = [
  'overloaded_error',
  'overloaded',
  'server_error',
  'internal_server_error',
  'internalservererror',
  'api_error',
  'internal',
  'unavailable',
  'service_unavailable',
  'serviceunavailableexception',
  'internalserverexception',
  'modelnotreadyexception',
  'modelerrorexception',
  'modeltimeoutexception',
  'deadline_exceeded',
  'timeout_error',
  'engine_overloaded',
  'slow_down',
]
