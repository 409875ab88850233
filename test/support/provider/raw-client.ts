import { connect } from 'node:net'

/** How a connection looked to somebody who reads bytes and believes nothing. */
export type ConnectionEnd = 'closed' | 'reset' | 'left'

export interface RawAnswer {
  /** Null when no status line came. */
  readonly status: number | null
  /** Lower-case names; a name that came twice has two entries. */
  readonly headers: readonly (readonly [string, string])[]
  /** Everything before and with the blank line. */
  readonly head: string
  /** The body, out of its chunks. */
  readonly body: Buffer
  /** Did the body end as its framing promised? */
  readonly isComplete: boolean
  readonly connection: ConnectionEnd
  readonly headAfterMs: number | null
  readonly bodyAfterMs: number | null
  readonly trailers: string
}

export interface RawRequest {
  readonly baseUrl: string
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The client leaves after this time … */
  readonly patienceMs?: number
  /** … or when nothing has come for so long after the headers … */
  readonly quietMs?: number
  /** … or once it has seen enough of the body. */
  readonly leaveWhen?: (body: Buffer) => boolean
}

/** Sends one request on a connection of its own and notes what comes back, whatever it is. */
export async function rawRequest(request: RawRequest): Promise<RawAnswer> {
  const { host } = new URL(request.baseUrl)
  const body = Buffer.from(request.body ?? '')
  const lines = [
    `${request.method ?? 'POST'} ${request.path} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(body.length === 0 ? [] : ['content-type: application/json']),
    `content-length: ${body.length}`,
    'connection: close',
  ]
  return readAnswer(await receive(request, Buffer.concat([headOf(lines), body])))
}

function headOf(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

function receive(request: RawRequest, sent: Buffer): Promise<Received> {
  const { hostname, port } = new URL(request.baseUrl)
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    let bytes: Buffer = Buffer.alloc(0)
    let headAfterMs: number | null = null
    let bodyAfterMs: number | null = null
    let quiet: NodeJS.Timeout | undefined
    const done = (connection: ConnectionEnd): void => {
      clearTimeout(patience)
      clearTimeout(quiet)
      socket.destroy()
      resolve({ bytes, connection, headAfterMs, bodyAfterMs })
    }
    const patience = setTimeout(() => done('left'), request.patienceMs ?? 10_000)
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk])
      const headEnd = bytes.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const elapsed = performance.now() - started
      headAfterMs ??= elapsed
      if (bytes.length > headEnd + 4) bodyAfterMs ??= elapsed
      clearTimeout(quiet)
      if (request.quietMs !== undefined) quiet = setTimeout(() => done('left'), request.quietMs)
      if (request.leaveWhen?.(bodySoFar(bytes)) === true) done('left')
    })
    socket.once('end', () => done('closed'))
    socket.once('error', () => done('reset'))
    socket.write(sent)
  })
}

function bodySoFar(bytes: Buffer): Buffer {
  return readAnswer({ bytes, connection: 'left', headAfterMs: null, bodyAfterMs: null }).body
}

interface Received {
  readonly bytes: Buffer
  readonly connection: ConnectionEnd
  readonly headAfterMs: number | null
  readonly bodyAfterMs: number | null
}

function readAnswer(received: Received): RawAnswer {
  const { bytes, ...rest } = received
  const headEnd = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, headEnd === -1 ? bytes.length : headEnd + 4).toString('latin1')
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(head) ?? []
  if (headEnd !== -1 && status?.startsWith('1') === true) {
    return readAnswer({ ...received, bytes: bytes.subarray(headEnd + 4) })
  }
  const headers = head
    .split('\r\n')
    .slice(1)
    .flatMap((line) => {
      const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name.toLowerCase(), value ?? ''] as const]
    })
  const framed = unframed(bytes.subarray(headEnd === -1 ? bytes.length : headEnd + 4), headers)
  return { ...rest, ...framed, status: status === undefined ? null : Number(status), head, headers }
}

type Framed = Pick<RawAnswer, 'body' | 'isComplete' | 'trailers'>

function unframed(bytes: Buffer, headers: RawAnswer['headers']): Framed {
  if (headers.some(([name, value]) => name === 'transfer-encoding' && value === 'chunked')) {
    return unchunked(bytes)
  }
  const length = headers.find(([name]) => name === 'content-length')?.[1]
  const isComplete = length !== undefined && bytes.length === Number(length)
  return { body: bytes, isComplete, trailers: '' }
}

function unchunked(bytes: Buffer): Framed {
  const parts: Buffer[] = []
  let at = 0
  while (true) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const [size] = /^[0-9a-f]+/i.exec(bytes.subarray(at, lineEnd).toString('latin1')) ?? []
    if (lineEnd === -1 || size === undefined) break
    const length = Number.parseInt(size, 16)
    at = lineEnd + 2
    if (length === 0) {
      const trailers = bytes.subarray(at).toString('latin1')
      return { body: Buffer.concat(parts), isComplete: trailers.endsWith('\r\n'), trailers }
    }
    parts.push(bytes.subarray(at, at + length))
    if (at + length > bytes.length) break
    at += length + 2
  }
  return { body: Buffer.concat(parts), isComplete: false, trailers: '' }
}
