import type { ModelRequest, Part, Turn } from '../../protocols/index.ts'
import type { LeftOut } from '../../schema/captured-task.ts'
import type { TaskAnswer } from '../../schema/task-set.ts'
import {
  type TaskMessage,
  type TaskOutput,
  type TaskPart,
  TaskRequest,
} from '../../schema/task-request.ts'

/** What was asked in a call as a task asks it, or why that cannot be. Who asked is nowhere in it. */
export function taskOfCall(
  request: ModelRequest,
): { readonly request: TaskRequest } | { readonly leftOut: LeftOut } {
  const leftOut = reasonAgainst(request)
  if (leftOut !== null) return { leftOut }
  const { system, turns, tools, toolChoice, output } = request
  const made = {
    ...(system.length === 0 ? {} : { system: system.map(({ text }) => text).join('\n\n') }),
    messages: turns.map(messageOf),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.flatMap((tool) => {
            if (tool.kind !== 'function') return []
            const { name, description, parameters } = tool
            return [{ name, ...(description === undefined ? {} : { description }), parameters }]
          }),
        }),
    ...(toolChoice === undefined
      ? {}
      : { toolChoice: toolChoice.kind === 'tool' ? { tool: toolChoice.name } : toolChoice.kind }),
    ...(output === undefined ? {} : { output: outputOf(output) }),
    ...parametersOf(request),
  }
  const read = TaskRequest.safeParse(made)
  return read.success ? { request: read.data } : { leftOut: 'unreadable' }
}

/** What only the provider has, or what no rule can look into, makes no task that can be asked of another. */
function reasonAgainst({
  turns,
  tools,
  n = 1,
  previousResponseId,
  refused = [],
}: ModelRequest): LeftOut | null {
  if (previousResponseId !== undefined) return 'kept-by-provider'
  if (n > 1) return 'several-answers'
  if (tools.some((tool) => tool.kind === 'provider' && tool.isGroup !== true))
    return 'provider-tool'
  const parts = turns.flatMap((turn) => turn.parts)
  const results = parts.flatMap((part) => (part.kind === 'tool-result' ? part.parts : []))
  if ([...parts, ...results].some(({ kind }) => attachments.has(kind))) return 'attachment'
  if (parts.some((part) => part.kind === 'opaque' && part.isNote !== true)) return 'provider-tool'
  if (refused.length > 0) return 'kept-by-provider'
  return turns.length === 0 ? 'unreadable' : null
}

/** Nothing of persons can be taken out of them, and an address leads to what is not ours to keep. */
const attachments: ReadonlySet<string> = new Set(['image', 'file', 'audio'])

function messageOf({ role, parts }: Turn): TaskMessage {
  const kept = parts.flatMap(partOf)
  const texts = kept.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
  return { role, content: texts.length === kept.length ? texts.join('\n') : kept }
}

/** Thoughts are for their maker alone. */
function partOf(part: Part): readonly TaskPart[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return [{ kind: 'text', text: part.text }]
    case 'tool-call': {
      const { id, name, arguments: given } = part
      return [{ kind: 'tool-call', id, name, arguments: given }]
    }
    case 'tool-result': {
      const text = part.parts.flatMap((one) => (one.kind === 'text' ? [one.text] : [])).join('\n')
      return [
        { kind: 'tool-result', id: part.id, text, ...(part.isError ? { isError: true } : {}) },
      ]
    }
    case 'thinking':
    case 'opaque':
    case 'image':
    case 'file':
    case 'audio':
      return []
  }
}

function outputOf(output: NonNullable<ModelRequest['output']>): TaskOutput {
  if (output.kind !== 'json-schema') return { kind: output.kind }
  const schema = output.schema as Extract<TaskOutput, { kind: 'json-schema' }>['schema']
  return { kind: 'json-schema', name: output.name ?? 'answer', schema }
}

function parametersOf(request: ModelRequest): Pick<TaskRequest, 'parameters'> {
  const { maxOutputTokens, temperature, topP, seed, stop, reasoning } = request
  const effort = reasoning?.isOn === true ? reasoning.effort : undefined
  const parameters = {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    ...(effort === undefined ? {} : { reasoningEffort: effort }),
  }
  return Object.keys(parameters).length === 0 ? {} : { parameters }
}

/** Text by which the requests of one conversation are told: all of them begin with it. */
export function beginningOf({ messages }: TaskRequest): string {
  const first = messages.find(({ role }) => role === 'user')?.content ?? ''
  return typeof first === 'string' ? first : JSON.stringify(first)
}

interface AnswerParts {
  readonly text: string
  readonly refusal: string
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[]
  readonly stop: string | null
}

/** Null: nothing was answered, or a call of a tool that is no JSON. */
export function recordedAnswer({ text, refusal, toolCalls, stop }: AnswerParts): TaskAnswer | null {
  const whole = text + refusal
  const calls: { name: string; arguments: Record<string, never> }[] = []
  for (const { name, arguments: written } of toolCalls) {
    const given = objectIn(written)
    if (given === null) return null
    calls.push({ name, arguments: given })
  }
  if (whole === '' && calls.length === 0) return null
  const told = stops.find((one) => one === stop)
  const isPlain = calls.length === 0 && (told === undefined || told === 'stop')
  if (isPlain) return whole
  return {
    ...(whole === '' ? {} : { text: whole }),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...(told === undefined ? {} : { stop: told }),
  }
}

const stops = ['stop', 'tool-calls', 'max-tokens', 'refusal', 'content-filter'] as const

function objectIn(text: string): Record<string, never> | null {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, never>) : null
  } catch {
    return null
  }
}
