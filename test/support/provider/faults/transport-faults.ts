import { bodyBytes, headOf, throughToken } from '../reply.ts'
import { limits } from '../limits.ts'
import { frame } from '../frame.ts'
import { cut, head, send, type Step, wait } from '../step.ts'
import { type Fault, fault, type Turn } from './fault.ts'

/** Long enough for what was sent to arrive before a reset throws it away. */
export const flushMs = 5

/** The first part of an answer: some tokens of a stream, half the bytes of a body. */
export function beginning(healthy: readonly Step[], turn: Turn, tokens: number): readonly Step[] {
  if (turn.served.request.isStream) return throughToken(healthy, tokens)
  const bytes = bodyBytes(healthy)
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
  const { status, headers } = headOf(healthy)
  return [head(status, headers), send(frame('body', half))]
}

/** The connection breaks. */
export const transportFaults: readonly Fault[] = [
  fault({
    id: 'reset-before-headers',
    title: 'resets the connection instead of an answer',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: () => [cut('reset')],
  }),
  fault({
    id: 'close-before-headers',
    title: 'closes the connection instead of an answer',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: () => [cut('close')],
  }),
  fault({
    id: 'reset-after-headers',
    title: 'sends headers, then resets the connection',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => [...healthy.slice(0, 1), wait(flushMs), cut('reset')],
  }),
  fault({
    id: 'reset-mid-body',
    title: 'resets the connection after 40 tokens or half a body',
    errorClass: 'transport',
    strikes: 'mid-content',
    reply: (healthy, turn) => [...beginning(healthy, turn, 40), wait(flushMs), cut('reset')],
  }),
  fault({
    id: 'close-mid-body',
    title: 'closes the connection after 40 tokens or half a body',
    errorClass: 'transport',
    strikes: 'mid-content',
    reply: (healthy, turn) => [...beginning(healthy, turn, 40), cut('close')],
  }),
  fault({
    id: 'no-response',
    title: 'takes the request and never answers (up to 120 s)',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: (_, turn) => [wait(turn.scaled(limits.silenceMs)), cut('close')],
  }),
]
