import type { Frame } from './frame.ts'

export type Header = readonly [name: string, value: string]

/** Holds an answer until the test lets it go. */
export interface Gate {
  readonly reached: () => void
  readonly opened: Promise<void>
}

/** One act of an answer on the wire. A healthy answer is a list of these, and a fault changes the list. */
export type Step =
  | { readonly kind: 'head'; readonly status: number; readonly headers: readonly Header[] }
  | { readonly kind: 'send'; readonly frame: Frame }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'gate'; readonly gate: Gate }
  /** Ends the answer as HTTP wants it. */
  | { readonly kind: 'end' }
  /** Bytes straight to the socket, past all HTTP framing. */
  | { readonly kind: 'raw'; readonly bytes: Buffer }
  /** Closes the connection in the middle: in order, or by a reset. */
  | { readonly kind: 'cut'; readonly by: 'close' | 'reset' }

export function send(frame: Frame): Step {
  return { kind: 'send', frame }
}

export function wait(ms: number): Step {
  return { kind: 'wait', ms }
}

export const end: Step = { kind: 'end' }

export function cut(by: 'close' | 'reset'): Step {
  return { kind: 'cut', by }
}

export function head(status: number, headers: readonly Header[]): Step {
  return { kind: 'head', status, headers }
}
