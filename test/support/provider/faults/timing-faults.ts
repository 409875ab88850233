import { bodyBytes, headOf, isTokenStep, throughToken } from '../reply.ts'
import { frame } from '../frame.ts'
import { limits } from '../limits.ts'
import { cut, end, head, send, type Step, wait } from '../step.ts'
import { type Fault, fault, type Turn } from './fault.ts'
import { beginning } from './transport-faults.ts'

/** Everything before the first token: headers, opening events. */
function opening(healthy: readonly Step[]): readonly Step[] {
  const first = healthy.findIndex((step) => isTokenStep(step) || isBody(step))
  return healthy.slice(0, first === -1 ? 1 : first)
}

function isBody(step: Step): boolean {
  return step.kind === 'send' && step.frame.carries === 'body'
}

function lateContent(healthy: readonly Step[], turn: Turn, ms: number): readonly Step[] {
  const before = opening(healthy)
  return [...before, wait(turn.scaled(ms)), ...healthy.slice(before.length)]
}

/** Drips all bytes one by one, slow enough that no event is complete for a long time. */
function dripped(healthy: readonly Step[], turn: Turn, from: readonly Step[]): readonly Step[] {
  const bytes = bodyBytes(healthy.slice(from.length))
  const drops = [...bytes.subarray(0, 2_000)].flatMap((byte) => [
    send(frame('comment', Buffer.of(byte))),
    wait(turn.scaled(1_000)),
  ])
  return [...from, ...drops, cut('close')]
}

/** The connection stays, and time passes. */
export const timingFaults: readonly Fault[] = [
  fault({
    id: 'late-headers',
    title: 'sends its headers 30 s late',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: (healthy, turn) => [wait(turn.scaled(30_000)), ...healthy],
  }),
  fault({
    id: 'late-first-token',
    title: 'sends headers at once, the first token after 20 s',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy, turn) => lateContent(healthy, turn, 20_000),
  }),
  fault({
    id: 'stall',
    title: 'falls silent after 20 tokens or half a body and keeps the connection',
    errorClass: 'transport',
    strikes: 'mid-content',
    reply: (healthy, turn) => [
      ...beginning(healthy, turn, 20),
      wait(turn.scaled(limits.silenceMs)),
      cut('close'),
    ],
  }),
  fault({
    id: 'stall-before-content',
    title: 'sends headers and opening events, then nothing',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy, turn) => [
      ...opening(healthy),
      wait(turn.scaled(limits.silenceMs)),
      cut('close'),
    ],
  }),
  fault({
    id: 'slow-loris',
    title: 'drips single bytes, a second apart, from the first byte of the body',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy, turn) => dripped(healthy, turn, healthy.slice(0, 1)),
  }),
  fault({
    id: 'slow-loris-later',
    title: 'drips single bytes, a second apart, after 20 tokens',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy, turn) => dripped(healthy, turn, throughToken(healthy, 20)),
  }),
  fault({
    id: 'pings-only',
    title: 'sends keep-alives a second apart and never content',
    errorClass: 'transport',
    strikes: 'before-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    modes: ['stream'],
    reply: (healthy, turn) => pinging(opening(healthy), turn),
  }),
  fault({
    id: 'pings-later',
    title: 'sends keep-alives a second apart after 20 tokens',
    errorClass: 'transport',
    strikes: 'mid-content',
    protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
    modes: ['stream'],
    reply: (healthy, turn) => pinging(throughToken(healthy, 20), turn),
  }),
  fault({
    id: 'slow-and-steady',
    title: 'answers in full, 100 ms a token',
    errorClass: 'none',
    strikes: 'mid-content',
    reply: (healthy, turn) => steady(healthy, turn),
  }),
]

function pinging(before: readonly Step[], turn: Turn): readonly Step[] {
  const ping = [send(turn.wire.keepAlive()), wait(turn.scaled(1_000))]
  return [...before, ...Array.from({ length: 120 }, () => ping).flat(), cut('close')]
}

function steady(healthy: readonly Step[], turn: Turn): readonly Step[] {
  if (!turn.served.request.isStream) {
    const { status, headers } = headOf(healthy)
    const body = send(frame('body', bodyBytes(healthy)))
    return [wait(turn.scaled(6_000)), head(status, headers), body, end]
  }
  return healthy.flatMap((step) => (isTokenStep(step) ? [step, wait(turn.scaled(100))] : [step]))
}
