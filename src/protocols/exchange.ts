/**
 * The superset: one representation that every protocol is read into and written from when caller and upstream speak
 * different ones. Between equal protocols the original bytes go through, and nothing here is used.
 */

/** What stands in `protocol` of a route. */
export type Protocol =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini'
  | 'bedrock-converse'

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
export type JsonObject = { readonly [key: string]: JsonValue }

/** Data that stands in the request itself, or only a reference to it. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  | { readonly kind: 'text'; readonly text: string; readonly mediaType?: string }
  /** An id that only the provider which gave it can read. */
  | { readonly kind: 'id'; readonly id: string }

/** A mark that the prompt up to here may be cached; `ttl` such as `5m` or `1h`, null: the provider's own. */
export interface CacheMark {
  readonly ttl: string | null
}

/** What a block has beside, which only the protocol it came from knows: written back to that one alone. */
interface OwnMembers {
  readonly extra?: JsonObject
}

export interface TextPart extends OwnMembers {
  readonly kind: 'text'
  readonly text: string
  /** As the protocol that it came from writes them; carried only to the same protocol. */
  readonly citations?: readonly JsonValue[]
  readonly cache?: CacheMark
}

export interface ImagePart extends OwnMembers {
  readonly kind: 'image'
  readonly source: MediaSource
  /** `low`, `high`, `auto`. */
  readonly detail?: string
  readonly cache?: CacheMark
}

export interface FilePart extends OwnMembers {
  readonly kind: 'file'
  readonly source: MediaSource
  readonly name?: string
  readonly cache?: CacheMark
}

export interface AudioPart {
  readonly kind: 'audio'
  /** Base64. */
  readonly data: string
  /** `wav`, `mp3`, … */
  readonly format: string
}

export interface ToolCallPart extends OwnMembers {
  readonly kind: 'tool-call'
  readonly id: string
  readonly name: string
  /** JSON text, exactly as it was written; empty arguments are `{}` or the empty text, as written. */
  readonly arguments: string
  /** Opaque mark by which its maker knows its own thought again (Gemini `thoughtSignature`). */
  readonly signature?: string
  readonly cache?: CacheMark
}

export interface ToolResultPart extends OwnMembers {
  readonly kind: 'tool-result'
  /** Id of the call it answers. */
  readonly id: string
  /** Name of the tool, for protocols that ask for it; taken from the call when the result does not say it. */
  readonly name?: string
  readonly parts: readonly (TextPart | ImagePart | FilePart)[]
  readonly isError: boolean
  readonly cache?: CacheMark
}

/** Thoughts can be shown again only to their maker, with the signature untouched. */
export interface ThinkingPart extends OwnMembers {
  readonly kind: 'thinking'
  /** Whose thought it is, where that is known; absent, it is taken for nobody's. */
  readonly protocol?: Protocol
  readonly text: string
  readonly signature?: string
  /** Encrypted thoughts, where the text is hidden. */
  readonly redacted?: string
  /** Id of the item in the protocol of responses. */
  readonly id?: string
}

export interface RefusalPart {
  readonly kind: 'refusal'
  readonly text: string
}

/** A block that only its own protocol knows: results of the provider's own tools, and whatever is new. */
export interface OpaquePart {
  readonly kind: 'opaque'
  readonly protocol: Protocol
  readonly value: JsonValue
  /** Tells a model nothing (which model went on, for instance): left out elsewhere, and named as lost. */
  readonly isNote?: true
}

export type Part =
  | TextPart
  | ImagePart
  | FilePart
  | AudioPart
  | ToolCallPart
  | ToolResultPart
  | ThinkingPart
  | RefusalPart
  | OpaquePart

export interface Turn extends OwnMembers {
  /** `system`: an instruction in the midst of the conversation; those before it stand in `system`. */
  readonly role: 'user' | 'assistant' | 'system'
  readonly parts: readonly Part[]
  readonly name?: string
}

export interface FunctionTool extends OwnMembers {
  readonly kind: 'function'
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject
  readonly strict?: boolean
  readonly cache?: CacheMark
}

/** A tool that the provider itself runs: search, code, computer use, another model. */
export interface ProviderTool {
  readonly kind: 'provider'
  readonly protocol: Protocol
  readonly value: JsonObject
  /** No more than a group of the caller's own tools: left out elsewhere, and named as lost. */
  readonly isGroup?: true
}

export type Tool = FunctionTool | ProviderTool

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string }

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema'
      readonly name?: string
      readonly description?: string
      readonly schema: JsonObject
      readonly strict?: boolean
    }

