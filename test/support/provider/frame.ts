/** What a frame of a stream tells the caller; faults look for it. */
export type Carries =
  | 'start'
  | 'block-start'
  | 'text'
  | 'thinking'
  | 'signature'
  | 'tool-start'
  | 'tool-arguments'
  | 'refusal'
  | 'block-end'
  | 'finish'
  | 'usage'
  | 'terminal'
  | 'ping'
  | 'comment'
  | 'error'
  | 'body'

/** The bytes of one event, or of a whole body. */
export interface Frame {
  readonly bytes: Buffer
  readonly carries: Carries
}

const contents: ReadonlySet<Carries> = new Set(['text', 'thinking', 'tool-arguments', 'refusal'])

/** Does this frame hold a token? Limits such as `after 40 tokens` count these. */
export function isToken(frame: Frame): boolean {
  return contents.has(frame.carries)
}

export function frame(carries: Carries, bytes: Buffer | string): Frame {
  return { carries, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes }
}

/** One server-sent event; `event` only where the protocol names its events. */
export function sseFrame(carries: Carries, data: unknown, event: string | null = null): Frame {
  const name = event === null ? '' : `event: ${event}\n`
  return frame(carries, `${name}data: ${JSON.stringify(data)}\n\n`)
}

export function sseComment(text: string): Frame {
  return frame('comment', `: ${text}\n\n`)
}
