import { errorFault, errorReply, htmlReply } from './error-reply.ts'
import { type Fault, fault, type Turn } from './fault.ts'
import type { Header } from '../step.ts'

function inSeconds(turn: Turn): readonly Header[] {
  return [['retry-after', String(turn.retryAfterSeconds)]]
}

function asDate(turn: Turn): readonly Header[] {
  const at = new Date(turn.nowMs + turn.retryAfterSeconds * 1000)
  return [['retry-after', at.toUTCString()]]
}

/** Refusals by HTTP status, in each protocol's own shape. */
export const statusFaults: readonly Fault[] = [
  errorFault('bad-credential', 'does not know the credential', 'bad-credential', 'auth'),
  errorFault('forbidden', '403: the credential may not do this', 'forbidden', 'auth'),
  errorFault('rate-limited', '429 without `retry-after`', 'rate-limited', 'quota'),
  errorFault('rate-limited-seconds', '429, `retry-after` in seconds', 'rate-limited', 'quota', {
    headers: inSeconds,
  }),
  errorFault('rate-limited-date', '429, `retry-after` as a date', 'rate-limited', 'quota', {
    headers: asDate,
  }),
  errorFault('quota-exhausted', 'the account is out of credit', 'quota-exhausted', 'quota'),
  errorFault('server-error', '500', 'server-error', 'overload'),
  fault({
    id: 'bad-gateway',
    title: '502 with a page of HTML',
    errorClass: 'overload',
    strikes: 'before-headers',
    reply: () => htmlReply(502, '502 Bad Gateway'),
  }),
  errorFault('unavailable', '503', 'unavailable', 'overload'),
  errorFault('unavailable-seconds', '503 with `retry-after`', 'unavailable', 'overload', {
    headers: inSeconds,
  }),
  errorFault(
    'overloaded',
    '529 `overloaded_error`, or what stands for it',
    'overloaded',
    'overload',
  ),
  errorFault('timed-out', 'the provider gave up waiting for its model', 'timeout', 'overload'),
  errorFault('invalid-request', '400: the request is at fault', 'invalid-request', 'client'),
  errorFault('too-large', '413', 'request-too-large', 'client'),
  errorFault(
    'context-length',
    'the conversation is longer than the context',
    'context-length',
    'context',
  ),
  errorFault('content-policy', 'refuses the prompt by policy', 'content-policy', 'refusal'),
  fault({
    id: 'prefill-rejected',
    title: '400 when the conversation ends with an assistant turn, healthy otherwise',
    errorClass: 'client',
    strikes: 'before-headers',
    reply: (healthy, turn) =>
      turn.served.request.messages.at(-1)?.role === 'assistant'
        ? errorReply('prefill-rejected', turn)
        : healthy,
  }),
]
