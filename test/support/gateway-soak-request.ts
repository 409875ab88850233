import { Agent, request } from 'node:http'
import {
  type InboundProtocol,
  inboundPaths,
  promptBody,
  type ReadAnswer,
  readStreamedAnswer,
  readWholeAnswer,
} from './gateway-answer.ts'
import type { SoakWorkflow } from './gateway-soak-world.ts'

/** One request of a soak. */
export interface SoakRequest {
  readonly number: number
  readonly inbound: InboundProtocol
  readonly isStream: boolean
  readonly workflow: SoakWorkflow
  readonly model: string
  readonly caller: 'cleared' | 'foreign'
  readonly words: number
  /** What the provider is told to do beside speaking. */
  readonly cues: string
}

/** What became of it. Times in milliseconds since 1970. */
export interface SoakAnswer {
  readonly status: number | null
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly sentAt: number
  readonly headAt: number | null
  readonly endedAt: number
  /** The connection broke; null: the answer is whole as far as HTTP can tell. */
  readonly broken: string | null
}

/** A connection for each: one that is kept open could be closed by a gateway that stops, in the moment it is used. */
const agent = new Agent({ keepAlive: false })

export function caseName(number: number): string {
  return `soak-${number}`
}

export function sendSoak(url: string, key: string, one: SoakRequest): Promise<SoakAnswer> {
  const { cues, inbound, isStream, model, number, words, workflow } = one
  const prompt = `[[case: ${caseName(number)}]] [[words: ${words}]] ${cues} go on`
  const sentAt = Date.now()
  return new Promise((resolve) => {
    let status: number | null = null
    let headers: SoakAnswer['headers'] = {}
    let headAt: number | null = null
    const chunks: Buffer[] = []
    const over = (broken: string | null): void =>
      resolve({
        status,
        headers,
        body: Buffer.concat(chunks).toString('utf8'),
        sentAt,
        headAt,
        endedAt: Date.now(),
        broken,
      })
    const sent = request(
      `${url}${inboundPaths[inbound]}`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'x-api-key': key,
          'holdfast-workflow': workflow,
        },
      },
      (response) => {
        status = response.statusCode ?? null
        headers = response.headers
        headAt = Date.now()
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () => over(response.complete ? null : 'incomplete'))
        response.once('error', (error) => over(error.message))
      },
    )
    sent.once('error', (error: NodeJS.ErrnoException) => over(error.code ?? error.message))
    sent.end(JSON.stringify(promptBody(inbound, { model, isStream, prompt })))
  })
}

export function readSoak({ inbound, isStream }: SoakRequest, { body }: SoakAnswer): ReadAnswer {
  return isStream ? readStreamedAnswer(inbound, body) : readWholeAnswer(inbound, body)
}

/** `vendor/name` of whoever wrote the end of the answer. */
export function lastServed({ body, headers }: SoakAnswer): string {
  const resumed = [...body.matchAll(/^: holdfast resumed model=(\S+)/gm)].at(-1)?.[1]
  return resumed ?? String(headers['holdfast-served-model'])
}
