import { answerText } from './provider/answer-text.ts'
import { jsonForSchema } from './provider/json-for-schema.ts'
import { protocols } from './provider/protocol.ts'
import type { InboundProtocol } from './gateway-answer.ts'
import type { Protocol } from './provider/protocol.ts'

/** What an official client asks through the gateway, and what it must read. */
export interface SdkCase {
  readonly id: string
  readonly inbound: InboundProtocol
  readonly upstream: Protocol
  readonly model: string
  readonly isStream: boolean
  readonly kind: 'tools' | 'structured' | 'image'
}

/** One answer as a client parsed it. */
export interface SdkAnswer {
  readonly text: string
  readonly thinking: string
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[]
  readonly stop: string | null
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
}

/** All answers of a case, in order, or what its client threw. */
export interface SdkResult {
  readonly id: string
  readonly answers: readonly SdkAnswer[]
  readonly problem: string | null
}

const words = 12
const thought = 6
const calls = [
  { name: 'look', arguments: { at: 'Tromsø "№ 2"\n', days: 2 } },
  { name: 'measure', arguments: { zone: 'CET', values: [1, 2.5, null] } },
]

/** A picture of one point. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** What all clients send, in whichever language they are written. */
export const sdkMaterial = {
  prompts: {
    tools: `[[words: ${words}]] [[think: ${thought}]] ${calls.map(cueOf).join(' ')} please`,
    structured: 'the weather, please',
    image: `[[words: ${words}]] what is in the picture?`,
  },
  system: 'You are a careful reviewer.',
  picture,
  tools: [
    {
      name: 'look',
      description: 'Looks at a place',
      schema: {
        type: 'object',
        properties: { at: { type: 'string' }, days: { type: 'integer' } },
        required: ['at', 'days'],
      },
    },
    {
      name: 'measure',
      description: 'Measures a zone',
      schema: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
    },
  ],
  results: { look: 'clear sky, 7.25 °C', measure: '{"zone":"CET","wind":3}' },
  schema: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      days: { type: 'integer' },
      isFair: { type: 'boolean' },
    },
    required: ['city', 'days', 'isFair'],
    additionalProperties: false,
  },
} as const

function cueOf({ name, arguments: given }: (typeof calls)[number]): string {
  return `[[call: ${name} ${JSON.stringify(given)}]]`
}

const inbounds: readonly InboundProtocol[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
]
const kinds = ['tools', 'structured', 'image'] as const

/** Every pair of protocols, streamed and not. `modelOf`: name of the model that a route of this protocol serves. */
export function sdkCases(modelOf: (upstream: Protocol) => string): readonly SdkCase[] {
  return inbounds.flatMap((inbound) =>
    protocols.flatMap((upstream) =>
      [false, true].flatMap((isStream) =>
        kinds.map((kind) => ({
          id: `${inbound} over ${upstream}, ${isStream ? 'streamed' : 'whole'}: ${kind}`,
          inbound,
          upstream,
          model: modelOf(upstream),
          isStream,
          kind,
        })),
      ),
    ),
  )
}

/** What the provider was told to say, as the client of a protocol must read it. */
export function expectedAnswers({
  inbound,
  kind,
  upstream,
}: SdkCase): readonly Pick<SdkAnswer, 'text' | 'thinking' | 'calls' | 'stop'>[] {
  const ended = {
    'openai-chat': 'stop',
    'openai-responses': 'completed',
    'anthropic-messages': 'end_turn',
  }[inbound]
  const called = {
    'openai-chat': 'tool_calls',
    'openai-responses': 'completed',
    'anthropic-messages': 'tool_use',
  }[inbound]
  const thinking = answerText(101, thought)
  // What the provider says next depends on how many messages with results it got.
  const resultMessages = upstream.startsWith('openai') ? calls.length : 1
  switch (kind) {
    case 'tools':
      return [
        { text: answerText(0, words), thinking, calls, stop: called },
        { text: answerText(resultMessages, words), thinking, calls: [], stop: ended },
      ]
    case 'structured': {
      const text = JSON.stringify(jsonForSchema(sdkMaterial.schema, 0))
      return [{ text, thinking: '', calls: [], stop: ended }]
    }
    case 'image':
      return [{ text: answerText(0, words), thinking: '', calls: [], stop: ended }]
  }
}
