import type { TaskTool } from '../../schema/task-request.ts'
import { type Entry, isEntry, textOf, unpacked } from './importer.ts'

/** Tools as OpenAI, Anthropic, Google, OpenTelemetry and Langfuse write them. */
export function toolsOf(value: unknown): readonly TaskTool[] {
  const given = unpacked(value)
  const list: readonly unknown[] = Array.isArray(given)
    ? given
    : isEntry(given)
      ? Object.values(given)
      : []
  return list.map(unpacked).filter(isEntry).flatMap(toolOf)
}

function toolOf(tool: Entry): readonly TaskTool[] {
  const several = tool['functionDeclarations'] ?? tool['function_declarations']
  if (Array.isArray(several)) return toolsOf(several)
  const inner = isEntry(tool['function']) ? tool['function'] : tool
  const name = textOf(inner['name'])
  if (name === null) return []
  const parameters = unpacked(inner['parameters'] ?? inner['input_schema'] ?? inner['inputSchema'])
  const description = textOf(inner['description'])
  return [
    {
      name,
      ...(description === null ? {} : { description }),
      parameters: (isEntry(parameters) ? parameters : { type: 'object' }) as TaskTool['parameters'],
    },
  ]
}

/** LangChain hands Langfuse the tools as messages: `{ role: "tool", content: { type: "function", function } }`. */
export function isToolDefinition(message: unknown): boolean {
  if (!isEntry(message) || message['role'] !== 'tool') return false
  const { content } = message
  return isEntry(content) && content['type'] === 'function' && isEntry(content['function'])
}
