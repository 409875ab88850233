import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Fault, messageOf } from '../../base/fault.ts'
import { type FaultCode, faultCodes } from '../../base/fault-codes.ts'
import { isJsonOrNone, readAdminBody, uploadOf, uploadTooLarge } from './admin-body.ts'
import type { TokenRefusal } from '../../gateway/index.ts'
import type { TokenFinder } from '../oidc-tokens.ts'
import type { AdminContext } from './admin-context.ts'
import type { AdminCaller, AdminTokens } from './admin-tokens.ts'
import { isForeignPage, isOwnHost } from './host-check.ts'
import { adminLimits } from './limits.ts'
import { AdminRefusal } from './admin-refusal.ts'
import { type Resource, StreamedAnswer, WrittenJson } from './resource.ts'
import { resources } from './resources.ts'

/** Who may ask, as holdfast.yaml now has it. */
interface AdminAccess {
  readonly tokens: AdminTokens
  /** Signed tokens of `admin.oidc`; undefined: none counts. */
  readonly issued: TokenFinder<AdminCaller> | undefined
  /** Names under which the server is asked, beside `localhost` and addresses. */
  readonly hosts: readonly string[]
}

export interface AdminServerSettings {
  readonly context: AdminContext
  readonly access: () => AdminAccess
  readonly warn: (message: string) => void
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Health for everybody on this port, all else for holders of a token. It is asked by commands, scrapers and, later, the
 * console; nothing here waits on the way of model traffic.
 */
export function createAdminServer(settings: AdminServerSettings): Server {
  const server = createServer(
    {
      maxHeaderSize: adminLimits.headerBytesMax,
      headersTimeout: adminLimits.headerMs,
      requestTimeout: adminLimits.uploadMs,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
      joinDuplicateHeaders: false,
      requireHostHeader: true,
    },
    (request, response) => {
      void answer(settings, request, response)
    },
  )
  server.maxConnections = adminLimits.connectionsMax
  return server
}

async function answer(
  settings: AdminServerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, body, headers = {} } = await answerTo(settings, request, goneSignal(response))
    if (body instanceof StreamedAnswer) return await stream(body, response)
    const text = writtenText(body)
    response.writeHead(status, {
      'content-type': 'application/json',
      ...safeHeaders,
      ...headers,
      'content-length': String(Buffer.byteLength(text)),
      // What is left of a body that was not read would be taken for the next request.
      ...(request.complete ? {} : { connection: 'close' }),
    })
    response.end(text)
  } catch (error) {
    settings.warn(`the admin API failed: ${messageOf(error)}`)
    if (response.headersSent) response.destroy()
    else
      response
        .writeHead(500, { 'content-type': 'application/json', connection: 'close' })
        .end(JSON.stringify(errorBody('internal_error', 'the admin API failed; its log says why')))
  }
}

function writtenText(body: unknown): string {
  if (body instanceof WrittenJson) return body.text
  return typeof body === 'string' ? body : `${JSON.stringify(body)}\n`
}

/** Aborted when whoever asked has gone before the answer was whole. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}

/** What breaks on the way breaks the connection as well: a part must not look like the whole. */
async function stream(answer: StreamedAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(200, {
    ...safeHeaders,
    'content-type': answer.contentType,
    'content-disposition': `attachment; filename="${answer.fileName}"`,
  })
  await pipeline(answer.pieces, response)
}

