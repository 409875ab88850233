import type { IncomingMessage } from 'node:http'
import { gatewayLimits } from './limits.ts'

/** `gone`: the caller left before its request was complete. */
export type BodyProblem = 'too-large' | 'encoded' | 'gone'

/** The whole body of a request, or why there is none. */
export function readBody(request: IncomingMessage): Promise<Buffer | BodyProblem> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return Promise.resolve('encoded')
  if (Number(request.headers['content-length'] ?? 0) > gatewayLimits.bodyBytesMax)
    return Promise.resolve('too-large')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= gatewayLimits.bodyBytesMax) chunks.push(chunk)
      else {
        request.pause()
        resolve('too-large')
      }
    })
    request.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)),
    )
    request.on('close', () => resolve('gone'))
    request.on('error', () => resolve('gone'))
  })
}
