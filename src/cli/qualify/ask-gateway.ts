import { setTimeout as wait } from 'node:timers/promises'
import pRetry, { AbortError } from 'p-retry'
import { Agent, request as send } from 'undici'
import { messageOf } from '../../base/fault.ts'
import { jsonOrNull } from '../../base/json-or-null.ts'
import {
  codecs,
  isObject,
  type JsonValue,
  type ModelRequest,
  type Protocol,
  type ProtocolCodec,
} from '../../protocols/index.ts'
import {
  type GatewayAnswer,
  readModelAnswer,
  timedOut,
  UnreachableError,
} from '../../qualification/index.ts'
import type { FreshAnswer } from '../../schema/model-answer.ts'
import type { FoundCall } from './answerer.ts'
import { type KeptReply, keptReply } from './kept-reply.ts'

/** Who is to answer, and by whose order. */
export interface AskedRoute {
  readonly model: string
  readonly route: string
  /** What the route speaks, and to whom. */
  readonly protocol: Protocol
  readonly provider: string
  readonly workflow: string
}

export interface GatewayAskerParts {
  /** Of the gateway, without a path. */
  readonly url: string
  readonly key: string
  /** For one whole answer. */
  readonly timeoutMs: number
  /** Requests for one call, where the ones before found no room or no server. */
  readonly triesMax: number
  /** Nobody shares calls out among several gateways: what this one does not know was not asked. */
  readonly isOnly: boolean
}

const limits = { connectMs: 5_000, answerBytesMax: 64 * 1024 * 1024, retryMsMax: 60_000 } as const

/** Protocols that callers of the gateway may speak; where a route speaks one, its bytes come through as they are. */
const inbound: ReadonlySet<Protocol> = new Set([
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
])

/** Nobody answered for want of room or of a server: nothing was produced, and it may be asked again. */
const comesBack: ReadonlySet<number> = new Set([429, 502, 503, 529])

/** What keeps every call from being made: errors of the gateway itself, by their type. */
const halting: ReadonlySet<string> = new Set([
  'model_not_permitted',
  'workflow_not_permitted',
  'model_withdrawn',
  'evidence_unavailable',
  'authentication_error',
])

class ComesBack extends Error {
  readonly answer: GatewayAnswer

  constructor(answer: GatewayAnswer) {
    super('no room or no server')
    this.answer = answer
  }
}

/** Asks models through the gateway, so that policy, limits and evidence are those of all work. */
export class GatewayAsker {
  readonly #parts: GatewayAskerParts
  readonly #agent: Agent

