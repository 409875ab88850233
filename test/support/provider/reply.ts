import { gzipSync } from 'node:zlib'
import { type Frame, frame, isToken } from './frame.ts'
import { end, type Gate, head, type Header, send, type Step, wait } from './step.ts'
import type { Served, WholeBody, Wire } from './wire.ts'
import type { Answer } from './answer.ts'

/** A healthy streamed answer. */
export function streamReply(wire: Wire, answer: Answer, served: Served): readonly Step[] {
  const frames = wire.stream(answer, served).flatMap((one) => framed(one, served))
  const paced = frames.flatMap((one) =>
    isToken(one) && served.order.paceMs > 0 ? [send(one), wait(served.order.paceMs)] : [send(one)],
  )
  return [head(200, wire.streamHeaders(served)), ...paced, end]
}

/** The same event in another dress. */
function framed(one: Frame, served: Served): readonly Frame[] {
  const isSse = one.bytes.subarray(-2).toString('latin1') === '\n\n'
  if (!isSse || served.order.framing === 'plain') return [one]
  if (served.order.framing === 'comments') {
    return [frame('comment', ': hello\n\n'), frame(one.carries, withFields(one.bytes))]
  }
  return [frame(one.carries, one.bytes.toString('utf8').replaceAll('\n', '\r\n'))]
}

function withFields(bytes: Buffer): string {
  return `id: 1\nretry: 3000\n${bytes.toString('utf8').replace('data: ', 'data:')}`
}

/** An answer in one piece, or an error. */
export function wholeReply(whole: WholeBody, isGzip = false): readonly Step[] {
  const plain = Buffer.from(JSON.stringify(whole.body))
  const bytes = isGzip ? gzipSync(plain) : plain
  const encoding: readonly Header[] = isGzip ? [['content-encoding', 'gzip']] : []
  return bodyReply(whole.status, [...whole.headers, ...encoding], bytes)
}

export function bodyReply(
  status: number,
  headers: readonly Header[],
  body: Buffer | string,
): readonly Step[] {
  const bytes = Buffer.from(body)
  const length: Header = ['content-length', String(bytes.length)]
  return [head(status, [...headers, length]), send(frame('body', bytes)), end]
}

/** Everything that goes up to the nth token, and this token; the last token when there are fewer. */
export function throughToken(steps: readonly Step[], count: number): readonly Step[] {
  const tokens = steps.flatMap((step, index) => (isTokenStep(step) ? [index] : []))
  const at = tokens[Math.min(count, tokens.length) - 1]
  return at === undefined ? steps.slice(0, 1) : steps.slice(0, at + 1)
}

export function tokenSteps(steps: readonly Step[]): number {
  return steps.filter(isTokenStep).length
}

export function isTokenStep(step: Step): boolean {
  return step.kind === 'send' && isToken(step.frame)
}

/** All bytes that would be sent as body. */
export function bodyBytes(steps: readonly Step[]): Buffer {
  return Buffer.concat(steps.flatMap((step) => (step.kind === 'send' ? [step.frame.bytes] : [])))
}

/** Status and headers that would be sent. */
export function headOf(steps: readonly Step[]): {
  readonly status: number
  readonly headers: readonly Header[]
} {
  const found = steps.find((step) => step.kind === 'head')
  return found?.kind === 'head' ? found : { status: 200, headers: [] }
}

/** Stops after the nth token until the gate opens; an answer without tokens stops before its body. */
export function heldReply(steps: readonly Step[], tokens: number, gate: Gate): readonly Step[] {
  const before = tokens === 0 ? steps.slice(0, 1) : throughToken(steps, tokens)
  return [...before, { kind: 'gate', gate }, ...steps.slice(before.length)]
}

/** An answer as bytes, for faults of the HTTP framing itself. */
export function rawHead(status: string, headers: readonly Header[]): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
