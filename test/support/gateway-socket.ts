import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What came back over one connection on which bytes were written as they are. */
export interface SocketAnswer {
  readonly text: string
  /** Status of every answer that came, in order; those that only say to go on are left out. */
  readonly statuses: readonly number[]
  /** The other side closed the connection. */
  readonly isClosed: boolean
  readonly afterMs: number
}

export interface SocketOptions {
  /** Pieces are written with so many milliseconds between them. */
  readonly paceMs?: number
  /** So many answers are waited for; what comes behind them is heard for a moment too. */
  readonly answers?: number
}

/** For an answer, on a machine that may be busy. */
const patienceMs = 20_000
/** For what should not come at all, once all that should has. */
const quietMs = 300
const finalStatus = /HTTP\/1\.1 ([2-5]\d\d) /g

/** Writes pieces of a request, or of several, to a server and reads until it closes or has answered. */
export async function talk(
  url: string,
  pieces: string | readonly (string | Buffer)[],
  { paceMs = 0, answers = 1 }: SocketOptions = {},
): Promise<SocketAnswer> {
  const { hostname, port } = new URL(url)
  const startedAt = performance.now()
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  const state = { isClosed: false, heardAt: performance.now() }
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      state.isClosed = true
      resolve()
    })
  })
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    state.heardAt = performance.now()
    chunks.push(chunk)
  })
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) {
    if (state.isClosed) break
    socket.write(piece)
    state.heardAt = performance.now()
    if (paceMs > 0) await Promise.race([delay(paceMs), closed])
  }
  const heard = () => Buffer.concat(chunks).toString('latin1')
  const isWaiting = () => {
    const silentMs = performance.now() - state.heardAt
    const isAnswered = silentMs > quietMs && statusesIn(heard()).length >= answers
    return !isAnswered && silentMs < patienceMs
  }
  while (!state.isClosed && isWaiting()) await Promise.race([delay(20), closed])
  const { isClosed } = state
  socket.destroy()
  const text = heard()
  return { text, statuses: statusesIn(text), isClosed, afterMs: performance.now() - startedAt }
}

function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(finalStatus)].map(([, status]) => Number(status))
}
