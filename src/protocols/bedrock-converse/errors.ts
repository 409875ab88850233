import { jsonOrNull } from '../../base/json-or-null.ts'
import { isObject } from '../body-fields.ts'
import { classifyError } from '../classify-error.ts'
import type { ErrorClass, JsonObject, JsonValue, UpstreamError } from '../exchange.ts'
import type { CallerError, WrittenAnswer } from '../protocol-codec.ts'

/** Statuses of the exceptions, by which those within a stream are judged too. */
const statuses: Readonly<Record<string, number>> = {
  accessdeniedexception: 403,
  internalserverexception: 500,
  modelerrorexception: 424,
  modelnotreadyexception: 429,
  modelstreamerrorexception: 424,
  modeltimeoutexception: 408,
  resourcenotfoundexception: 404,
  servicequotaexceededexception: 400,
  serviceunavailableexception: 503,
  throttlingexception: 429,
  validationexception: 400,
}

/** The exception is named in a header that is not handed here; some servers repeat it in the body. */
export function readError(status: number, body: string): UpstreamError {
  // Null: something between us and the provider answered.
  const value = jsonOrNull(body) as JsonValue
  const named = textIn(value, '__type') ?? textIn(value, 'code')
  const code = named === null ? null : plainName(named)
  const said = messageIn(value) ?? body.slice(0, messageCharactersMax)
  const message = said === '' ? `status ${String(status)}` : said
  return { class: classOf(status, code, message), status, code, message }
}

const messageCharactersMax = 2000

/** An exception within a stream. */
export function readException(name: string, body: JsonValue, text: string): UpstreamError {
  const message = messageIn(body) ?? text
  const status = statuses[name.toLowerCase()] ?? 500
  return { class: classOf(status, name, message), status: null, code: name, message }
}

function classOf(status: number, code: string | null, message: string): ErrorClass {
  // 424 and 408: the model itself failed, or took too long.
  if (status === 424 || status === 408) return 'overload'
  if (code?.toLowerCase() === 'modelnotreadyexception') return 'overload'
  return classifyError({ status, codes: code === null ? [] : [code], message })
}

/** `com.amazon.coral.service#ThrottlingException:http://…` */
function plainName(named: string): string {
  const name = named.slice(named.indexOf('#') + 1)
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(0, colon)
}

function messageIn(body: JsonValue): string | null {
  return textIn(body, 'message') ?? textIn(body, 'Message')
}

function textIn(value: JsonValue, name: string): string | null {
  const text = isObject(value) ? value[name] : undefined
  return typeof text === 'string' ? text : null
}

export function writeError(error: CallerError): WrittenAnswer {
  return { status: error.status, body: errorBody(error) }
}

/** AWS's clients read the first two; the rest is for whoever looks closer. */
export function errorBody({ type, message, detail }: CallerError): JsonObject {
  return { __type: type, message, error: { ...detail, type, message } }
}

/** The exception by which an error of any upstream is told inside a stream. */
export function exceptionOfClass(errorClass: ErrorClass): string {
  switch (errorClass) {
    case 'quota':
      return 'throttlingException'
    case 'overload':
      return 'serviceUnavailableException'
    case 'client':
    case 'context':
    case 'content-policy':
    case 'withdrawn':
      return 'validationException'
    case 'auth':
      return 'internalServerException'
    case 'transport':
      return 'modelStreamErrorException'
  }
}