/** A browser keeps nothing of it, shows it in no frame and guesses no type. No header allows another origin anything. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

async function answerTo(
  settings: AdminServerSettings,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Answer> {
  const { headers, method = 'GET', url = '/' } = request
  const access = settings.access()
  const { tokens, issued, hosts } = access
  if (url.length > adminLimits.urlCharactersMax)
    return refuse(414, 'uri_too_long', 'the path is too long')
  if (!isOwnHost(headers.host, hosts))
    return refuse(
      403,
      'host_not_permitted',
      'this is no host of the admin API; `admin.hosts` in holdfast.yaml names more',
    )
  const [path = '/', search = ''] = splitOnce(url, '?')
  if (path === '/healthz' || path === '/readyz') return await health(settings, path, method)
  if (tokens.isEmpty && issued === undefined)
    return refuse(
      403,
      'admin_closed',
      'holdfast.yaml names no `admin.tokens` that can be read and no `admin.oidc`: this port answers for health only',
    )
  if (isForeignPage(singleHeader(headers.origin), headers.host))
    return refuse(403, 'origin_not_permitted', 'pages of other origins may not ask')
  const caller = await callerOf(access, headers.authorization)
  if (caller === null || 'status' in caller) return unidentified(caller)
  if (caller.roles.length === 0)
    return refuse(
      403,
      'role_not_permitted',
      'the token gives no role here; `roles` of `admin.oidc` says what does',
    )
  if (path === '/metrics') return await metrics(settings, method)
  return await answerResource(settings, request, { caller, method, path, search, signal })
}

async function health(
  { context }: AdminServerSettings,
  path: string,
  method: string,
): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return wrongMethod('GET')
  // Commands ask whether this is the process that was announced, before they show it a token.
  const headers = { 'holdfast-instance': context.instance }
  if (path === '/healthz') return { status: 200, body: { status: 'ok' }, headers }
  const { unreadiness } = await context.standing()
  const isReady = unreadiness.length === 0
  const body = { status: isReady ? 'ready' : 'not-ready' }
  return { status: isReady ? 200 : 503, body, headers }
}

async function metrics({ context }: AdminServerSettings, method: string): Promise<Answer> {
  if (method !== 'GET') return wrongMethod('GET')
  const { contentType, text } = await context.metrics()
  return { status: 200, body: text, headers: { 'content-type': contentType } }
}

async function answerResource(
  { context }: AdminServerSettings,
  request: IncomingMessage,
  asked: {
    readonly caller: AdminCaller
    readonly method: string
    readonly path: string
    readonly search: string
    readonly signal: AbortSignal
  },
): Promise<Answer> {
  const { caller, method, path, search, signal } = asked
  const matching = resources.flatMap((one) => {
    const parameters = matchPath(one.path, path)
    return parameters === null ? [] : [{ one, parameters }]
  })
  if (matching.length === 0)
    return refuse(404, 'not_found', 'no such resource; /api/v1/openapi.json lists all')
  const found = matching.find(({ one }) => one.method === method)
  if (found === undefined) return wrongMethod(matching.map(({ one }) => one.method).join(', '))
  const { one, parameters } = found
  if (!one.roles.some((role) => caller.roles.includes(role)))
    return refuse(
      403,
      'role_not_permitted',
      `the role \`${caller.roles.join(', ')}\` may not do this; it takes ${one.roles.join(' or ')}`,
    )
  const query = one.query.safeParse(queryOf(search))
  if (!query.success) return refuse(400, 'invalid_request', problemsIn(query.error, 'query'))
  const upload = one.takesFile === true ? fileOf(request) : null
  if (upload instanceof AdminRefusal) return refuse(upload.status, upload.type, upload.message)
  const body = one.body === null ? undefined : await bodyOf(one, request)
  if (body instanceof AdminRefusal) return refuse(body.status, body.type, body.message)
  return await handled(one, context, {
    caller,
    parameters,
    query: query.data,
    body,
    upload,
    signal,
  })
}

async function handled(
  one: Resource,
  context: AdminContext,
  request: Parameters<Resource['handle']>[1],
): Promise<Answer> {
  try {
    const found = await one.handle(context, request)
    const isWritten = found instanceof WrittenJson || found instanceof StreamedAnswer
    return { status: 200, body: isWritten ? found : one.answer.parse(found) }
  } catch (error) {
    if (error instanceof AdminRefusal) return refuse(error.status, error.type, error.message)
    if (!(error instanceof Fault)) throw error
    const { code, message, expected, place } = error
    const others = error.others.length === 0 ? undefined : error.others
    const advice = error.advice ?? faultCodes[code].advice
    const { body } = refuse(statusOf(error), 'fault', message)
    return {
      status: statusOf(error),
      body: { error: { ...body.error, code, expected, place, others, advice } },
    }
  }
}

function statusOf({ code }: Fault): number {
  if (unknownThings.has(code)) return 404
  if (conflicts.has(code)) return 409
  return faultCodes[code].exitCode === 2 ? 422 : 503
}

const unknownThings: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'HF_ROUTE_UNKNOWN',
  'HF_CIRCUIT_UNKNOWN',
  'HF_STORE_MISSING',
  'HF_DIRECTIVE_UNKNOWN',
  'HF_CATALOGUE_UNKNOWN',
  'HF_TRIAL_UNKNOWN',
])

/** What was asked for is understood, and does not go with how things stand. */
const conflicts: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'HF_CIRCUIT_UNPROBED',
  'HF_STORE_CONFLICT',
  'HF_FILE_EXISTS',
  'HF_DIRECTIVE_HISTORY',
  'HF_LEDGER_IN_USE',
  'HF_LEDGER_RETENTION',
])

