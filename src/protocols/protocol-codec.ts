import type {
  Answer,
  Carriage,
  Feature,
  JsonObject,
  JsonValue,
  ModelRequest,
  Protocol,
  StreamEvent,
  UpstreamError,
} from './exchange.ts'

/** How a request goes out to an upstream. */
export interface WrittenRequest {
  /** Path and query behind the base URL of the route, as the protocol has them, for instance `/v1/messages`. */
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: JsonObject
}

export interface WriteOptions {
  /** Name of the model on the wire. */
  readonly model: string
  /** Most tokens that the model can write, for protocols that demand a limit; null: unknown. */
  readonly maxOutputTokens: number | null
  /** Behind Google's Vertex AI, whose paths name a project and a location. */
  readonly vertex?: { readonly project: string; readonly location: string }
  /** Provider of the route: servers of one protocol differ in what they take. */
  readonly provider?: string
}

/** Answers and errors as the caller of a protocol expects them. */
export interface WrittenAnswer {
  readonly status: number
  readonly body: JsonObject
}

/** What holdfast itself has to say, or an upstream said, in the caller's shape. */
export interface CallerError {
  readonly status: number
  /** `model_not_permitted`, `overloaded_error`, … : becomes `type` (and `code` where the protocol has one). */
  readonly type: string
  readonly message: string
  /** More members of the error object, for instance `directive` and `permitted`. */
  readonly detail?: JsonObject
}

/** Bytes of a streamed answer in, steps out. Bytes may be cut anywhere. Throws never: what is malformed is an error event. */
export interface StreamReader {
  push(chunk: Uint8Array): readonly StreamEvent[]
  /** The connection has closed: what was still to be said. */
  finish(): readonly StreamEvent[]
}

/** Steps in, text of the caller's stream out, ready to be sent; the empty text where nothing is to be sent yet. */
export interface StreamWriter {
  write(event: StreamEvent): string
  /** A comment, or whatever the protocol's clients pass over: `: text`. */
  comment(text: string): string
  /** An error that ends the stream; afterwards nothing that looks like a clean end may follow. */
  fail(error: CallerError): string
}

export interface AnswerContext {
  /** For answers whose upstream gave none. */
  readonly id: string
  /** `model` in the answer. */
  readonly model: string
  /** Unix seconds, where the upstream gave none. */
  readonly created: number
  /** The request that is answered: some protocols repeat parts of it. */
  readonly request: ModelRequest
}

/** What a request takes up again that its caller does not send. */
export interface ConversationReferences {
  /** Id of the answer that it goes on behind; null: none. */
  readonly previous: string | null
  /** Ids of items of earlier answers. */
  readonly items: readonly string[]
}

/** An answer as a later request may take it up. */
export interface ConversationAnswer {
  readonly id: string
  readonly items: readonly { readonly id: string | null; readonly item: JsonValue }[]
  /** The server says that it keeps it. */
  readonly isKept: boolean
}

/** How conversations go on of which callers send only what is new, where a protocol has such. */
export interface ConversationCodec {
  /** Null: the request says everything itself. */
  referencesIn(body: JsonObject): ConversationReferences | null
  /** Whether the answer may be taken up again, and all that it follows from is known. */
  mayBeHeld(body: JsonObject): boolean
  /** The member `input` of a request, item by item. */
  itemsOf(input: JsonValue | undefined): readonly JsonValue[]
  /** Whether a server says that it does not know what a request takes up. */
  isUnknown(
    references: ConversationReferences,
    error: { readonly code: string | null; readonly message: string },
  ): boolean
  /** The id of what an item stands for; null: it is one itself. */
  idOfReference(item: JsonValue): string | null
  /** `sent`: an answer in one piece, or the end of a streamed one. Null: nothing can be gone on behind. */
  answerIn(sent: string): ConversationAnswer | null
  /** The body with all items in it, and nothing taken up. */
  withItems(body: JsonObject, input: readonly JsonValue[]): JsonObject
  /** An item as a server takes it that has not made it; null: it takes none of this kind. */
  itemElsewhere(item: JsonValue): JsonValue | null
}

/**
 * Conversations that a server holds for a short while and may lose at any time, where a protocol has such: clients keep
 * all of it as well, and send it when they are told that it is lost.
 */
export interface ThreadCodec {
  /** Whether the request goes on behind what its server holds, and says only what is new. */
  goesOn(body: JsonObject): boolean
  /** Whether servers of a provider hold any: others would answer as if nothing had been said before. */
  isHeldAt(provider: string): boolean
  /** Upon this clients send all of it. */
  readonly lost: CallerError
}

/** What holdfast must know of a wire format. One object a protocol; a contract test runs over all. */
export interface ProtocolCodec {
  readonly protocol: Protocol
  /** What a request in this protocol can carry. */
  readonly carries: Readonly<Record<Feature, Carriage>>
  /** Other protocols whose thoughts this one takes back, since the same makers speak it. */
  readonly takesThoughtsOf?: readonly Protocol[]
  /** What differs at one provider, where servers of one protocol are not alike. */
  forProvider?(provider: string): Pick<ProtocolCodec, 'carries' | 'takesThoughtsOf'>
  /**
   * Whether what was written for one provider's servers is taken by another's as it is; absent: always. If not, the
   * request is written anew as if it came from elsewhere, without `protocol`.
   */
  isAlike?(provider: string, other: string): boolean
  /** What differs for one model (its name on the wire), where one protocol serves models of many makers. */
  forModel?(model: string): Pick<ProtocolCodec, 'carries' | 'takesThoughtsOf'>
  /** How the text of a stream becomes bytes, where it is no UTF-8: each character one byte. */
  readonly streamEncoding?: 'latin1'
  /** What a stream ends with behind its reason to finish and its usage; absent: these are its end. */
  readonly lastWord?: string
  /** A caller's request as superset. Throws `ProtocolError` for what the protocol does not allow, with its path. */
  readRequest(body: JsonObject): ModelRequest
  /**
   * A caller's body without the thoughts of other makers that answers of ours have put into the conversation, which
   * the provider would refuse; the same object when there are none. For bytes that are forwarded as they are.
   */
  withoutForeignThoughts?(body: JsonObject): JsonObject
  /** Absent: callers send every conversation whole. */
  readonly conversations?: ConversationCodec
  /** Absent: the protocol has none. */
  readonly threads?: ThreadCodec
  /** The header line from which clients take the id of an answer, to tell it with an error. */
  readonly requestIdLine?: string
  /** Only what `carries` allows is asked for: see `planTranslation`. */
  writeRequest(request: ModelRequest, options: WriteOptions): WrittenRequest
  /** A whole answer of an upstream. Throws `ProtocolError` when it is none. */
  readAnswer(body: JsonObject): Answer
  writeAnswer(answer: Answer, context: AnswerContext): JsonObject
  createReader(): StreamReader
  createWriter(context: AnswerContext): StreamWriter
  /** Classifies an answer with a status from 400 on, or a 200 whose body is an error. `body` may be anything. */
  readError(status: number, body: string): UpstreamError
  writeError(error: CallerError): WrittenAnswer
}

/** A body that is not what its protocol says. */
export class ProtocolError extends Error {
  /** Where in the body, for instance `messages[2].content`. */
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.name = 'ProtocolError'
    this.path = path
  }
}
