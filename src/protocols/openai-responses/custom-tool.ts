import { isObject } from '../body-fields.ts'
import type { FunctionTool, JsonObject, JsonValue, ModelRequest } from '../exchange.ts'
import { argumentsAsObject } from '../tool-arguments.ts'

/** By which a tool and its calls are known as custom ones, in `extra`. */
const customTool = 'custom'
const customCall = 'custom_tool_call'

/**
 * A custom tool takes one free text where others take an object. No other protocol has such tools, so everywhere else
 * it is a function with one member, and its calls are turned back on the way to the caller.
 */
export function customToolParameters(format: JsonValue | undefined): JsonObject {
  const grammar = isObject(format) ? format['definition'] : undefined
  const syntax = isObject(format) && typeof format['syntax'] === 'string' ? format['syntax'] : ''
  const input =
    typeof grammar === 'string'
      ? {
          type: 'string',
          description: `A text in this ${syntax} grammar:\n${grammar}`,
        }
      : { type: 'string' }
  return {
    type: 'object',
    properties: { input },
    required: ['input'],
    additionalProperties: false,
  }
}

export function customToolMark(extra: JsonObject | undefined): JsonObject {
  return { ...extra, type: customTool }
}

export function customCallMark(extra: JsonObject | undefined): JsonObject {
  return { ...extra, type: customCall }
}

export function isCustomTool(tool: FunctionTool): boolean {
  return tool.extra?.['type'] === customTool
}

export function isCustomCall(extra: JsonObject | undefined): boolean {
  return extra?.['type'] === customCall
}

/** Names of the tools that the caller knows as custom ones. */
export function customToolNames({ protocol, tools }: ModelRequest): ReadonlySet<string> {
  if (protocol !== 'openai-responses') return new Set()
  return new Set(
    tools.flatMap((tool) => (tool.kind === 'function' && isCustomTool(tool) ? [tool.name] : [])),
  )
}

export function customArguments(input: string): string {
  return JSON.stringify({ input })
}

/** The free text in the arguments of a call; the arguments themselves where a model wrote something else. */
export function customInput(text: string): string {
  const { input } = argumentsAsObject(text)
  return typeof input === 'string' ? input : text
}
