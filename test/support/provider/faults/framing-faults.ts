import { bodyBytes, headOf, rawHead } from '../reply.ts'
import { cut, type Header, type Step } from '../step.ts'
import { type Fault, fault, type Turn } from './fault.ts'

const lineEnd = Buffer.from('\r\n')

function raw(...parts: readonly Buffer[]): Step {
  return { kind: 'raw', bytes: Buffer.concat(parts) }
}

/** The healthy answer with framing headers of one's own. */
function framedAs(healthy: readonly Step[], framing: readonly Header[]): Buffer {
  const { headers } = headOf(healthy)
  const kept = headers.filter(([name]) => name !== 'content-length')
  return rawHead('200 OK', [...kept, ...framing, ['connection', 'close']])
}

function length(bytes: number): Header {
  return ['content-length', String(bytes)]
}

function chunked(bytes: Buffer, size = bytes.length.toString(16), extension = ''): Buffer {
  return Buffer.concat([Buffer.from(`${size}${extension}\r\n`), bytes, lineEnd])
}

function redirect(status: number, turn: Turn): readonly Step[] {
  const { number } = turn.served
  const head = rawHead(`${status} Redirect`, [
    ['location', `${turn.strangerUrl}/v1/stolen/${number}`],
    length(0),
    ['connection', 'close'],
  ])
  return [raw(head), cut('close')]
}

const encoding: Header = ['transfer-encoding', 'chunked']

/** HTTP itself is bent; each of these goes past Node's own framing. */
export const framingFaults: readonly Fault[] = [
  fault({
    id: 'duplicate-content-length',
    title: 'two `content-length` headers that differ',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      return [
        raw(framedAs(healthy, [length(bytes.length), length(bytes.length + 7)]), bytes),
        cut('close'),
      ]
    },
  }),
  fault({
    id: 'content-length-and-chunked',
    title: '`content-length` and `transfer-encoding: chunked` together',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => [
      raw(framedAs(healthy, [length(3), encoding]), chunked(bodyBytes(healthy)), endChunk('')),
      cut('close'),
    ],
  }),
  fault({
    id: 'content-length-too-long',
    title: 'promises more bytes than it sends, then closes',
    errorClass: 'transport',
    strikes: 'after-content',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      return [raw(framedAs(healthy, [length(bytes.length + 100)]), bytes), cut('close')]
    },
  }),
  fault({
    id: 'bad-chunk-size',
    title: 'a chunk whose size is no number',
    errorClass: 'transport',
    strikes: 'before-content',
    reply: (healthy) => [
      raw(framedAs(healthy, [encoding]), chunked(bodyBytes(healthy), 'zz')),
      cut('close'),
    ],
  }),
  fault({
    id: 'short-chunk',
    title: 'a chunk shorter than it says, then closes',
    errorClass: 'transport',
    strikes: 'after-content',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      const size = (bytes.length + 50).toString(16)
      return [raw(framedAs(healthy, [encoding]), chunked(bytes, size)), cut('close')]
    },
  }),
  fault({
    id: 'chunked-trailers',
    title: 'chunk extensions and trailers, which are legal',
    errorClass: 'none',
    strikes: 'after-content',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      const size = bytes.length.toString(16)
      const trailers = endChunk('x-provider-trailer: late\r\nset-cookie: trailing=1\r\n')
      return [
        raw(
          framedAs(healthy, [encoding, ['trailer', 'x-provider-trailer']]),
          chunked(bytes, size, ';name="value"'),
          trailers,
        ),
        cut('close'),
      ]
    },
  }),
  fault({
    id: 'early-hints',
    title: 'informational responses before the answer, which are legal',
    errorClass: 'none',
    strikes: 'before-headers',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      const hints = rawHead('103 Early Hints', [['link', '</style.css>; rel=preload']])
      return [raw(hints, framedAs(healthy, [length(bytes.length)]), bytes), cut('close')]
    },
  }),
  fault({
    id: 'huge-headers',
    title: 'a header of 64 KiB',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      const padding: Header = ['x-padding', 'p'.repeat(64 * 1024)]
      return [raw(framedAs(healthy, [padding, length(bytes.length)]), bytes), cut('close')]
    },
  }),
  fault({
    id: 'bad-status-line',
    title: 'something that is not HTTP',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: () => [raw(Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')), cut('close')],
  }),
  fault({
    id: 'redirect',
    title: '307 to another origin',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: (_, turn) => redirect(307, turn),
  }),
  fault({
    id: 'redirect-found',
    title: '302 to another origin',
    errorClass: 'transport',
    strikes: 'before-headers',
    reply: (_, turn) => redirect(302, turn),
  }),
]

function endChunk(trailers: string): Buffer {
  return Buffer.from(`0\r\n${trailers}\r\n`)
}
