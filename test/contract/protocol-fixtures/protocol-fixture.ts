import type { ErrorClass, JsonObject, StopReason, Usage } from '../../../src/protocols/index.ts'

/**
 * What one protocol brings to test/contract/protocols.test.ts: `protocol-fixtures/<protocol>.ts` exports `fixture`.
 * All of it is written by ourselves after the published shapes, small, and in the form that the codec itself writes.
 */
export interface ProtocolFixture {
  /**
   * Requests that go through the superset and back unchanged, to the last member. Together they use all that the
   * protocol can say.
   */
  readonly requests: readonly { readonly name: string; readonly body: JsonObject }[]
  /**
   * One conversation that every protocol can carry whole: `conversation.system`, its turns, its tool and the result
   * of its call, as this protocol writes them.
   */
  readonly conversation: JsonObject
  readonly answers: readonly ({ readonly body: JsonObject } & ReadAnswer)[]
  readonly streams: readonly ({
    readonly bytes: Uint8Array
    /** Its server says in its midst that it is complete: a cut after that cannot be told. */
    readonly saysEndEarly?: true
  } & ReadAnswer)[]
  /** Streams that do not end well: with an error in their midst, or cut. */
  readonly brokenStreams: readonly {
    readonly name: string
    readonly bytes: Uint8Array
    /** Class of the error event; null: nothing but the end is missing. */
    readonly class: ErrorClass | null
  }[]
  readonly errors: readonly {
    readonly name: string
    readonly status: number
    readonly body: string
    readonly class: ErrorClass
  }[]
}

/** What must be read from an answer, whole or streamed, and be read again after any translation. */
export interface ReadAnswer {
  readonly name: string
  readonly text: string
  readonly thinking?: string
  /** `id`: as the protocol has it; absent where it has none. */
  readonly toolCalls: readonly {
    readonly id?: string
    readonly name: string
    readonly arguments: string
  }[]
  readonly stop: StopReason
  readonly usage: Usage
}

/** The conversation that `conversation` of every fixture writes in its own way. */
export const conversation = {
  system: 'You are a careful reviewer.',
  question: 'What is the weather in Bergen?\nAnswer briefly: "ja" — or № 2.',
  preamble: 'I will look it up.',
  call: { id: 'call_7Xk2', name: 'get_weather', arguments: '{"city":"Bergen","days":1}' },
  result: '{"sky":"rain","celsius":7.25}',
  followUp: 'And tomorrow?',
  tool: {
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
    },
  },
  maxOutputTokens: 321,
  temperature: 0.123456789012345,
  stop: ['\n\nEND'],
} as const

/** Events of `text/event-stream` as bytes. */
export function eventStream(
  events: readonly { readonly event?: string; readonly data: JsonObject | string }[],
): Uint8Array {
  const text = events.map(({ event, data }) => {
    const name = event === undefined ? '' : `event: ${event}\n`
    return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
  })
  return new TextEncoder().encode(text.join(''))
}
