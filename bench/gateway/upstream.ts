import { createServer, type Socket } from 'node:net'

/**
 * A provider that costs next to nothing: it speaks OpenAI Chat Completions on a bare socket, from texts made once.
 * How many chunks a stream has and how far apart they come stands in the prompt: `chunks=64 everyMs=20`.
 *
 *   node bench/gateway/upstream.ts PORT
 */

const word = ' lorem'

function event(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-9f2c1d7b4e',
    object: 'chat.completion.chunk',
    created: 1_780_000_000,
    model: 'bench-model',
    system_fingerprint: 'fp_44709d6fcb',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`
}

function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

const wholeBody = JSON.stringify({
  id: 'chatcmpl-9f2c1d7b4e',
  object: 'chat.completion',
  created: 1_780_000_000,
  model: 'bench-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: word.repeat(110).trim(), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 180, completion_tokens: 110, total_tokens: 290 },
  system_fingerprint: 'fp_44709d6fcb',
})

/** As OpenAI answers, without cookies. */
const headerLines = [
  'date: Wed, 25 Nov 2026 00:00:00 GMT',
  'openai-organization: bench',
  'openai-processing-ms: 12',
  'openai-version: 2020-10-01',
  'x-ratelimit-limit-requests: 10000',
  'x-ratelimit-remaining-requests: 9999',
  'x-request-id: req_5d41402abc4b2a76b9719d911017c592',
]

const whole = [
  'HTTP/1.1 200 OK',
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(wholeBody)}`,
  ...headerLines,
  '',
  wholeBody,
].join('\r\n')

const streamHead = [
  'HTTP/1.1 200 OK',
  'content-type: text/event-stream; charset=utf-8',
  'transfer-encoding: chunked',
  ...headerLines,
  '',
  '',
].join('\r\n')

/** The role and the first word come together, as the first chunk of the answer. */
const first = chunked(
  `${event({ role: 'assistant', content: '', refusal: null }, null)}${event({ content: word }, null)}`,
)
const next = chunked(event({ content: word }, null))
const last = `${chunked(`${event({}, 'stop')}data: [DONE]\n\n`)}0\r\n\r\n`

function answer(socket: Socket, body: string): void {
  if (!body.includes('"stream":true')) {
    socket.write(whole)
    return
  }
  const [, count = '64', everyMs = '20'] = /chunks=(\d+) everyMs=(\d+)/.exec(body) ?? []
  let left = Number(count) - 2
  socket.write(streamHead + first)
  const timer = setInterval(() => {
    if (left > 0) socket.write(next)
    else {
      clearInterval(timer)
      socket.write(last)
    }
    left -= 1
  }, Number(everyMs))
  socket.once('close', () => clearInterval(timer))
}

/** Requests come one after the other on a connection, each with a `content-length` or in chunks. */
function serve(socket: Socket): void {
  let held = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    held += data.toString('latin1')
    const head = held.indexOf('\r\n\r\n')
    if (head === -1) return
    const length = /\r\ncontent-length: *(\d+)/i.exec(held.slice(0, head + 2))?.[1]
    const end = length === undefined ? held.indexOf('\r\n0\r\n\r\n', head) + 7 : Number(length)
    const whole = length === undefined ? end : head + 4 + end
    if (whole < head + 4 || held.length < whole) return
    const body = held.slice(head + 4, whole)
    held = held.slice(whole)
    answer(socket, body)
  })
}

createServer(serve).listen(Number(process.argv[2]), '127.0.0.1', () => {
  process.send?.('ready')
})
