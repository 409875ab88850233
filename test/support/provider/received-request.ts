import type { IncomingHttpHeaders } from 'node:http'
import type { Credential } from './credential.ts'
import { jsonOrNull } from './json-reading.ts'
import type { Operation } from './model-request.ts'
import type { Protocol } from './protocol.ts'

/** How an answer ended: in full, broken by the provider's own fault, or because the caller went away. */
export type Ending = 'answering' | 'ended' | 'broken' | 'abandoned'

/** How far an answer got. */
export interface Progress {
  readonly ending: Ending
  readonly status: number | null
  readonly bytesSent: number
  readonly framesSent: number
  readonly tokensSent: number
  readonly endedAtMs: number | null
}

/** A request as it arrived, and what became of it. */
export interface ReceivedRequest {
  /** Counts from 1. */
  readonly number: number
  readonly atMs: number
  readonly method: string
  /** With the query. */
  readonly url: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Names and values by turns, as they were written. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Requests on the same connection share it. */
  readonly connection: number
  readonly credential: Credential
  readonly protocol: Protocol | null
  readonly operation: Operation | null
  readonly model: string
  readonly isStream: boolean
  readonly case: string
  /** Per model and case, from 1. */
  readonly attempt: number
  /** The fault that struck, or null. */
  readonly fault: string | null
  readonly progress: Progress
  /** Settled once nothing more will be sent. */
  readonly done: Promise<void>
}

/** The record while the provider still writes it. */
export type OpenRecord = { -readonly [Key in keyof ReceivedRequest]: ReceivedRequest[Key] }

export function bodyJson(request: Pick<ReceivedRequest, 'body'>): unknown {
  return jsonOrNull(request.body)
}

/** Does this text stand anywhere in the request? */
export function mentions(request: ReceivedRequest, text: string): boolean {
  const heads = [request.url, ...request.rawHeaders]
  return heads.some((one) => one.includes(text)) || request.body.includes(text)
}
