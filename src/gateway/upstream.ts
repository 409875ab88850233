import { lookup } from 'node:dns'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { isMetadataAddress } from '../base/metadata-address.ts'
import { gatewayLimits } from './limits.ts'

export interface UpstreamRequest {
  /** Absent: POST. */
  readonly method?: 'GET' | undefined
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/** What becomes of a request, in this order; after `failed` or `ended` nothing more is told. */
export interface UpstreamListener {
  started(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void
  data(chunk: Buffer): void
  ended(): void
  failed(error: Error): void
}

export interface UpstreamCall {
  /** Ends it; the listener hears nothing more. */
  abort(): void
  pause(): void
  resume(): void
}

/**
 * Connections to providers, kept open and shared. Redirects are not followed: a credential goes to the origin that it
 * was accepted for and nowhere else. Silence is measured by whoever asks, so the library's own timers are off.
 */
export class Upstreams {
  readonly #agent: Agent

  constructor(connectMs: number) {
    this.#agent = new Agent({
      connect: guardedConnector(connectMs),
      connections: gatewayLimits.connectionsMax,
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      keepAliveTimeout: 30_000,
    })
  }

  send({ method, url, headers, body }: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    const exchange = new Exchange(listener)
    this.#agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: method ?? 'POST',
        headers,
        body: method === 'GET' ? null : body,
      },
      exchange,
    )
    return exchange
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/**
 * A name that leads to where a cloud hands out its machines' credentials is connected to nowhere, whatever it led to
 * before. A connection goes to what was looked at here.
 */
function guardedConnector(connectMs: number): ReturnType<typeof buildConnector> {
  const connect = buildConnector({
    timeout: connectMs,
    lookup: (host, options, done) => {
      lookup(host, { ...options, all: true }, (error, found) => {
        const bad = found?.find(({ address }) => isMetadataAddress(address))
        const problem =
          bad === undefined ? error : new Error(`\`${host}\` leads to ${bad.address}: refused`)
        if (problem !== null) return done(problem, '')
        if (options.all === true) return done(null, found)
        const [first] = found
        done(null, first?.address ?? '', first?.family)
      })
    },
  })
  return (options, done) => {
    if (isMetadataAddress(options.hostname))
      return done(new Error(`\`${options.hostname}\` is no provider: refused`), null)
    connect(options, done)
  }
}

class Exchange implements Dispatcher.DispatchHandler, UpstreamCall {
  readonly #listener: UpstreamListener
  #controller: Dispatcher.DispatchController | null = null
  #isOver = false
  #isPaused = false

  constructor(listener: UpstreamListener) {
    this.#listener = listener
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('given up before it began'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx answers come before the real one.
    if (status >= 200 && !this.#isOver) this.#listener.started(status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#listener.data(chunk)
    if (this.#isPaused && !this.#isOver) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listener.ended()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listener.failed(error)
  }

  abort(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#controller?.abort(new Error('given up'))
  }

  pause(): void {
    this.#isPaused = true
    this.#controller?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#controller?.resume()
  }
}
