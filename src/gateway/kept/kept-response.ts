import type { CallerResponse } from '../caller-response.ts'

/** An answer as it went out, or would have. */
export interface WholeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Gathers an answer before its caller gets it. Until it is held the caller's leaving ends it, as with any response;
 * from then on it goes on without the caller.
 */
export class KeptResponse implements CallerResponse {
  readonly #caller: CallerResponse
  readonly #chunks: Buffer[] = []
  #headers: Record<string, string> = {}
  #status = 0
  #isHeld = false
  #isEnded = false
  #isClosed = false
  #onClose: (() => void)[] = []

  constructor(caller: CallerResponse) {
    this.#caller = caller
    caller.once('close', () => {
      if (!this.#isHeld || this.#isEnded) this.#close()
    })
  }

  /** From now on nobody's leaving ends the call. */
  hold(): void {
    this.#isHeld = true
  }

  /** The call is given up although nobody left: the gateway ends. */
  giveUp(): void {
    if (!this.#isEnded) this.#close()
  }

  /** Null: there is none yet, or there will be none. */
  get answer(): WholeAnswer | null {
    if (!this.#isEnded) return null
    const [only] = this.#chunks
    const body = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks)
    return { status: this.#status, headers: this.#headers, body }
  }

  get headersSent(): boolean {
    return this.#status !== 0
  }

  get statusCode(): number {
    return this.#status
  }

  get writableEnded(): boolean {
    return this.#isEnded
  }

  get writableFinished(): boolean {
    return this.#isHeld ? this.#isEnded : this.#caller.writableFinished
  }

  get destroyed(): boolean {
    return this.#isClosed
  }

  on(event: 'close' | 'drain', then: () => void): void {
    // There is always room: `drain` never comes.
    if (event === 'close') this.#onClose.push(then)
  }

  once(event: 'close' | 'drain', then: () => void): void {
    this.on(event, then)
  }

  writeHead(status: number, headers: Record<string, string>): void {
    this.#status = status
    this.#headers = headers
  }

  write(bytes: Buffer | string): boolean {
    this.#chunks.push(Buffer.from(bytes))
    return true
  }

  addTrailers(lines: Record<string, string>): void {
    Object.assign(this.#headers, lines)
  }

  end(body: Buffer | string = '', encoding: 'latin1' | 'utf8' = 'utf8'): void {
    this.#chunks.push(typeof body === 'string' ? Buffer.from(body, encoding) : body)
    this.#isEnded = true
    const { answer } = this
    if (!this.#caller.destroyed && answer !== null) {
      this.#caller.writeHead(answer.status, { ...answer.headers })
      this.#caller.end(answer.body)
    }
    // Whoever ends an answer still has to say so before others hear that it is over.
    else setImmediate(() => this.#close())
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const then of this.#onClose) then()
    this.#onClose = []
  }
}
