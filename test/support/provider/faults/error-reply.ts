import type { ErrorKind } from '../error-kind.ts'
import { sseFrame } from '../frame.ts'
import { bodyReply, wholeReply } from '../reply.ts'
import { end, head, type Header, send, type Step } from '../step.ts'
import { type ErrorClass, type Fault, fault, type Turn } from './fault.ts'

/** An error in the protocol's own shape. */
export function errorReply(
  kind: ErrorKind,
  turn: Turn,
  more: readonly Header[] = [],
): readonly Step[] {
  const { served, wire } = turn
  const error = wire.error(kind, served)
  const isStreamed = error.status === 200 && served.request.isStream
  if (isStreamed && served.request.isEventStream) {
    return [head(200, wire.streamHeaders(served)), send(sseFrame('error', error.body)), end]
  }
  return wholeReply({
    ...error,
    headers: [...error.headers, ...more],
    body: isStreamed ? [error.body] : error.body,
  })
}

export function errorFault(
  id: string,
  title: string,
  kind: ErrorKind,
  errorClass: ErrorClass,
  more: Partial<Fault> & { readonly headers?: (turn: Turn) => readonly Header[] } = {},
): Fault {
  const { headers, ...rest } = more
  return fault({
    id,
    title,
    errorClass,
    strikes: 'before-headers',
    reply: (_, turn) => errorReply(kind, turn, headers?.(turn)),
    ...rest,
  })
}

/** What a load balancer says in front of a dead server. */
export function htmlReply(status: number, title: string): readonly Step[] {
  const page = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
  return bodyReply(status, [['content-type', 'text/html; charset=utf-8']], page)
}
