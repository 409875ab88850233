import { alternateTurns } from '../alternate-turns.ts'
import { samplingOf } from '../anthropic-messages/sampling.ts'
import { writeThinking } from '../anthropic-messages/thinking.ts'
import type {
  JsonObject,
  JsonValue,
  ModelRequest,
  Part,
  TextPart,
  Tool,
  Turn,
} from '../exchange.ts'
import { present } from '../present.ts'
import type { WriteOptions, WrittenRequest } from '../protocol-codec.ts'
import { effortOf } from '../reasoning-effort.ts'
import { withUnknownMembers } from '../unknown-members.ts'
import { DocumentNames } from './document-names.ts'
import { isAnthropicModel } from './model-maker.ts'
import { type BlockOptions, isCarried, writeCacheMark, writeContent } from './write-block.ts'

export function writeRequest(request: ModelRequest, options: WriteOptions): WrittenRequest {
  const blocks = {
    isOwn: request.protocol === 'bedrock-converse',
    isAnthropic: isAnthropicModel(options.model),
    names: new DocumentNames(),
  }
  const operation = request.isStream ? 'converse-stream' : 'converse'
  return {
    path: `/model/${pathSegment(options.model)}/${operation}`,
    headers: {
      'content-type': 'application/json',
      accept: request.isStream ? 'application/vnd.amazon.eventstream' : 'application/json',
    },
    body: blocks.isOwn
      ? withUnknownMembers(writeOwn(request, blocks), request.unknown)
      : writeForeign(request, options, blocks),
  }
}

