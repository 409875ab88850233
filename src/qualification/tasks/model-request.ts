import type { ModelRequest, Part, Turn } from '../../protocols/index.ts'
import type { TaskMessage, TaskPart, TaskRequest, TaskTool } from '../../schema/task-request.ts'

/** The request of a task in the superset, for any protocol to write. */
export function modelRequest(request: TaskRequest, model: string): ModelRequest {
  const { system, messages, tools = [], toolChoice, output, parameters = {} } = request
  const { maxOutputTokens, temperature, topP, seed, stop, reasoningEffort } = parameters
  return {
    model,
    isStream: false,
    system: system === undefined ? [] : [{ kind: 'text', text: system }],
    turns: messages.map(turn),
    tools: tools.map(tool),
    ...(toolChoice === undefined
      ? {}
      : {
          toolChoice:
            typeof toolChoice === 'string'
              ? { kind: toolChoice }
              : { kind: 'tool', name: toolChoice.tool },
        }),
    ...(output === undefined
      ? {}
      : { output: output.kind === 'json-schema' ? { ...output, schema: output.schema } : output }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop }),
    ...(reasoningEffort === undefined
      ? {}
      : { reasoning: { isOn: true, effort: reasoningEffort } }),
    unknown: {},
    written: new Map(),
  }
}

function turn({ role, content }: TaskMessage): Turn {
  return {
    role,
    parts: typeof content === 'string' ? [{ kind: 'text', text: content }] : content.map(part),
  }
}

function part(one: TaskPart): Part {
  switch (one.kind) {
    case 'text':
      return { kind: 'text', text: one.text }
    case 'image':
      return { kind: 'image', source: { kind: 'base64', mediaType: one.mediaType, data: one.data } }
    case 'tool-call':
      return { kind: 'tool-call', id: one.id, name: one.name, arguments: one.arguments }
    case 'tool-result':
      return {
        kind: 'tool-result',
        id: one.id,
        parts: [{ kind: 'text', text: one.text }],
        isError: one.isError ?? false,
      }
  }
}

function tool({ name, description, parameters }: TaskTool): ModelRequest['tools'][number] {
  return {
    kind: 'function',
    name,
    ...(description === undefined ? {} : { description }),
    parameters,
  }
}
