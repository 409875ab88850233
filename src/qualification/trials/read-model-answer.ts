import type { FreshAnswer } from '../../schema/model-answer.ts'
import {
  type Answer,
  isObject,
  type JsonValue,
  type Part,
  type ProtocolCodec,
  ProtocolError,
  type StopReason,
} from '../../protocols/index.ts'

/** What the gateway sent back for one call. */
export interface GatewayAnswer {
  readonly status: number
  /** Of a header line in lower case; null: there is none. */
  readonly header: (name: string) => string | null
  readonly body: string
  /** RFC 3339, when all of it was there. */
  readonly at: string
  readonly ms: number
  readonly tries: number
}

/** Who was asked. */
export interface Asked {
  readonly model: string
  readonly codec: ProtocolCodec
}

/**
 * What a call came to. Refusals, time limits and what does not fit are answers, and count against whoever gave them;
 * only where nobody answered nothing is said of the model.
 */
export function readModelAnswer(answer: GatewayAnswer, { model, codec }: Asked): FreshAnswer {
  const { status, header, at, ms, tries } = answer
  const served = header('holdfast-served-model')
  const from: FreshAnswer = {
    outcome: 'failed',
    text: '',
    toolCalls: [],
    stop: null,
    category: null,
    servedModel: served,
    providerModel: header('holdfast-provider-model'),
    route: header('holdfast-route'),
    request: header('holdfast-request-id'),
    usage: null,
    at,
    ms,
    tries,
    problem: null,
  }
  if (status !== 200) return { ...from, ...failureOf(answer, codec) }
  const read = readBody(answer.body, codec)
  if (typeof read === 'string') return { ...from, problem: read }
  const told = toldOf(read)
  if (served !== null && served !== model)
    return { ...from, ...told, outcome: 'rerouted', problem: `\`${served}\` answered` }
  return { ...from, ...told, outcome: outcomeOf(read) }
}

/** Nothing came within the time that a call of a trial may take. */
export function timedOut({
  at,
  ms,
  tries,
}: Pick<GatewayAnswer, 'at' | 'ms' | 'tries'>): FreshAnswer {
  return {
    outcome: 'timed-out',
    text: '',
    toolCalls: [],
    stop: null,
    category: null,
    servedModel: null,
    providerModel: null,
    route: null,
    request: null,
    usage: null,
    at,
    ms,
    tries,
    problem: `no whole answer within ${Math.round(ms / 1000)} s`,
  }
}

function readBody(body: string, codec: ProtocolCodec): Answer | string {
  try {
    const value = JSON.parse(body) as JsonValue
    return isObject(value) ? codec.readAnswer(value) : 'the answer is no JSON object'
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof SyntaxError) return error.message
    throw error
  }
}

function toldOf({ parts, stop, usage }: Answer): Partial<FreshAnswer> {
  return {
    text: parts.map(textOf).join(''),
    toolCalls: parts.flatMap((part) =>
      part.kind === 'tool-call' ? [{ name: part.name, arguments: part.arguments }] : [],
    ),
    stop: stop.raw ?? stop.reason,
    category: stop.category ?? null,
    usage,
  }
}

function textOf(part: Part): string {
  return part.kind === 'text' || part.kind === 'refusal' ? part.text : ''
}

const outcomes: Partial<Readonly<Record<StopReason, FreshAnswer['outcome']>>> = {
  'max-tokens': 'truncated',
  refusal: 'refused-by-api',
  'content-filter': 'refused-by-api',
  'context-length': 'context-overflow',
}

function outcomeOf({ stop, parts }: Answer): FreshAnswer['outcome'] {
  if (parts.some(({ kind }) => kind === 'refusal')) return 'refused-by-api'
  return outcomes[stop.reason] ?? 'answered'
}

function failureOf({ status, body }: GatewayAnswer, codec: ProtocolCodec): Partial<FreshAnswer> {
  const { class: kind, message } = codec.readError(status, body)
  const problem = `${status}: ${message.slice(0, problemMax)}`
  switch (kind) {
    case 'content-policy':
      return { outcome: 'refused-by-api', problem }
    case 'context':
      return { outcome: 'context-overflow', problem }
    case 'client':
      return { outcome: 'rejected', problem }
    case 'withdrawn':
    case 'auth':
    case 'quota':
    case 'overload':
    case 'transport':
      return { outcome: status === 504 ? 'timed-out' : 'failed', problem }
  }
}

const problemMax = 500
