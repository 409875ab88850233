import { alternateTurns } from '../alternate-turns.ts'
import type {
  FunctionTool,
  JsonObject,
  ModelRequest,
  OutputFormat,
  Part,
  Reasoning,
  TextPart,
  ToolChoice,
  Turn,
} from '../exchange.ts'
import { present } from '../present.ts'
import type { WriteOptions, WrittenRequest } from '../protocol-codec.ts'
import { thinkingBudgetOf } from '../reasoning-effort.ts'
import { withUnknownMembers } from '../unknown-members.ts'
import { modelPath } from './model-path.ts'
import { isCarried, type Writing, writeParts, writeText } from './write-parts.ts'

export function writeRequest(request: ModelRequest, options: WriteOptions): WrittenRequest {
  const writing = {
    isOwn: request.protocol === 'gemini',
    hasCallIds: options.vertex === undefined,
    names: namesOfCalls(request.turns),
  }
  const { system, turns } = conversationOf(request, writing)
  const config = writeConfig(request, options, writing)
  const body = present({
    contents: turns.map((turn) => writeTurn(turn, writing)),
    systemInstruction:
      system.length === 0 ? undefined : { parts: system.map((part) => writeText(part, writing)) },
    ...writeTools(request, writing),
    generationConfig: Object.keys(config).length === 0 ? undefined : config,
    serviceTier: writing.isOwn ? request.serviceTier : undefined,
    store: writing.isOwn ? request.store : undefined,
  }) as JsonObject
  return {
    path: modelPath(options, request.isStream),
    headers: {},
    body: writing.isOwn ? withUnknownMembers(body, request.unknown) : body,
  }
}

function namesOfCalls(turns: readonly Turn[]): ReadonlyMap<string, string> {
  const calls = turns.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call'))
  return new Map(calls.map(({ id, name }) => [id, name]))
}

/** User and model alternate, and instructions stand at the beginning alone. */
function conversationOf(
  request: ModelRequest,
  { isOwn }: Writing,
): { readonly system: readonly TextPart[]; readonly turns: readonly Turn[] } {
  if (isOwn) return request
  const { system, turns } = alternateTurns(request.turns, isCarried)
  const texts = [...request.system, ...system].filter(({ text }) => text.trim() !== '')
  return { system: texts, turns: inOrderOfCalls(turns) }
}

/** Where calls have no ids, results are known by their order. */
function inOrderOfCalls(turns: readonly Turn[]): readonly Turn[] {
  return turns.map((turn, index) => {
    const called = (turns[index - 1]?.parts ?? []).flatMap((part) =>
      part.kind === 'tool-call' ? [part.id] : [],
    )
    if (called.length < 2) return turn
    const placeOf = (part: Part) =>
      part.kind === 'tool-result' && called.includes(part.id)
        ? called.indexOf(part.id)
        : called.length
    return { ...turn, parts: turn.parts.toSorted((a, b) => placeOf(a) - placeOf(b)) }
  })
}

function writeTurn({ role, parts, extra }: Turn, writing: Writing): JsonObject {
  const own = writing.isOwn ? extra : undefined
  return {
    role: role === 'assistant' ? 'model' : 'user',
    parts: writeParts(parts, writing),
    ...own,
  }
}

/** How tools may be called is told only where there are any. */
function writeTools(request: ModelRequest, writing: Writing): JsonObject {
  const { tools, toolChoice } = request
  const functions = tools.flatMap((tool) =>
    tool.kind === 'function' ? [writeFunction(tool, writing)] : [],
  )
  const others = tools.flatMap((tool) =>
    tool.kind === 'provider' && tool.protocol === 'gemini' ? [tool.value] : [],
  )
  const written = [
    ...(functions.length === 0 ? [] : [{ functionDeclarations: functions }]),
    ...others,
  ]
  const isTold = toolChoice !== undefined && (written.length > 0 || writing.isOwn)
  return present({
    tools: written.length === 0 ? undefined : written,
    toolConfig: isTold ? { functionCallingConfig: writeChoice(toolChoice) } : undefined,
  })
}

/** Whatever JSON Schema says may be said here; a schema that says nothing is left out. */
function writeFunction(tool: FunctionTool, { isOwn }: Writing): JsonObject {
  const { name, description, parameters, extra } = tool
  return present({
    name,
    description,
    parametersJsonSchema: Object.keys(parameters).length === 0 ? undefined : parameters,
    ...(isOwn ? extra : undefined),
  }) as JsonObject
}

function writeChoice(choice: ToolChoice): JsonObject {
  switch (choice.kind) {
    case 'auto':
      return { mode: 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] }
  }
}

function writeConfig(request: ModelRequest, options: WriteOptions, { isOwn }: Writing): JsonObject {
  const { logprobs, reasoning, output } = request
  const hasLogprobs = isOwn && logprobs !== undefined
  return present({
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    maxOutputTokens: maxTokensOf(request, options, isOwn),
    stopSequences: request.stop,
    seed: request.seed,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    candidateCount: isOwn ? request.n : undefined,
    responseLogprobs: hasLogprobs ? true : undefined,
    logprobs: hasLogprobs && logprobs > 0 ? logprobs : undefined,
    ...(output === undefined ? {} : writeOutput(output)),
    thinkingConfig: reasoning === undefined ? undefined : writeThinking(reasoning, isOwn),
  }) as JsonObject
}

function maxTokensOf(
  { maxOutputTokens }: ModelRequest,
  options: WriteOptions,
  isOwn: boolean,
): number | undefined {
  if (maxOutputTokens === undefined || isOwn || options.maxOutputTokens === null)
    return maxOutputTokens
  return Math.min(maxOutputTokens, options.maxOutputTokens)
}

function writeOutput(output: OutputFormat): JsonObject {
  switch (output.kind) {
    case 'text':
      return { responseMimeType: 'text/plain' }
    case 'json':
      return { responseMimeType: 'application/json' }
    case 'json-schema': {
      const { description, schema } = output
      const described = description === undefined ? schema : { description, ...schema }
      return { responseMimeType: 'application/json', responseJsonSchema: described }
    }
  }
}

/** No model takes more or, if it thinks at all, less. */
const budgetMax = 24_576
const budgetMin = 512

/** A budget is taken by all models, a level only by the newer ones. */
function writeThinking(reasoning: Reasoning, isOwn: boolean): JsonObject | undefined {
  const own = reasoning.extra?.['thinkingConfig']
  if (isOwn && own !== undefined) return own as JsonObject
  const { isOn, summary, budgetTokens } = reasoning
  const asked = thinkingBudgetOf(reasoning)
  const budget =
    asked === undefined || asked <= 0 ? asked : Math.max(budgetMin, Math.min(asked, budgetMax))
  const isHidden = summary === 'omitted' || summary === 'none'
  const isShown = isOn && !isHidden && (summary !== undefined || budgetTokens !== undefined)
  if (budget === undefined && !isShown) return undefined
  return present({ thinkingBudget: budget, includeThoughts: isShown ? true : undefined })
}
