import type { Answer } from './answer.ts'
import type { ErrorKind } from './error-kind.ts'
import { type Carries, type Frame, frame, sseComment, sseFrame } from './frame.ts'
import { listOf, objectOf } from './json-reading.ts'
import { openaiError, openaiErrorObject, openaiHeaders } from './openai-errors.ts'
import { openaiModels } from './openai-models.ts'
import { finishedItem, itemEvents, type ResponseEvent } from './openai-responses-items.ts'
import { readOpenaiResponsesRequest } from './openai-responses-request.ts'
import {
  modelAt,
  type Served,
  sseHeaders,
  unknownFields,
  type WholeBody,
  type Wire,
} from './wire.ts'

export const openaiResponsesWire: Wire = {
  protocol: 'openai-responses',
  read: readOpenaiResponsesRequest,
  whole: (answer, served) => ({
    status: 200,
    headers: openaiHeaders(served),
    body: finished(answer, served),
  }),
  stream,
  streamHeaders: (served) => [...sseHeaders, ['x-request-id', `req_fault${served.number}`]],
  error: responsesError,
  inBandError,
  brokenEvent: () =>
    frame(
      'comment',
      'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","del\n\n',
    ),
  keepAlive: () => sseComment('keep-alive'),
  countTokens: (served) => openaiError('not-supported', served),
  embed: (served) => openaiError('not-supported', served),
  listModels: openaiModels,
}

/** Where this API words an error otherwise than Chat Completions. */
function responsesError(kind: ErrorKind, served: Served): WholeBody {
  const reply = openaiError(kind, served)
  if (kind !== 'context-length') return reply
  const message =
    'Your input exceeds the context window of this model. Please adjust your input and try again.'
  return {
    ...reply,
    body: { error: { ...openaiErrorObject(kind, served), message, param: 'input' } },
  }
}

export function responseIdOf(served: Served): string {
  return `resp_fault${served.number}`
}

/** A response object; what the caller asked for is repeated in it. */
function responseOf(served: Served, changes: object): object {
  const { body } = served.request
  return {
    id: responseIdOf(served),
    object: 'response',
    created_at: served.createdSeconds,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: null,
    output: [],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null, ...objectOf(body['reasoning']) },
    service_tier: 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: listOf(body['tools']),
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    usage: null,
    user: body['user'] ?? null,
    metadata: body['metadata'] ?? {},
    ...changes,
  }
}

/** The response once nothing more will come; names the later model if there was a change. */
function finished(answer: Answer, served: Served): object {
  const reason = incompleteReason(answer)
  const output = answer.pieces.flatMap((piece, index) => finishedItem(piece, index, served))
  return responseOf(served, {
    ...modelAt(served, Number.POSITIVE_INFINITY),
    status: reason === null ? 'completed' : 'incomplete',
    incomplete_details: reason === null ? null : { reason },
    output,
    ...(served.order.usage === 'missing' ? {} : { usage: usageOf(answer) }),
    ...unknownFields(served),
  })
}

function incompleteReason(answer: Answer): string | null {
  if (answer.stop === 'length' || answer.stop === 'context') return 'max_output_tokens'
  return answer.stop === 'content-filter' ? 'content_filter' : null
}

function usageOf(answer: Answer): object {
  const { inputTokens, outputTokens, thinkingTokens, cacheReadTokens } = answer.usage
  const input = inputTokens + cacheReadTokens
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: thinkingTokens },
    total_tokens: input + outputTokens,
  }
}

function stream(answer: Answer, served: Served): readonly Frame[] {
  const opening = { ...modelAt(served, 0), ...unknownFields(served) }
  const done = incompleteReason(answer) === null ? 'response.completed' : 'response.incomplete'
  const events: readonly ResponseEvent[] = [
    {
      carries: 'start',
      data: { type: 'response.created', response: responseOf(served, opening) },
    },
    {
      carries: 'start',
      data: { type: 'response.in_progress', response: responseOf(served, opening) },
    },
    ...answer.pieces.flatMap((piece, index) => itemEvents(piece, index, served)),
    { carries: 'terminal', data: { type: done, response: finished(answer, served) } },
  ]
  return events.map(({ carries, data }, index) => eventFrame(carries, data, index))
}

function eventFrame(carries: Carries, data: ResponseEvent['data'], number: number): Frame {
  const { type, ...rest } = data
  return sseFrame(carries, { type, sequence_number: number, ...rest }, type)
}

function inBandError(kind: ErrorKind, served: Served, eventsBefore: number): readonly Frame[] {
  const { code, message, param } = openaiErrorObject(kind, served)
  const failed = responseOf(served, {
    ...modelAt(served, 0),
    status: 'failed',
    error: { code: code ?? 'server_error', message },
  })
  return [
    eventFrame('error', { type: 'error', code, message, param }, eventsBefore),
    eventFrame('terminal', { type: 'response.failed', response: failed }, eventsBefore + 1),
  ]
}