  constructor(parts: GatewayAskerParts) {
    this.#parts = parts
    const { timeoutMs } = parts
    this.#agent = new Agent({
      connect: { timeout: limits.connectMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: limits.answerBytesMax,
    })
  }

  /** Throws `UnreachableError` where no call at all can be made. `call`: another id for every call. */
  async ask(request: ModelRequest, asked: AskedRoute, call: string): Promise<FreshAnswer> {
    const codec = callerCodec(asked.protocol)
    const { path, headers, body } = codec.writeRequest(request, {
      model: asked.model,
      maxOutputTokens: null,
      provider: asked.provider,
    })
    const base = codec.protocol === 'anthropic-messages' ? '' : '/v1'
    const startedAt = performance.now()
    let tries = 0
    try {
      const answer = await pRetry(
        async () => {
          tries += 1
          return await this.#post(`${base}${path}`, {
            headers,
            body: JSON.stringify(body),
            asked,
            call,
            tries,
          })
        },
        {
          retries: this.#parts.triesMax - 1,
          minTimeout: 1_000,
          maxTimeout: limits.retryMsMax,
          shouldRetry: ({ error }) => error instanceof ComesBack,
        },
      )
      return readModelAnswer(answer, { model: asked.model, codec })
    } catch (error) {
      if (error instanceof ComesBack)
        return readModelAnswer(error.answer, { model: asked.model, codec })
      if (isTimeout(error))
        return timedOut({ at: instantNow(), ms: performance.now() - startedAt, tries })
      throw error
    }
  }

  /** What the gateway knows of a call whose answer was not kept here; it waits for one that is under way. */
  async find(call: string, claimedAt: string, asked: AskedRoute): Promise<FoundCall> {
    const codec = callerCodec(asked.protocol)
    let last: KeptReply | null = null
    for (let tries = 1; tries <= this.#parts.triesMax; tries += 1) {
      const reply = await this.#kept(tryOf(call, tries), tries)
      if (reply.kind === 'unknown') {
        // Whatever came before it found no room or no server.
        const isNew = this.#parts.isOnly && reply.isSurelyNew(claimedAt)
        if (last !== null || isNew) return { kind: 'not-made' }
        return { kind: 'lost' }
      }
      if (haltingProblem(reply.answer) !== null) return { kind: 'not-made' }
      const { timeoutMs } = this.#parts
      if (reply.answer.ms > timeoutMs)
        return {
          kind: 'answered',
          answer: timedOut({ at: reply.answer.at, ms: timeoutMs, tries }),
        }
      if (!comesBack.has(reply.answer.status))
        return {
          kind: 'answered',
          answer: readModelAnswer(reply.answer, { model: asked.model, codec }),
        }
      last = reply
    }
    return { kind: 'not-made' }
  }

  async #kept(id: string, tries: number): Promise<KeptReply> {
    const { url, key, timeoutMs } = this.#parts
    const endsAt = performance.now() + timeoutMs
    for (;;) {
      const response = await send(`${url}/holdfast/calls/${id}`, {
        dispatcher: this.#agent,
        headers: { authorization: `Bearer ${key}` },
      }).catch((error: unknown) => {
        throw new UnreachableError(`the gateway at ${url} does not answer: ${messageOf(error)}`)
      })
      const body = await response.body.text()
      const header = (name: string): string | null => lineOf(response.headers[name])
      const reply = keptReply({ status: response.statusCode, header, body, tries })
      if (reply !== null) return reply
      if (response.statusCode !== 202 || performance.now() > endsAt)
        throw new UnreachableError(
          `the gateway at ${url} does not tell of a call (${response.statusCode})`,
        )
      await wait(keptPollMs)
    }
  }

  /** Nobody can be asked now. Where a connection broke off, the call may have been made all the same. */
  #broken(error: unknown): UnreachableError {
    const problem = `the gateway at ${this.#parts.url} does not answer: ${messageOf(error)}`
    return new UnreachableError(problem, { isPerhapsMade: !isNoConnection(error) })
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }

  async #post(
    path: string,
    {
      headers,
      body,
      asked,
      call,
      tries,
    }: {
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly asked: AskedRoute
      readonly call: string
      readonly tries: number
    },
  ): Promise<GatewayAnswer> {
    const { url, key, timeoutMs } = this.#parts
    const startedAt = performance.now()
    const response = await send(`${url}${path}`, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: {
        ...headers,
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'holdfast-workflow': asked.workflow,
        'holdfast-route': asked.route,
        'holdfast-call': tryOf(call, tries),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw isTimeout(error) ? error : new AbortError(this.#broken(error))
    })
    const text = await response.body.text().catch((error: unknown) => {
      throw isTimeout(error) ? error : new AbortError(this.#broken(error))
    })
    const answer: GatewayAnswer = {
      status: response.statusCode,
      header: (name) => lineOf(response.headers[name]),
      body: text,
      at: instantNow(),
      ms: performance.now() - startedAt,
      tries,
    }
    const problem = haltingProblem(answer)
    if (problem !== null) throw new AbortError(new UnreachableError(problem))
    if (comesBack.has(answer.status)) throw new ComesBack(answer)
    return answer
  }
}

/** A try after one that found no room is another call to whoever keeps answers by their ids. */
function tryOf(call: string, tries: number): string {
  return tries === 1 ? call : `${call}.${tries}`
}

/** Nothing has been sent. */
function isNoConnection(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: string }
  return noConnection.has(code ?? '')
}

const noConnection: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const keptPollMs = 200

/** How requests for a route are written. */
function callerCodec(protocol: Protocol): ProtocolCodec {
  return codecs[inbound.has(protocol) ? protocol : 'openai-chat']
}

/** Null: the next call may fare better. */
function haltingProblem({ status, body }: GatewayAnswer): string | null {
  if (status < 400) return null
  const told = jsonOrNull(body) as JsonValue
  const error = isObject(told) && isObject(told['error']) ? told['error'] : {}
  const { type, code, message } = error as Readonly<Record<string, unknown>>
  const isHalting = status === 401 || [type, code].some((word) => halting.has(String(word)))
  return isHalting ? `the gateway refuses (${status}): ${String(message)}` : null
}

function isTimeout(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { readonly name?: string; readonly code?: string }
  return (
    name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
  )
}

function instantNow(): string {
  return new Date().toISOString()
}

function lineOf(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value : value.join(', ')
}
