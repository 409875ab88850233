/** What an answer goes out on: the response to the caller, or what keeps an answer for it. */
export interface CallerResponse {
  readonly headersSent: boolean
  readonly statusCode: number
  readonly writableEnded: boolean
  /** All of it has gone out. */
  readonly writableFinished: boolean
  readonly destroyed: boolean
  on(event: 'close' | 'drain', then: () => void): unknown
  once(event: 'close' | 'drain', then: () => void): unknown
  writeHead(status: number, headers: Record<string, string>): unknown
  /** `false`: there is no room before `drain`. */
  write(bytes: Buffer | string): boolean
  addTrailers(lines: Record<string, string>): unknown
  end(): unknown
  end(body: Buffer | string): unknown
  end(body: string, encoding: 'latin1'): unknown
}
