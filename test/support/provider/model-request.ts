import type { JsonObject } from './json-reading.ts'
import type { Protocol } from './protocol.ts'

export type Operation = 'generate' | 'count-tokens' | 'embed' | 'list-models' | 'show-model'

export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One message of the conversation, reduced to what decides the answer. */
export interface Message {
  readonly role: Role
  readonly text: string
  readonly toolCalls: number
  readonly toolResults: number
}

export interface Tool {
  readonly name: string
  readonly schema: unknown
}

export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

/** What a request asks for, whichever protocol it came in. */
export interface ModelRequest {
  readonly protocol: Protocol
  readonly operation: Operation
  /** As the caller wrote it. */
  readonly model: string
  readonly isStream: boolean
  /** Gemini streams a JSON array unless `alt=sse` asks for events. */
  readonly isEventStream: boolean
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  readonly maxTokens: number | null
  readonly stopSequences: readonly string[]
  /** Asked-for form of the answer; `{}` when any JSON will do. */
  readonly outputSchema: unknown
  /** Chat Completions streams tell usage only to who asked. */
  readonly isUsageWanted: boolean
  readonly areLogprobsWanted: boolean
  readonly choices: number
  readonly embedInputs: number
  readonly body: JsonObject
}

/** A request of which nothing is known yet; the wires fill in what their protocol says. */
export function plainRequest(protocol: Protocol, body: JsonObject): ModelRequest {
  return {
    protocol,
    operation: 'generate',
    model: '',
    isStream: false,
    isEventStream: true,
    messages: [],
    tools: [],
    toolChoice: 'auto',
    maxTokens: null,
    stopSequences: [],
    outputSchema: null,
    isUsageWanted: true,
    areLogprobsWanted: false,
    choices: 1,
    embedInputs: 0,
    body,
  }
}

export function message(role: Role, text: string, toolCalls = 0, toolResults = 0): Message {
  return { role, text, toolCalls, toolResults }
}
