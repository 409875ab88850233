import type { Answer } from './answer.ts'
import type { ErrorKind } from './error-kind.ts'
import type { Frame } from './frame.ts'
import type { JsonObject } from './json-reading.ts'
import type { ModelRequest } from './model-request.ts'
import type { AnswerOrder } from './prompt-cues.ts'
import type { Protocol } from './protocol.ts'
import type { Header } from './step.ts'

/** What goes into an answer beside what the model says. */
export interface Served {
  readonly request: ModelRequest
  readonly order: AnswerOrder
  /** Counts from 1; ids are made from it. */
  readonly number: number
  /** Name written into the answer; null leaves it out. */
  readonly model: string | null
  /** The name from this token on, when it changes in the middle of a stream. */
  readonly laterModel: { readonly model: string; readonly afterTokens: number } | null
  readonly createdSeconds: number
}

export interface Incoming {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: JsonObject
}

export interface WholeBody {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: unknown
}

/** One protocol as a server speaks it. */
export interface Wire {
  readonly protocol: Protocol
  /** Null when the path belongs to another protocol. */
  readonly read: (incoming: Incoming) => ModelRequest | null
  readonly whole: (answer: Answer, served: Served) => WholeBody
  readonly stream: (answer: Answer, served: Served) => readonly Frame[]
  readonly streamHeaders: (served: Served) => readonly Header[]
  readonly error: (kind: ErrorKind, served: Served) => WholeBody
  /** An error in the middle of a stream, after so many events of it. */
  readonly inBandError: (kind: ErrorKind, served: Served, eventsBefore: number) => readonly Frame[]
  /** A complete event whose JSON is broken. */
  readonly brokenEvent: () => Frame
  /** Something that keeps the connection alive and says nothing. */
  readonly keepAlive: () => Frame
  readonly countTokens: (served: Served) => WholeBody
  readonly embed: (served: Served) => WholeBody
  readonly listModels: (models: readonly string[], served: Served) => WholeBody
}

export const jsonHeaders: readonly Header[] = [['content-type', 'application/json']]

export const sseHeaders: readonly Header[] = [
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['cache-control', 'no-cache'],
]

/** The name that stands in the answer once so many tokens have been uttered. */
export function modelAt(served: Served, tokens: number): { readonly model?: string } {
  const { laterModel, model } = served
  const name = laterModel !== null && tokens >= laterModel.afterTokens ? laterModel.model : model
  return name === null ? {} : { model: name }
}

/** Fields that no document knows. */
export function unknownFields(served: Served): JsonObject {
  return served.order.hasUnknownFields ? { x_provider_note: { number: served.number } } : {}
}
