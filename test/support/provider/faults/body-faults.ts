import { gzipSync } from 'node:zlib'
import { frame } from '../frame.ts'
import { bodyBytes, bodyReply, headOf } from '../reply.ts'
import { end, head, type Header, send, type Step } from '../step.ts'
import { htmlReply } from './error-reply.ts'
import { type Fault, fault, type Turn } from './fault.ts'

const chunk = Buffer.alloc(64 * 1024, ' ')

/** White space is legal JSON, so nothing but the size is wrong. */
function huge(turn: Turn, headers: readonly Header[], lead: string): readonly Step[] {
  const count = Math.ceil(turn.hugeBodyBytes / chunk.length)
  const filling = Array.from({ length: count }, () => send(frame('comment', chunk)))
  return [head(200, headers), send(frame('comment', lead)), ...filling, end]
}

function withHeader(headers: readonly Header[], name: string, value: string): readonly Header[] {
  return [...headers.filter(([one]) => one !== name), [name, value]]
}

/** What comes is no answer of any protocol. */
export const bodyFaults: readonly Fault[] = [
  fault({
    id: 'huge-body',
    title: 'a body, or a single event, that does not end for many megabytes',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy, turn) => {
      const { headers } = headOf(healthy)
      const open = headers.filter(([name]) => name !== 'content-length')
      return huge(turn, open, turn.served.request.isStream ? 'data: {' : '{')
    },
  }),
  fault({
    id: 'html',
    title: 'a page of HTML with status 200',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: () => htmlReply(200, 'Scheduled maintenance'),
  }),
  fault({
    id: 'wrong-content-type',
    title: 'the right answer, declared as plain text',
    errorClass: 'none',
    strikes: 'before-content',
    reply: (healthy) =>
      healthy.map((step) =>
        step.kind === 'head'
          ? { ...step, headers: withHeader(step.headers, 'content-type', 'text/plain') }
          : step,
      ),
  }),
  fault({
    id: 'garbage',
    title: 'random bytes declared as an answer',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => {
      const { headers } = headOf(healthy)
      const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 151 + 7) % 256))
      return bodyReply(200, withoutLength(headers), bytes)
    },
  }),
  fault({
    id: 'empty-body',
    title: 'status 200 and nothing',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => bodyReply(200, withoutLength(headOf(healthy).headers), ''),
  }),
  fault({
    id: 'truncated-gzip',
    title: 'compressed, and cut off in the middle',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => {
      const whole = gzipSync(bodyBytes(healthy))
      const headers = withHeader(headOf(healthy).headers, 'content-encoding', 'gzip')
      return bodyReply(200, withoutLength(headers), whole.subarray(0, whole.length / 2))
    },
  }),
]

function withoutLength(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => name !== 'content-length')
}
