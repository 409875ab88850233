import type { IncomingMessage } from 'node:http'
import { credentialOf } from './credential.ts'
import { limits } from './limits.ts'
import type { OpenRecord } from './received-request.ts'

/** The body, or null when it is larger than allowed; what arrived of it when the caller leaves. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  return await new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limits.requestBodyBytesMax) chunks.push(chunk)
    })
    const finish = (): void => {
      resolve(size > limits.requestBodyBytesMax ? null : Buffer.concat(chunks))
    }
    request.once('end', finish)
    request.once('close', finish)
  })
}

type Known = Pick<OpenRecord, 'number' | 'body' | 'connection' | 'done'>

/** What can be noted before anybody has understood the request. */
export function openRecord(request: IncomingMessage, known: Known): OpenRecord {
  const url = request.url ?? '/'
  const { pathname, searchParams } = new URL(url, 'http://provider')
  return {
    ...known,
    atMs: Date.now(),
    method: request.method ?? '',
    url,
    path: pathname,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    credential: credentialOf(request.headers, searchParams),
    protocol: null,
    operation: null,
    model: '',
    isStream: false,
    case: '',
    attempt: 0,
    fault: null,
    progress: {
      ending: 'answering',
      status: null,
      bytesSent: 0,
      framesSent: 0,
      tokensSent: 0,
      endedAtMs: null,
    },
  }
}
