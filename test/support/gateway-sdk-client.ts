import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type SdkAnswer, type SdkCase, sdkMaterial, type SdkResult } from './gateway-sdk-cases.ts'

/** The official clients of OpenAI and Anthropic for TypeScript, asking what `SdkCase` says. */
export interface SdkClients {
  readonly openai: OpenAI
  readonly anthropic: Anthropic
}

export function sdkClients(gatewayUrl: string, key: string): SdkClients {
  return {
    openai: new OpenAI({ baseURL: `${gatewayUrl}/v1`, apiKey: key, maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: gatewayUrl, apiKey: key, maxRetries: 0 }),
  }
}

export async function askBySdk(clients: SdkClients, one: SdkCase): Promise<SdkResult> {
  const ask = {
    'openai-chat': () => askChat(clients.openai, one),
    'openai-responses': () => askResponses(clients.openai, one),
    'anthropic-messages': () => askMessages(clients.anthropic, one),
  }[one.inbound]
  try {
    return { id: one.id, answers: await ask(), problem: null }
  } catch (error) {
    return { id: one.id, answers: [], problem: String(error) }
  }
}

const { prompts, picture, results, schema, system, tools } = sdkMaterial

function resultOf(name: string): string {
  return name === 'look' ? results.look : results.measure
}

// --- Chat Completions

type ChatMessage = OpenAI.ChatCompletionMessageParam
type ChatRequest = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>

async function askChat(client: OpenAI, one: SdkCase): Promise<readonly SdkAnswer[]> {
  const messages: ChatMessage[] = [
    { role: 'system', content: system },
    { role: 'user', content: chatContent(one) },
  ]
  const answers: SdkAnswer[] = []
  for (;;) {
    const request: ChatRequest = { model: one.model, messages, ...chatOptions(one) }
    const { answer, message } = one.isStream
      ? await streamChat(client, request)
      : await wholeChat(client, request)
    answers.push(answer)
    const called = message.tool_calls ?? []
    if (called.length === 0 || answers.length > 1) return answers
    messages.push(
      message,
      ...called.map((call) => ({
        role: 'tool' as const,
        tool_call_id: call.id,
        content: resultOf(call.type === 'function' ? call.function.name : ''),
      })),
    )
  }
}

function chatContent({ kind }: SdkCase): string | OpenAI.ChatCompletionContentPart[] {
  if (kind !== 'image') return prompts[kind]
  return [
    { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } },
    { type: 'text', text: prompts.image },
  ]
}

function chatOptions({ kind }: SdkCase): Partial<ChatRequest> {
  if (kind === 'structured')
    return {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'weather', schema: { ...schema }, strict: true },
      },
    }
  if (kind === 'image') return {}
  return {
    reasoning_effort: 'low',
    tools: tools.map(({ name, description, schema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters: { ...parameters } },
    })),
  }
}

interface ChatTurn {
  readonly answer: SdkAnswer
  readonly message: OpenAI.ChatCompletionMessage
}

async function wholeChat(client: OpenAI, request: ChatRequest): Promise<ChatTurn> {
  const completion = await client.chat.completions.create(request)
  const message = completion.choices[0]?.message
  if (message === undefined) throw new Error('no choice')
  const thinking = (message as { reasoning_content?: string }).reasoning_content ?? ''
  return { answer: chatAnswer(completion, thinking), message }
}

async function streamChat(client: OpenAI, request: ChatRequest): Promise<ChatTurn> {
  const stream = client.chat.completions.stream({
    ...request,
    stream_options: { include_usage: true },
  })
  let thinking = ''
  stream.on('chunk', (chunk) => {
    const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined
    thinking += delta?.reasoning_content ?? ''
  })
  const completion = await stream.finalChatCompletion()
  const message = completion.choices[0]?.message
  if (message === undefined) throw new Error('no choice')
  // What the client puts together of the members that it does not know is the last piece of each.
  const { role, content, refusal, tool_calls: called } = message
  const kept = called === undefined ? {} : { tool_calls: called }
  return { answer: chatAnswer(completion, thinking), message: { role, content, refusal, ...kept } }
}

function chatAnswer(completion: OpenAI.ChatCompletion, thinking: string): SdkAnswer {
  const [choice] = completion.choices
  return {
    text: choice?.message.content ?? '',
    thinking,
    calls: (choice?.message.tool_calls ?? []).map((call) => ({
      name: call.type === 'function' ? call.function.name : call.type,
      arguments: call.type === 'function' ? (JSON.parse(call.function.arguments) as unknown) : null,
    })),
    stop: choice?.finish_reason ?? null,
    model: completion.model,
    inputTokens: completion.usage?.prompt_tokens ?? 0,
    outputTokens: completion.usage?.completion_tokens ?? 0,
  }
}

