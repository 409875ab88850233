import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { pipeline, type Readable, Transform } from 'node:stream'
import { adminLimits } from './limits.ts'
import { AdminRefusal } from './admin-refusal.ts'

/** Whether a body may be read: JSON as it is, or none. A form of a browser, which needs no permission, is neither. */
export function isJsonOrNone(headers: IncomingHttpHeaders): boolean {
  if (headers['content-encoding'] !== undefined) return false
  const type = headers['content-type']
  const isEmpty =
    headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  return isEmpty || /^application\/json *(?:;|$)/i.test(type ?? '')
}

/** The whole text, or why there is none: it is too long or too slow, or its sender has gone. */
export type ReadBody = { readonly text: string } | 'too-large' | 'too-slow'

/** The connection stays open for the answer. */
export function readAdminBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve('too-large')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const give = (read: ReadBody): void => {
      clearTimeout(timer)
      if (read === 'too-large' || read === 'too-slow') request.pause()
      resolve(read)
    }
    const timer = setTimeout(() => give('too-slow'), adminLimits.requestMs)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= bytesMax) chunks.push(chunk)
      else give('too-large')
    })
    request.once('end', () => give({ text: Buffer.concat(chunks).toString('utf8') }))
    request.once('close', () => give('too-slow'))
    request.once('error', () => give('too-slow'))
  })
}

/** What is sent, piece by piece; more than the limit breaks it off, and its reader hears of it. */
export function uploadOf(request: IncomingMessage): Readable {
  let bytes = 0
  const counted = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      bytes += piece.length
      if (bytes <= adminLimits.uploadBytesMax) done(null, piece)
      else done(new AdminRefusal(413, 'request_too_large', uploadTooLarge))
    },
  })
  pipeline(request, counted, () => undefined)
  return counted
}

export const uploadTooLarge = `more than ${adminLimits.uploadBytesMax} bytes`
