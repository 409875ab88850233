import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { adminLimits } from './limits.ts'

/** Whether a body may be read: JSON as it is, or none. A form of a browser, which needs no permission, is neither. */
export function isJsonOrNone(headers: IncomingHttpHeaders): boolean {
  if (headers['content-encoding'] !== undefined) return false
  const type = headers['content-type']
  const isEmpty =
    headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  return isEmpty || /^application\/json *(?:;|$)/i.test(type ?? '')
}

/** Null: it is larger than the limit, or its sender has gone. The connection stays open for the answer. */
export function readAdminBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > adminLimits.bodyBytesMax)
    return Promise.resolve(null)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= adminLimits.bodyBytesMax) chunks.push(chunk)
      else {
        request.pause()
        resolve(null)
      }
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('close', () => resolve(null))
    request.once('error', () => resolve(null))
  })
}