export interface Reasoning extends OwnMembers {
  /** False: switched off on purpose. */
  readonly isOn: boolean
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`: as written. */
  readonly effort?: string
  readonly budgetTokens?: number
  /** How much of the thoughts is shown, as written. */
  readonly summary?: string
}

export interface ModelRequest {
  /** What it was read from: written into the same protocol again, all of it goes back, `unknown` and `extra` too. */
  readonly protocol?: Protocol
  /** As the caller wrote it. */
  readonly model: string
  readonly isStream: boolean
  readonly system: readonly TextPart[]
  readonly turns: readonly Turn[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly output?: OutputFormat
  readonly reasoning?: Reasoning
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly logitBias?: JsonObject
  /** How many alternatives of each token; 0: only those that were chosen. */
  readonly logprobs?: number
  /** Number of answers. */
  readonly n?: number
  /** A stream tells usage at its end, where that must be asked for. */
  readonly streamUsage?: boolean
  readonly user?: string
  readonly metadata?: JsonObject
  readonly serviceTier?: string
  /** The provider is asked to keep the answer. */
  readonly store?: boolean
  readonly previousResponseId?: string
  readonly promptCacheKey?: string
  readonly verbosity?: string
  /** Fields of the caller's protocol that the superset has no word for: path as written → value. */
  readonly unknown: { readonly [path: string]: JsonValue }
  /** Paths of what only the caller's protocol can do and the answer hangs on: a translation is refused. */
  readonly refused?: readonly string[]
  /** How the caller's protocol writes each feature that the request uses, for instance `logit_bias`. */
  readonly written: ReadonlyMap<Feature, string>
}

export interface Usage {
  /** All tokens in, those read from or put into a cache among them. */
  readonly input: number | null
  /** All tokens out, those of reasoning among them. */
  readonly output: number | null
  readonly cacheRead: number | null
  readonly cacheWrite: number | null
  readonly reasoning: number | null
  /** Models that worked on the answer, where the provider says so. */
  readonly models?: readonly UsedModel[]
}

export interface UsedModel {
  /** As the provider writes it. */
  readonly name: string
  /** It wrote what is answered, instead of the model that was asked for. */
  readonly isAuthor: boolean
}

export type StopReason =
  | 'stop'
  | 'max-tokens'
  | 'stop-sequence'
  | 'tool-calls'
  | 'refusal'
  | 'content-filter'
  | 'context-length'
  /** The provider paused a long turn of its own tools. */
  | 'pause'
  | 'other'

export interface Stop {
  readonly reason: StopReason
  /** As the provider wrote it. */
  readonly raw: string | null
  readonly sequence?: string
  /** Why, in the provider's words, and of what kind: with refusals and filters. */
  readonly explanation?: string
  readonly category?: string
}

export interface Answer {
  readonly id: string
  /** As the provider wrote it. */
  readonly model: string
  /** Unix seconds; null: the protocol does not say. */
  readonly created: number | null
  readonly parts: readonly Part[]
  readonly stop: Stop
  readonly usage: Usage | null
}

/** Classes of errors, each with its own treatment: knowledge of gateways, "Error taxonomy". */
export type ErrorClass =
  /** The model is not to be had: 404, 410, 403 on the model, retired. */
  | 'withdrawn'
  /** Our credential is refused. */
  | 'auth'
  /** Too many requests, or no money left. */
  | 'quota'
  | 'overload'
  /** Nothing whole came back: reset, silence, cut, malformed. */
  | 'transport'
  /** The request itself is wrong: told to the caller, never repeated. */
  | 'client'
  /** Too long for this model. */
  | 'context'
  /** The provider's rules on content. */
  | 'content-policy'

export interface UpstreamError {
  readonly class: ErrorClass
  /** HTTP status; null within a stream. */
  readonly status: number | null
  /** `type` or `code` as the provider wrote it. */
  readonly code: string | null
  readonly message: string
}

/** A stream as steps. Parts are numbered from 0 and never overlap in one protocol's own way: see `part-start`. */
export type StreamEvent =
  | {
      readonly kind: 'start'
      readonly id: string
      readonly model: string
      readonly created: number | null
    }
  | {
      readonly kind: 'part-start'
      readonly index: number
      /** The part with what is known at its beginning; texts and arguments are empty. */
      readonly part: Part
    }
  | { readonly kind: 'text'; readonly index: number; readonly text: string }
  | { readonly kind: 'thinking'; readonly index: number; readonly text: string }
  | { readonly kind: 'signature'; readonly index: number; readonly signature: string }
  | { readonly kind: 'arguments'; readonly index: number; readonly text: string }
  | { readonly kind: 'citation'; readonly index: number; readonly citation: JsonValue }
  | { readonly kind: 'refusal'; readonly index: number; readonly text: string }
  | { readonly kind: 'part-end'; readonly index: number }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'stop'; readonly stop: Stop }
  /** The provider's own word that the answer is complete. A stream that closes without it was cut. */
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: UpstreamError }
  /** A sign of life without content. `isWithinPart`: a part has begun, of which nothing is told before it is whole. */
  | { readonly kind: 'ping'; readonly isWithinPart?: true }

/**
 * Everything of a request that some protocol cannot carry, one word each. What no table of a protocol names cannot
 * be lost.
 */
export const features = [
  'audio',
  'cache-marks',
  'citations',
  'file-base64',
  'file-id',
  'file-text',
  'file-url',
  'frequency-penalty',
  'image-base64',
  'image-detail',
  'image-id',
  'image-url',
  'json-output',
  'json-schema-output',
  'logit-bias',
  'logprobs',
  'max-output-tokens',
  'metadata',
  'n',
  'opaque-parts',
  'parallel-tool-calls',
  'presence-penalty',
  'previous-response',
  'prompt-cache-key',
  'provider-tools',
  'reasoning',
  'reasoning-summary',
  'refusal-parts',
  'seed',
  'service-tier',
  'stop',
  'store',
  'strict-tools',
  'system-turns',
  'temperature',
  'thinking-parts',
  'tool-choice',
  'tool-result-error',
  'tool-result-media',
  'tools',
  'top-k',
  'top-p',
  'turn-names',
  'user',
  'verbosity',
] as const
export type Feature = (typeof features)[number]

/**
 * `carried`: arrives with its meaning. `lost`: left out, and named in `holdfast-lost`. `refused`: without it the
 * answer would be another one, so the request is refused with 400.
 */
export type Carriage = 'carried' | 'lost' | 'refused'
