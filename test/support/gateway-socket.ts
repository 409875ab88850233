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
  /** Leaves when nothing has come for so long. */
  readonly quietMs?: number
}

/** Writes pieces of a request, or of several, to a server and reads until it closes or is quiet. */
export async function talk(
  url: string,
  pieces: string | readonly (string | Buffer)[],
  { paceMs = 0, quietMs = 700 }: SocketOptions = {},
): Promise<SocketAnswer> {
  const { hostname, port } = new URL(url)
  const startedAt = performance.now()
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  let isClosed = false
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      resolve()
    })
  })
  socket.on('error', () => undefined)
  let heardAt = performance.now()
  socket.on('data', (chunk) => {
    heardAt = performance.now()
    chunks.push(chunk)
  })
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) {
    if (isClosed) break
    socket.write(piece)
    heardAt = performance.now()
    if (paceMs > 0) await Promise.race([delay(paceMs), closed])
  }
  while (!isClosed && performance.now() - heardAt < quietMs) await Promise.race([delay(20), closed])
  const wasClosed = isClosed
  socket.destroy()
  const text = Buffer.concat(chunks).toString('latin1')
  const statuses = [...text.matchAll(/^HTTP\/1\.1 ([2-5]\d\d) /gm)].map(([, status]) =>
    Number(status),
  )
  return { text, statuses, isClosed: wasClosed, afterMs: performance.now() - startedAt }
}
