import type { FunctionTool, JsonObject, JsonValue, ModelRequest, Tool } from '../exchange.ts'
import { present } from '../present.ts'
import { isCustomTool } from './custom-tool.ts'
import type { Writing } from './write-content.ts'

/** How tools may be called is told only where there are any: it is refused otherwise. */
export function writeTools(request: ModelRequest, writing: Writing): JsonObject {
  const tools = request.tools.flatMap((tool) => writeTool(tool, writing))
  if (tools.length === 0 && !writing.isOwn) return {}
  return present({
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: toolChoiceOf(request, writing),
    parallel_tool_calls: request.parallelToolCalls,
  }) as JsonObject
}

export function toolChoiceOf(request: ModelRequest, { isOwn }: Writing): JsonValue | undefined {
  const { toolChoice, tools } = request
  if (toolChoice === undefined) return undefined
  if (toolChoice.kind !== 'tool') return toolChoice.kind
  const { name } = toolChoice
  const isCustom =
    isOwn &&
    tools.some((tool) => tool.kind === 'function' && tool.name === name && isCustomTool(tool))
  return { type: isCustom ? 'custom' : 'function', name }
}

export function writeTool(tool: Tool, { isOwn }: Writing): readonly JsonObject[] {
  if (tool.kind === 'provider') return tool.protocol === 'openai-responses' ? [tool.value] : []
  const extra = isOwn ? tool.extra : undefined
  const { name, description } = tool
  if (isOwn && isCustomTool(tool)) return [present({ name, description, ...extra }) as JsonObject]
  return [functionTool(tool, isOwn)]
}

/** Absent, `strict` is on here and off everywhere else. */
function functionTool(tool: FunctionTool, isOwn: boolean): JsonObject {
  const { name, description, parameters, strict, extra } = tool
  return present({
    type: 'function',
    name,
    description,
    parameters,
    strict: isOwn ? strict : (strict ?? false),
    ...(isOwn ? extra : undefined),
  }) as JsonObject
}