function fileOf(request: IncomingMessage): AdminRefusal | Readable {
  return Number(request.headers['content-length'] ?? 0) > adminLimits.uploadBytesMax
    ? new AdminRefusal(413, 'request_too_large', uploadTooLarge)
    : uploadOf(request)
}

async function bodyOf(one: Resource, request: IncomingMessage): Promise<unknown> {
  if (!isJsonOrNone(request.headers))
    return new AdminRefusal(415, 'invalid_request', 'the body must be JSON, and not compressed')
  const bytesMax = one.bodyBytesMax ?? adminLimits.bodyBytesMax
  const found = await readAdminBody(request, bytesMax)
  if (found === 'too-large')
    return new AdminRefusal(413, 'request_too_large', `more than ${bytesMax} bytes`)
  if (found === 'too-slow')
    return new AdminRefusal(408, 'request_timeout', 'the body did not come in time')
  const read = jsonOrNothing(found.text)
  if (read === nothing) return new AdminRefusal(400, 'invalid_request', 'the body is no JSON')
  const parsed = one.body?.safeParse(read)
  if (parsed?.success === false)
    return new AdminRefusal(400, 'invalid_request', problemsIn(parsed.error, 'body'))
  return parsed?.data
}

const nothing = Symbol('no JSON')

function jsonOrNothing(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return nothing
  }
}

interface Problems {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}

function problemsIn({ issues }: Problems, where: string): string {
  return issues
    .slice(0, 10)
    .map(({ path, message }) => `${[where, ...path.map(String)].join('.')}: ${message}`)
    .join('; ')
}

/** The names in a path with what stands there; null: another path. What stands there may hold `/`. */
export function matchPath(template: string, path: string): Readonly<Record<string, string>> | null {
  const pattern = template.replace(/\{(?<name>[a-z]+)\}/g, '(?<$<name>>.+)')
  const found = new RegExp(`^${pattern}$`).exec(path)
  if (found === null) return null
  try {
    return Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]),
    )
  } catch {
    return null
  }
}

/** Of a name that stands twice, all values: no schema takes a list, so that nobody has to guess which one counts. */
function queryOf(search: string): Readonly<Record<string, string | readonly string[]>> {
  const parameters = new URLSearchParams(search)
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

/** Null: it is no token of `admin.tokens`, and has not the form of a signed one. */
async function callerOf(
  { tokens, issued }: AdminAccess,
  authorization: string | undefined,
): Promise<AdminCaller | TokenRefusal | null> {
  const token = /^bearer +(?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token']
  if (token === undefined) return null
  return tokens.callerOf(token) ?? (await issued?.find(token, new Date().toISOString())) ?? null
}

function unidentified(refusal: TokenRefusal | null): Answer {
  const { status, message } = refusal ?? {
    status: 401,
    message: 'no token that counts here: `Authorization: Bearer …`',
  }
  if (status === 503) return refuse(status, 'issuer_unavailable', message)
  return {
    ...refuse(status, 'authentication_error', message),
    headers: { 'www-authenticate': 'Bearer' },
  }
}

function singleHeader(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ')
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

function wrongMethod(allowed: string): Answer {
  return {
    ...refuse(405, 'method_not_allowed', `this takes ${allowed}`),
    headers: { allow: allowed },
  }
}

function refuse(status: number, type: string, message: string) {
  return { status, body: errorBody(type, message) }
}

function errorBody(type: string, message: string) {
  return { error: { type, message } }
}
