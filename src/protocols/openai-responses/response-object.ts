import type { JsonObject, JsonValue, ModelRequest } from '../exchange.ts'
import type { AnswerContext } from '../protocol-codec.ts'
import { writeFormat } from './write-request.ts'
import { toolChoiceOf, writeTool } from './write-tools.ts'

export interface ResponseState {
  readonly id: string
  readonly created: number
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  readonly error: JsonObject | null
  readonly incompleteDetails: JsonObject | null
  readonly output: readonly JsonValue[]
  readonly usage: JsonObject | null
}

/** A response, whole or on its way. It repeats what was asked. */
export function responseObject(state: ResponseState, context: AnswerContext): JsonObject {
  return {
    id: state.id,
    object: 'response',
    created_at: state.created,
    status: state.status,
    background: false,
    error: state.error,
    incomplete_details: state.incompleteDetails,
    ...requestEcho(context),
    output: state.output,
    usage: state.usage,
  }
}

export function requestEcho({ model, request }: AnswerContext): JsonObject {
  const writing = { isOwn: request.protocol === 'openai-responses' }
  const { output, verbosity, reasoning } = request
  const format = output === undefined ? { type: 'text' } : writeFormat(output, writing.isOwn)
  return {
    instructions: instructionsOf(request),
    max_output_tokens: request.maxOutputTokens ?? null,
    metadata: request.metadata ?? {},
    model,
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: request.previousResponseId ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    store: request.store ?? false,
    temperature: request.temperature ?? null,
    text: verbosity === undefined ? { format } : { format, verbosity },
    tool_choice: toolChoiceOf(request, writing) ?? 'auto',
    tools: request.tools.flatMap((tool) => writeTool(tool, writing)),
    top_p: request.topP ?? null,
    truncation: 'disabled',
    user: request.user ?? null,
  }
}

function instructionsOf({ system }: ModelRequest): string | null {
  const texts = system.filter(({ extra }) => extra?.['message'] === undefined)
  return texts.length === 0 ? null : texts.map(({ text }) => text).join('\n\n')
}

/**
 * Clients know the kind of an id by its beginning. Callers go on behind it, so two answers never have the same: some servers
 * draw the ids of chat completions from a thousand.
 */
export function responseIdOf(id: string, context: AnswerContext): string {
  return id.startsWith('resp_') ? id : `resp_${context.id}`
}

/** The id of an item, made from the response's and its place in it. */
export function itemIdOf(
  kind: 'msg' | 'fc' | 'ctc' | 'rs' | 'ig',
  responseId: string,
  index: number,
): string {
  return `${kind}_${responseId.slice('resp_'.length)}_${String(index)}`
}
