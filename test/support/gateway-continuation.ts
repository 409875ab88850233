import {
  type InboundProtocol,
  inboundPaths,
  promptBody,
  readStreamedAnswer,
} from './gateway-answer.ts'
import { type GatewayInProcess, startGatewayInProcess, stateOf } from './gateway-in-process.ts'
import { routePaths } from './gateway-sdk-gateway.ts'
import { hear, type Heard } from './provider/hear.ts'
import { type Continuation } from './provider/prompt-cues.ts'
import { type Protocol, protocols } from './provider/protocol.ts'
import { type Provider, startProvider } from './provider/provider.ts'
import { type Step, cut } from './provider/step.ts'
import { frame } from './provider/frame.ts'
import { send } from './provider/step.ts'

/** A stream that is cut somewhere, and who goes on with it how. */
export interface CutStream {
  readonly inbound: InboundProtocol
  readonly upstream: Protocol
  readonly fallback: Protocol
  /** What the model is told to say, as cues. */
  readonly cues: string
  /** So many events go out, of each attempt in turn; after the list is used up answers are whole. */
  readonly cuts: readonly CutPlace[]
  readonly continuation: Continuation
}

export interface CutPlace {
  readonly afterEvents: number
  /** Share of the next event's bytes that goes out as well, from 0 to below 1. */
  readonly share: number
  readonly by: 'close' | 'reset' | 'end'
}

export interface CutOutcome {
  readonly status: number
  readonly heard: Heard
  readonly isEnded: boolean
  readonly error: string | null
  readonly body: string
  readonly attempts: number
}

const key = 'caller-key-of-the-test-5f0c2d7a'

/** A gateway and a provider for any number of cut streams, one after another. */
export class CutStreams {
  readonly #provider: Provider
  readonly #gateway: GatewayInProcess

  private constructor(provider: Provider, gateway: GatewayInProcess) {
    this.#provider = provider
    this.#gateway = gateway
  }

  static async start(): Promise<CutStreams> {
    const provider = await startProvider({ seed: 0 })
    const principal = {
      kind: 'service' as const,
      definition: 'us-ear-772.1',
      class: 'not-foreign-person' as const,
      entity: null,
      employment: null,
      groups: ['staff'],
      authorisations: [],
    }
    const state = stateOf({
      config: configuration(provider.baseUrl),
      callers: new Map([[key, { principal }]]),
    })
    return new CutStreams(provider, await startGatewayInProcess({ state }))
  }

  async close(): Promise<void> {
    await this.#gateway.close()
    await this.#provider.close()
  }

  async run(one: CutStream): Promise<CutOutcome> {
    const { circuits } = this.#gateway.gateway
    // What earlier streams came to is not held against this one.
    for (const route of protocols)
      for (const name of ['first', 'second']) circuits.succeeded(`test/${name}-${route}`, route)
    this.#provider.reset()
    let attempts = 0
    this.#provider.script({
      reply: (healthy) => {
        const place = one.cuts[attempts]
        attempts += 1
        return place === undefined ? healthy : cutAt(healthy, place)
      },
    })
    const response = await fetch(`${this.#gateway.url}${inboundPaths[one.inbound]}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'holdfast-workflow': workflowOf(one),
      },
      body: JSON.stringify(
        promptBody(one.inbound, {
          model: `test/first-${one.upstream}`,
          isStream: true,
          prompt: `${one.cues} [[continue: ${one.continuation}]] go on`,
        }),
      ),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const body = String(bytes)
    const isStream = response.status === 200
    const { isEnded, error } = isStream
      ? readStreamedAnswer(one.inbound, body)
      : { isEnded: false, error: body }
    const heard = hear(one.inbound, isStream ? 'stream' : 'whole', bytes)
    return { status: response.status, heard, isEnded, error, body, attempts }
  }
}

/** Events are what is sent after the head; the last of them is never cut off. */
export function cutAt(healthy: readonly Step[], place: CutPlace): readonly Step[] {
  const { afterEvents, share, by } = place
  const at = Math.min(1 + afterEvents, healthy.length - 2)
  const next = healthy[at]
  const kept = healthy.slice(0, Math.max(1, at))
  const piece =
    next?.kind === 'send' && share > 0
      ? [send(frame('comment', next.frame.bytes.subarray(0, next.frame.bytes.length * share)))]
      : []
  return [...kept, ...piece, by === 'end' ? { kind: 'end' } : cut(by)]
}

function workflowOf({ upstream, fallback }: Pick<CutStream, 'upstream' | 'fallback'>): string {
  return `${upstream}-then-${fallback}`
}

function configuration(baseUrl: string): object {
  const pairs = protocols.flatMap((upstream) =>
    protocols.map((fallback) => ({ upstream, fallback })),
  )
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: protocols.map((protocol) => ({
      id: protocol,
      provider: 'test',
      protocol,
      baseUrl: `${baseUrl}${routePaths[protocol]}`,
      credential: 'env:NOBODY',
      models: {
        [`test/first-${protocol}`]: `first-${protocol}`,
        [`test/second-${protocol}`]: `second-${protocol}`,
      },
    })),
    workflows: pairs.map((pair) => ({
      id: workflowOf(pair),
      task: 'chat',
      audience: ['staff'],
      model: `test/first-${pair.upstream}`,
      fallbacks: [`test/second-${pair.fallback}`],
    })),
    groups: { staff: {} },
    principals: [],
  }
}
