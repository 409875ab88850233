import { alternateTurns } from '../alternate-turns.ts'
import type { JsonObject, ModelRequest, Reasoning, Tool, Turn } from '../exchange.ts'
import { present } from '../present.ts'
import type { WriteOptions, WrittenRequest } from '../protocol-codec.ts'
import { withUnknownMembers } from '../unknown-members.ts'
import { samplingOf } from './sampling.ts'
import { writeThinking } from './thinking.ts'
import { vertexRequest } from './vertex-request.ts'
import { isCarried, withOwnMembers, writeContent } from './write-block.ts'

/** Every model writes this much; taken where neither the caller nor the catalogue names a limit. */
const defaultTokensMax = 4096

export function writeRequest(request: ModelRequest, options: WriteOptions): WrittenRequest {
  const isOwn = request.protocol === 'anthropic-messages'
  const { system, turns } = isOwn ? request : withAlternatingTurns(request)
  const sampling = isOwn ? request : samplingOf(request)
  const body = present({
    model: options.model,
    max_tokens: isOwn ? request.maxOutputTokens : tokensMax(request, options),
    system: system.length === 0 ? undefined : writeContent(system, isOwn),
    messages: turns.flatMap((turn) => writeTurn(turn, isOwn)),
    tools:
      request.tools.length === 0 ? undefined : request.tools.flatMap((t) => writeTool(t, isOwn)),
    tool_choice: writeToolChoice(request, isOwn),
    thinking: isOwn ? request.reasoning?.extra?.['thinking'] : writeThinking(request),
    output_config: writeOutputConfig(request),
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: request.topK,
    stop_sequences: request.stop,
    metadata: request.user === undefined ? undefined : { user_id: request.user },
    service_tier: isOwn ? request.serviceTier : undefined,
    stream: request.isStream ? true : undefined,
  })
  const whole = isOwn ? withUnknownMembers(body, request.unknown) : body
  const { model, vertex } = options
  if (vertex !== undefined) return vertexRequest(whole, { model, vertex })
  return {
    path: '/v1/messages',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: whole,
  }
}

/**
 * Instructions from the midst of a conversation are a word of this protocol too, but only some models know it; at the
 * beginning all do.
 */
function withAlternatingTurns(request: ModelRequest): Pick<ModelRequest, 'system' | 'turns'> {
  const { system, turns } = alternateTurns(request.turns, isCarried)
  const texts = [...request.system, ...system].filter(({ text }) => text.trim() !== '')
  return { system: texts, turns }
}

/** A limit must be named, above what is to be thought and not above what the model can write. */
function tokensMax(request: ModelRequest, options: WriteOptions): number {
  const most = options.maxOutputTokens
  const asked = request.maxOutputTokens
  if (asked !== undefined) return most === null ? asked : Math.min(asked, most)
  if (most !== null) return most
  return defaultTokensMax + (request.reasoning?.budgetTokens ?? 0)
}

function writeTurn(turn: Turn, isOwn: boolean): readonly JsonObject[] {
  const content = writeContent(turn.parts, isOwn)
  const isSilent = Array.isArray(content) && content.length === 0
  // Nothing is left of a turn that held another maker's thoughts alone.
  if (isSilent && turn.parts.length > 0) return []
  const message = isSilent && turn.role === 'system' ? {} : { content }
  return [{ role: turn.role, ...message, ...(isOwn ? turn.extra : {}) }]
}

function writeTool(tool: Tool, isOwn: boolean): readonly JsonObject[] {
  if (tool.kind === 'provider') return tool.protocol === 'anthropic-messages' ? [tool.value] : []
  const { name, description, parameters } = tool
  const strict = isOwn || tool.strict === true ? tool.strict : undefined
  const input_schema =
    isOwn || 'type' in parameters ? parameters : { type: 'object', ...parameters }
  return [withOwnMembers(present({ name, description, input_schema, strict }), tool, isOwn)]
}

function writeToolChoice(request: ModelRequest, isOwn: boolean): JsonObject | undefined {
  const { toolChoice, parallelToolCalls } = request
  if (toolChoice === undefined && parallelToolCalls === undefined) return undefined
  const choice = choiceOf(toolChoice ?? { kind: 'auto' })
  const isForced = choice['type'] === 'any' || choice['type'] === 'tool'
  // A choice among no tools is refused; there is nothing to choose from anyway.
  if (!isOwn && request.tools.length === 0 && !isForced) return undefined
  if (parallelToolCalls === undefined || (!isOwn && choice['type'] === 'none')) return choice
  return { ...choice, disable_parallel_tool_use: !parallelToolCalls }
}

function choiceOf(choice: NonNullable<ModelRequest['toolChoice']>): JsonObject {
  switch (choice.kind) {
    case 'auto':
    case 'none':
      return { type: choice.kind }
    case 'required':
      return { type: 'any' }
    case 'tool':
      return { type: 'tool', name: choice.name }
  }
}

function writeOutputConfig(request: ModelRequest): JsonObject | undefined {
  const effort = effortOf(request.reasoning)
  const { output } = request
  const format =
    output?.kind === 'json-schema' ? { type: 'json_schema', schema: output.schema } : undefined
  return effort === undefined && format === undefined ? undefined : present({ effort, format })
}

/** `minimal` is called `low` here, and `none` is to switch thinking off. */
function effortOf(reasoning: Reasoning | undefined): string | undefined {
  const effort = reasoning?.effort
  if (effort === 'none') return undefined
  return effort === 'minimal' ? 'low' : effort
}
