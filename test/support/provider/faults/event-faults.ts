import { frame, sseFrame } from '../frame.ts'
import { isTokenStep, throughToken, wholeReply } from '../reply.ts'
import { end, send, type Step } from '../step.ts'
import { type Fault, fault, type Turn } from './fault.ts'
import type { ErrorKind } from '../error-kind.ts'

/** Puts something behind the nth event. */
function inserted(healthy: readonly Step[], events: number, step: Step): readonly Step[] {
  const sends = healthy.flatMap((one, index) => (one.kind === 'send' ? [index] : []))
  const at = (sends[Math.min(events, sends.length) - 1] ?? 0) + 1
  return [...healthy.slice(0, at), step, ...healthy.slice(at)]
}

function failing(
  healthy: readonly Step[],
  turn: Turn,
  kind: ErrorKind,
  tokens: number,
): readonly Step[] {
  const before = tokens === 0 ? healthy.slice(0, 1) : throughToken(healthy, tokens)
  const events = before.filter((step) => step.kind === 'send').length
  const errors = turn.wire.inBandError(kind, turn.served, events)
  return [...before, ...errors.map((one) => send(one)), end]
}

/** Events that lie, break or do not come. */
export const eventFaults: readonly Fault[] = [
  fault({
    id: 'invalid-json',
    title: 'the tenth event is invalid JSON; nothing is missing beside it',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy, turn) => inserted(healthy, 9, send(turn.wire.brokenEvent())),
  }),
  fault({
    id: 'damaged-event',
    title: 'the twentieth token is lost in an event of invalid JSON',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy, turn) => {
      const kept = throughToken(healthy, 19)
      const lost = healthy.findIndex((step, index) => index >= kept.length && isTokenStep(step))
      return healthy.map((step, index) => (index === lost ? send(turn.wire.brokenEvent()) : step))
    },
  }),
  fault({
    id: 'bad-checksum',
    title: 'the twentieth token comes in a frame with a wrong checksum',
    errorClass: 'transport',
    strikes: 'mid-content',
    protocols: ['bedrock-converse'],
    modes: ['stream'],
    reply: (healthy) => {
      const at = throughToken(healthy, 20).length - 1
      return healthy.map((step, index) =>
        index === at && step.kind === 'send'
          ? send(frame(step.frame.carries, withLastByteChanged(step.frame.bytes)))
          : step,
      )
    },
  }),
  fault({
    id: 'missing-terminal',
    title: 'ends in order, but without `[DONE]`, `message_stop`, `response.completed` …',
    errorClass: 'transport',
    /** Here the reason for stopping stands in an event of its own, so the answer is complete. */
    errorClassOf: {
      'openai-chat': 'none',
      'anthropic-messages': 'none',
      'bedrock-converse': 'none',
    },
    strikes: 'after-content',
    modes: ['stream'],
    reply: (healthy) =>
      healthy.filter((step) => step.kind !== 'send' || step.frame.carries !== 'terminal'),
  }),
  fault({
    id: 'missing-finish',
    title: 'ends in order after the last token, without reason, usage or closing event',
    errorClass: 'transport',
    strikes: 'after-content',
    modes: ['stream'],
    reply: (healthy) => [...throughToken(healthy, Number.POSITIVE_INFINITY), end],
  }),
  fault({
    id: 'in-band-error',
    title: 'an overload error as an event after 20 tokens',
    errorClass: 'overload',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy, turn) => failing(healthy, turn, 'overloaded', 20),
  }),
  fault({
    id: 'in-band-error-first',
    title: 'an overload error as the first event, with status 200',
    errorClass: 'overload',
    strikes: 'before-content',
    modes: ['stream'],
    reply: (healthy, turn) => failing(healthy, turn, 'overloaded', 0),
  }),
  fault({
    id: 'in-band-rate-limit',
    title: 'a rate limit as an event after 20 tokens',
    errorClass: 'quota',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy, turn) => failing(healthy, turn, 'rate-limited', 20),
  }),
  fault({
    id: 'in-band-withdrawal',
    title: 'the model is not available any more, as an event after 20 tokens',
    errorClass: 'withdrawn',
    strikes: 'mid-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    modes: ['stream'],
    reply: (healthy, turn) => failing(healthy, turn, 'model-not-found', 20),
  }),
  fault({
    id: 'error-with-200',
    title: 'an error object with status 200',
    errorClass: 'overload',
    strikes: 'before-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    modes: ['whole'],
    reply: (_, turn) =>
      wholeReply({ ...turn.wire.error('server-error', turn.served), status: 200 }),
  }),
  fault({
    id: 'unknown-events',
    title: 'events that no document knows, between the known ones',
    errorClass: 'none',
    strikes: 'mid-content',
    protocols: ['openai-responses', 'anthropic-messages'],
    modes: ['stream'],
    reply: (healthy) => {
      const stray = { type: 'x_provider_event', note: 'new in a later version' }
      return inserted(healthy, 6, send(sseFrame('comment', stray, stray.type)))
    },
  }),
  fault({
    id: 'whole-for-stream',
    title: 'answers a streaming request in one piece of JSON',
    errorClass: 'transport',
    strikes: 'before-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    modes: ['stream'],
    reply: (healthy, turn) =>
      turn.answer === null ? healthy : wholeReply(turn.wire.whole(turn.answer, turn.served)),
  }),
]

function withLastByteChanged(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const last = changed.length - 1
  changed[last] = (changed[last] ?? 0) ^ 0xff
  return changed
}
