import type { Answer, JsonObject } from '../../protocols/index.ts'
import type { TaskAnswer } from '../../schema/task-set.ts'

export interface GivenToolCall {
  readonly name: string
  /** Null: what the model wrote is no JSON object. */
  readonly arguments: JsonObject | null
}

/** What graders see of an answer, whoever gave it: a model, a tool that was run, a person. */
export interface GivenAnswer {
  readonly text: string
  readonly toolCalls: readonly GivenToolCall[]
  /** `stop` where nothing else is known. */
  readonly stop: 'stop' | 'tool-calls' | 'max-tokens' | 'refusal' | 'content-filter' | 'other'
  /** What the provider itself marked as a refusal; empty: nothing. */
  readonly refusal: string
}

/** An answer of a provider, as protocols reads it. Thoughts are no part of what is judged. */
export function givenAnswer(answer: Answer): GivenAnswer {
  const { reason } = answer.stop
  return {
    text: answer.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join(''),
    toolCalls: answer.parts.flatMap((part) =>
      part.kind === 'tool-call'
        ? [{ name: part.name, arguments: argumentsOf(part.arguments) }]
        : [],
    ),
    stop:
      reason === 'stop-sequence'
        ? 'stop'
        : reason === 'pause' || reason === 'context-length'
          ? 'other'
          : reason,
    refusal: answer.parts.flatMap((part) => (part.kind === 'refusal' ? [part.text] : [])).join(''),
  }
}

/** An answer that stands in a task set. */
export function answerOfTask(answer: TaskAnswer): GivenAnswer {
  const whole = typeof answer === 'string' ? { text: answer } : answer
  const toolCalls = whole.toolCalls ?? []
  return {
    text: whole.text ?? '',
    toolCalls,
    stop: whole.stop ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop'),
    refusal: '',
  }
}

/** Models write empty arguments as an empty text. */
export function argumentsOf(text: string): JsonObject | null {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null
  } catch {
    return null
  }
}
