/** What a caller of the gateway got, read without any library of a provider. */

export type InboundProtocol = 'openai-chat' | 'openai-responses' | 'anthropic-messages'

export const inboundPaths: Readonly<Record<InboundProtocol, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
}

export interface ReadAnswer {
  readonly text: string
  /** The protocol's own last word came. */
  readonly isEnded: boolean
  /** An error within the answer; null: none. */
  readonly error: string | null
  /** How often it was told why the answer ended. */
  readonly reasons: number
}

export function promptBody(
  protocol: InboundProtocol,
  request: { readonly model: string; readonly isStream: boolean; readonly prompt: string },
): object {
  const { model, isStream: stream, prompt } = request
  const messages = [{ role: 'user', content: prompt }]
  if (protocol === 'openai-responses') return { model, stream, input: prompt }
  if (protocol === 'anthropic-messages') return { model, stream, max_tokens: 4000, messages }
  return { model, stream, messages }
}

export function readWholeAnswer(protocol: InboundProtocol, body: string): ReadAnswer {
  const answer = JSON.parse(body) as Answer
  const texts = {
    'openai-chat': () => answer.choices?.map(({ message }) => message?.content ?? ''),
    'openai-responses': () =>
      answer.output?.flatMap(({ content }) => content?.map(({ text }) => text ?? '') ?? []),
    'anthropic-messages': () => answer.content?.map(({ text }) => text ?? ''),
  }[protocol]()
  const error =
    answer.error === undefined || answer.error === null ? null : JSON.stringify(answer.error)
  return { text: (texts ?? []).join(''), isEnded: true, error, reasons: 1 }
}

export function readStreamedAnswer(protocol: InboundProtocol, body: string): ReadAnswer {
  let text = ''
  let isEnded = false
  let error: string | null = null
  let reasons = 0
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue
    const data = line.slice('data:'.length).trim()
    if (data === '[DONE]') {
      isEnded = true
      continue
    }
    const event = JSON.parse(data) as Event
    if (event.error !== undefined && event.error !== null) error = JSON.stringify(event.error)
    if (event.type === 'error' || event.type === 'response.failed') error ??= data
    text += deltaOf(protocol, event)
    isEnded ||= lastWords.has(event.type ?? '')
    if (tellsReason(event)) reasons += 1
  }
  return { text, isEnded, error, reasons }
}

const lastWords: ReadonlySet<string> = new Set([
  'message_stop',
  'response.completed',
  'response.incomplete',
])

function tellsReason({ choices, delta, type }: Event): boolean {
  if (type === 'response.completed' || type === 'response.incomplete') return true
  if (type === 'message_delta') return typeof delta === 'object' && isTold(delta.stop_reason)
  return isTold(choices?.[0]?.finish_reason)
}

function isTold(reason: string | null | undefined): boolean {
  return reason !== undefined && reason !== null
}

function deltaOf(protocol: InboundProtocol, { choices, delta, type }: Event): string {
  if (protocol === 'openai-chat') return choices?.[0]?.delta?.content ?? ''
  if (protocol === 'openai-responses')
    return type === 'response.output_text.delta' && typeof delta === 'string' ? delta : ''
  return type === 'content_block_delta' && typeof delta === 'object' ? (delta.text ?? '') : ''
}

interface Answer {
  readonly error?: unknown
  readonly choices?: readonly { readonly message?: { readonly content?: string | null } }[]
  readonly content?: readonly { readonly text?: string }[]
  readonly output?: readonly { readonly content?: readonly { readonly text?: string }[] }[]
}

interface Event {
  readonly type?: string
  readonly error?: unknown
  readonly delta?: string | { readonly text?: string; readonly stop_reason?: string | null }
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
}