// --- Responses

type ResponseRequest = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>

type FunctionCall = OpenAI.Responses.ResponseFunctionToolCall

async function askResponses(client: OpenAI, one: SdkCase): Promise<readonly SdkAnswer[]> {
  const input: OpenAI.Responses.ResponseInputItem[] = [
    { role: 'user', content: responsesContent(one) },
  ]
  const answers: SdkAnswer[] = []
  for (;;) {
    const request: ResponseRequest = {
      model: one.model,
      instructions: system,
      store: false,
      input,
      ...responsesOptions(one),
    }
    const response = one.isStream
      ? await client.responses.stream(request).finalResponse()
      : await client.responses.create(request)
    answers.push(responsesAnswer(response))
    const output: readonly OpenAI.Responses.ResponseOutputItem[] = response.output
    const called = output.filter((item): item is FunctionCall => item.type === 'function_call')
    if (called.length === 0 || answers.length > 1) return answers
    input.push(
      ...(output as OpenAI.Responses.ResponseInputItem[]),
      ...called.map(({ call_id, name }) => ({
        type: 'function_call_output' as const,
        call_id,
        output: resultOf(name),
      })),
    )
  }
}

function responsesContent({
  kind,
}: SdkCase): string | OpenAI.Responses.ResponseInputMessageContentList {
  if (kind !== 'image') return prompts[kind]
  return [
    { type: 'input_image', image_url: `data:image/png;base64,${picture}`, detail: 'auto' },
    { type: 'input_text', text: prompts.image },
  ]
}

function responsesOptions({ kind }: SdkCase): Partial<ResponseRequest> {
  if (kind === 'structured')
    return {
      text: {
        format: { type: 'json_schema', name: 'weather', schema: { ...schema }, strict: true },
      },
    }
  if (kind === 'image') return {}
  return {
    include: ['reasoning.encrypted_content'],
    reasoning: { effort: 'low', summary: 'auto' },
    tools: tools.map(({ name, description, schema: parameters }) => ({
      type: 'function',
      name,
      description,
      parameters: { ...parameters },
      strict: false,
    })),
  }
}

function responsesAnswer(response: OpenAI.Responses.Response): SdkAnswer {
  return {
    text: response.output_text,
    thinking: response.output
      .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
      .map(({ text }) => text)
      .join(''),
    calls: response.output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ name: item.name, arguments: JSON.parse(item.arguments) as unknown }]
        : [],
    ),
    stop: response.status ?? null,
    model: response.model,
    inputTokens: response.usage?.input_tokens ?? 0,
    outputTokens: response.usage?.output_tokens ?? 0,
  }
}

// --- Messages

type MessageRequest = Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'>

async function askMessages(client: Anthropic, one: SdkCase): Promise<readonly SdkAnswer[]> {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: messagesContent(one) }]
  const answers: SdkAnswer[] = []
  for (;;) {
    const request: MessageRequest = {
      model: one.model,
      max_tokens: 4_000,
      system,
      messages,
      ...messagesOptions(one),
    }
    const message = one.isStream
      ? await client.messages.stream(request).finalMessage()
      : await client.messages.create(request)
    answers.push(messagesAnswer(message))
    const called = message.content.filter((block) => block.type === 'tool_use')
    if (called.length === 0 || answers.length > 1) return answers
    messages.push(
      { role: 'assistant', content: message.content },
      {
        role: 'user',
        content: called.map(({ id, name }) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: resultOf(name),
        })),
      },
    )
  }
}

function messagesContent({ kind }: SdkCase): string | Anthropic.ContentBlockParam[] {
  if (kind !== 'image') return prompts[kind]
  return [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
    { type: 'text', text: prompts.image },
  ]
}

function messagesOptions({ kind }: SdkCase): Partial<MessageRequest> {
  if (kind === 'structured')
    return { output_config: { format: { type: 'json_schema', schema: { ...schema } } } }
  if (kind === 'image') return {}
  return {
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    tools: tools.map(({ name, description, schema: inputSchema }) => ({
      name,
      description,
      input_schema: { ...inputSchema, required: [...inputSchema.required] },
    })),
  }
}

function messagesAnswer(message: Anthropic.Message): SdkAnswer {
  const { content, usage } = message
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thinking: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [],
    ),
    stop: message.stop_reason,
    model: message.model,
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
  }
}
