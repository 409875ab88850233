/** What the model says, before any protocol has written it down. */
export type Piece =
  | { readonly kind: 'thinking'; readonly text: string; readonly signature: string }
  | { readonly kind: 'redacted-thinking'; readonly data: string }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'tool-call'
      readonly id: string
      readonly name: string
      readonly argumentsText: string
    }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'model-fallback'; readonly from: string; readonly to: string }

export const stops = [
  'end',
  'length',
  'tool-use',
  'stop-sequence',
  'refusal',
  'content-filter',
  'pause',
  'context',
] as const
export type Stop = (typeof stops)[number]

export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly thinkingTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
}

export interface Answer {
  /** The model that wrote it, where only its usage tells. */
  readonly writtenBy?: string
  readonly pieces: readonly Piece[]
  readonly stop: Stop
  /** The sequence that ended it. */
  readonly stopSequence: string | null
  readonly usage: Usage
}

/** Everything the caller would read as text, in order. */
export function spokenText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')
}