/** As AWS signs it: of the reserved characters none stays as it is. */
function pathSegment(model: string): string {
  let segment = encodeURIComponent(model)
  for (const character of "!'()*")
    segment = segment.replaceAll(
      character,
      `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  return segment
}

/** All of a request that was read from this protocol, as it stood. */
function writeOwn(request: ModelRequest, blocks: BlockOptions): JsonObject {
  const { system, turns, metadata, serviceTier, reasoning } = request
  return present({
    messages: turns.length === 0 ? undefined : turns.map((turn) => writeTurn(turn, blocks)),
    system: system.length === 0 ? undefined : writeSystem(system, blocks),
    inferenceConfig: writeInference(request, request.maxOutputTokens),
    toolConfig: writeToolConfig(request.tools, writeToolChoice(request), blocks),
    outputConfig: writeOutputConfig(request, reasoning?.effort),
    requestMetadata: metadata,
    serviceTier: serviceTier === undefined ? undefined : { type: serviceTier },
  })
}

function writeForeign(
  request: ModelRequest,
  { maxOutputTokens: most }: WriteOptions,
  blocks: BlockOptions,
): JsonObject {
  const { system, turns } = alternateTurns(request.turns, (part) => isCarried(part, blocks))
  const tools = toolsFor(request, turns)
  const forbids = request.toolChoice?.kind === 'none' && tools.length > 0
  const instructions = [...request.system, ...system, ...(forbids ? [noCalls] : [])].filter(
    ({ text }) => text.trim() !== '',
  )
  const asked = request.maxOutputTokens
  const tokensMax = asked === undefined || most === null ? asked : Math.min(asked, most)
  const choice = tools.length === 0 ? undefined : writeToolChoice(request)
  return present({
    messages: turns.map((turn) => writeTurn(withText(turn), blocks)),
    system: instructions.length === 0 ? undefined : writeSystem(instructions, blocks),
    inferenceConfig: writeInference(
      blocks.isAnthropic ? withSampling(request) : request,
      tokensMax,
    ),
    toolConfig: writeToolConfig(tools, choice, blocks),
    outputConfig: writeOutputConfig(request, effortFor(request, blocks.isAnthropic)),
    additionalModelRequestFields: blocks.isAnthropic ? anthropicFields(request) : undefined,
  })
}

/** There is no word for it here, and tools whose calls stand in the conversation must be listed. */
const noCalls: TextPart = { kind: 'text', text: 'Do not call any tool in this answer.' }

/**
 * Tools must be listed when the conversation has calls, even where the caller offers none any more; and only then, when
 * none may be called.
 */
function toolsFor(request: ModelRequest, turns: readonly Turn[]): readonly Tool[] {
  const called = new Set(turns.flatMap(({ parts }) => parts.flatMap(toolCalledBy)))
  if (request.toolChoice?.kind === 'none' && called.size === 0) return []
  if (request.tools.length > 0) return request.tools
  return [...called].map((name) => ({ kind: 'function', name, parameters: { type: 'object' } }))
}

function toolCalledBy(part: Part): readonly string[] {
  return part.kind === 'tool-call' ? [part.name] : []
}

/** A message with documents must say something of them. */
function withText(turn: Turn): Turn {
  const kinds = new Set(turn.parts.map(({ kind }) => kind))
  if (!kinds.has('file') || kinds.has('text') || kinds.has('refusal')) return turn
  return { ...turn, parts: [...turn.parts, { kind: 'text', text: '.' }] }
}

function writeTurn(turn: Turn, blocks: BlockOptions): JsonObject {
  const own = blocks.isOwn ? turn.extra : undefined
  return { role: turn.role, content: writeContent(turn.parts, blocks), ...own }
}

function writeSystem(system: readonly TextPart[], blocks: BlockOptions): JsonValue {
  const own = (part: TextPart) => (blocks.isOwn ? part.extra : undefined)
  return system.flatMap((part) => [
    { text: part.text, ...own(part) },
    ...writeCacheMark(part, blocks),
  ])
}

function withSampling(request: ModelRequest): Pick<ModelRequest, 'temperature' | 'topP' | 'stop'> {
  return present({ ...samplingOf(request), stop: request.stop })
}

function writeInference(
  request: Pick<ModelRequest, 'temperature' | 'topP' | 'stop'>,
  maxTokens: number | undefined,
): JsonObject | undefined {
  const { temperature, topP, stop: stopSequences } = request
  const config = present({ maxTokens, temperature, topP, stopSequences })
  return Object.keys(config).length === 0 ? undefined : config
}

function writeToolConfig(
  tools: readonly Tool[],
  toolChoice: JsonObject | undefined,
  blocks: BlockOptions,
): JsonObject | undefined {
  if (tools.length === 0) return undefined
  return present({ tools: tools.flatMap((tool) => writeTool(tool, blocks)), toolChoice })
}

function writeTool(tool: Tool, blocks: BlockOptions): readonly JsonObject[] {
  if (tool.kind === 'provider') return tool.protocol === 'bedrock-converse' ? [tool.value] : []
  const { name, description, parameters, extra } = tool
  const strict = blocks.isOwn || tool.strict === true ? tool.strict : undefined
  const json = blocks.isOwn || 'type' in parameters ? parameters : { type: 'object', ...parameters }
  const spec = present({ name, description, inputSchema: { json }, strict })
  const toolSpec = blocks.isOwn ? { ...spec, ...extra } : spec
  return [{ toolSpec }, ...writeCacheMark(tool, blocks)]
}

function writeToolChoice({ toolChoice }: ModelRequest): JsonObject | undefined {
  switch (toolChoice?.kind) {
    case 'auto':
      return { auto: {} }
    case 'required':
      return { any: {} }
    case 'tool':
      return { tool: { name: toolChoice.name } }
    case 'none':
    case undefined:
      return undefined
  }
}

function writeOutputConfig(
  { output }: ModelRequest,
  effort: string | undefined,
): JsonObject | undefined {
  const textFormat = output?.kind === 'json-schema' ? writeTextFormat(output) : undefined
  const config = present({ textFormat, effort })
  return Object.keys(config).length === 0 ? undefined : config
}

type JsonSchemaOutput = Extract<ModelRequest['output'], { readonly kind: 'json-schema' }>

function writeTextFormat({ name, description, schema }: JsonSchemaOutput): JsonObject {
  const jsonSchema = present({ schema: JSON.stringify(schema), name, description })
  return { type: 'json_schema', structure: { jsonSchema } }
}

/** The words are Anthropic's; other makers' models get one too where the caller gave a budget. */
function effortFor({ reasoning }: ModelRequest, isAnthropic: boolean): string | undefined {
  if (reasoning === undefined) return undefined
  const effort = isAnthropic ? reasoning.effort : effortOf(reasoning)
  if (effort === 'none') return undefined
  return effort === 'minimal' ? 'low' : effort
}

/** What Anthropic's models take beside the fields that all have. */
function anthropicFields(request: ModelRequest): JsonObject | undefined {
  const fields = present({ thinking: writeThinking(request), top_k: request.topK })
  return Object.keys(fields).length === 0 ? undefined : fields
}
