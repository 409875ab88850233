import { limits } from './limits.ts'
import { type Stop, stops } from './answer.ts'
import type { Message } from './model-request.ts'

/** How usage is told where a protocol knows several ways. */
export const usageForms = ['standard', 'with-finish', 'cumulative', 'missing'] as const
export type UsageForm = (typeof usageForms)[number]

/** How compatible servers write reasoning into Chat Completions. */
export const reasoningForms = ['reasoning_content', 'reasoning_details'] as const
export type ReasoningForm = (typeof reasoningForms)[number]

/** How events are framed; all of them mean the same. */
export const framings = ['plain', 'crlf', 'comments'] as const
export type Framing = (typeof framings)[number]

/** What the model does when it is asked to go on after a dropped connection. */
export const continuations = ['exact', 'whitespace', 'none', 'preamble', 'restart'] as const
export type Continuation = (typeof continuations)[number]

export interface OrderedCall {
  readonly name: string
  /** JSON; null to make it up from the tool's schema. */
  readonly argumentsText: string | null
}

/** What an answer shall be; a test orders it by cues in the prompt or by its script. */
export interface AnswerOrder {
  readonly words: number
  readonly seed: number
  /** Said word for word instead of made-up text. */
  readonly say: string | null
  /** Say what the user said. */
  readonly isEcho: boolean
  readonly thinkWords: number
  readonly isRedacted: boolean
  readonly calls: readonly OrderedCall[]
  /** So many of the request's tools are called, with made-up arguments. */
  readonly callCount: number
  readonly stop: Stop | null
  readonly cachedTokens: number
  /** Attempts are counted per model and case. */
  readonly case: string
  /** `s08`; `s08 x2` faults the first two attempts only, `s08 @NAME` this model only. */
  readonly fault: string | null
  /** Between two tokens; not scaled. */
  readonly paceMs: number
  /** Bytes a write; 0 writes each event whole. */
  readonly splitBytes: number
  readonly usage: UsageForm
  readonly reasoning: ReasoningForm
  readonly framing: Framing
  readonly continuation: Continuation
  readonly anchorChars: number
  /** Fields that no document knows, to see whether they arrive. */
  readonly hasUnknownFields: boolean
  readonly isGzip: boolean
}

export const plainOrder: AnswerOrder = {
  words: 60,
  seed: 0,
  say: null,
  isEcho: false,
  thinkWords: 0,
  isRedacted: false,
  calls: [],
  callCount: 0,
  stop: null,
  cachedTokens: 0,
  case: '',
  fault: null,
  paceMs: 0,
  splitBytes: 0,
  usage: 'standard',
  reasoning: 'reasoning_content',
  framing: 'plain',
  continuation: 'exact',
  anchorChars: 40,
  hasUnknownFields: false,
  isGzip: false,
}

const cue = /\[\[([a-z-]+)(?::\s*([\s\S]*?))?\]\]/g

/** A prompt without its cues, for an echo. */
export function withoutCues(text: string): string {
  return text.replace(cue, '').trim()
}

export function hasCues(text: string): boolean {
  return text.search(cue) !== -1
}

/** The user's last message with cues, or -1. */
export function cuedMessage(messages: readonly Message[]): number {
  return messages.findLastIndex((one) => one.role === 'user' && hasCues(one.text))
}

/** `[[words: 60]] [[think: 12]] [[call: get_weather {"city":"Paris"}]]` … in a prompt becomes an order. */
export function readCues(text: string, order: AnswerOrder): AnswerOrder {
  let next = order
  for (const [, name = '', value = ''] of text.matchAll(cue)) {
    next = { ...next, ...readCue(name, value.trim(), next) }
  }
  return next
}

function readCue(name: string, value: string, order: AnswerOrder): Partial<AnswerOrder> {
  switch (name) {
    case 'words':
      return { words: count(value, limits.wordsMax) }
    case 'seed':
      return { seed: count(value, 2 ** 31) }
    case 'say':
      return { say: value }
    case 'echo':
      return { isEcho: true }
    case 'think':
      return { thinkWords: count(value, limits.wordsMax) }
    case 'redacted':
      return { isRedacted: true }
    case 'call':
      return { calls: [...order.calls, readCall(value)].slice(0, limits.callsMax) }
    case 'tools':
      return { callCount: count(value, limits.callsMax) }
    case 'stop':
      return { stop: oneOf(stops, value) }
    case 'cached':
      return { cachedTokens: count(value, 2 ** 31) }
    case 'case':
      return { case: value }
    case 'fault':
      return { fault: value }
    default:
      return readWireCue(name, value)
  }
}

function readWireCue(name: string, value: string): Partial<AnswerOrder> {
  switch (name) {
    case 'pace':
      return { paceMs: count(value, 60_000) }
    case 'split':
      return { splitBytes: count(value, 65_536) }
    case 'usage':
      return { usage: oneOf(usageForms, value) }
    case 'reasoning':
      return { reasoning: oneOf(reasoningForms, value) }
    case 'sse':
      return { framing: oneOf(framings, value) }
    case 'continue':
      return { continuation: oneOf(continuations, value) }
    case 'anchor':
      return { anchorChars: count(value, 10_000) }
    case 'unknown':
      return { hasUnknownFields: true }
    case 'gzip':
      return { isGzip: true }
    default:
      return {}
  }
}

function readCall(value: string): OrderedCall {
  const [, name = '', given = ''] = /^(\S+)\s*([\s\S]*)$/.exec(value) ?? []
  return { name, argumentsText: given === '' ? null : given }
}

function count(value: string, most: number): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0 || number > most) {
    throw new Error(`a cue says \`${value}\`; a whole number from 0 to ${most} was expected`)
  }
  return number
}

function oneOf<const T extends string>(words: readonly T[], value: string): T {
  const word = words.find((one) => one === value)
  if (word === undefined) {
    throw new Error(`a cue says \`${value}\`; expected one of ${words.join(', ')}`)
  }
  return word
}
