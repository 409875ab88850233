import type { Protocol, ThinkingPart } from './exchange.ts'
import { present } from './present.ts'
import { openMark, sealMark } from './sealed-mark.ts'

const protocols: readonly Protocol[] = [
  'anthropic-messages',
  'bedrock-converse',
  'gemini',
  'openai-chat',
  'openai-responses',
]

/** What brings a thought of another maker back to it, and keeps it from every other. */
export function sealThought({ protocol, signature, redacted, id }: ThinkingPart): string {
  return sealMark(present({ protocol, signature, redacted, id }))
}

/** The mark that another protocol sets at a call, where calls have no place for one. */
export function sealCallMark(id: string, signature: string): string {
  return sealMark({ call: id, signature })
}

export type OpenedMark =
  | { readonly kind: 'thought'; readonly thought: ThinkingPart }
  | { readonly kind: 'call'; readonly id: string; readonly signature: string }

/** `text`: what is shown of the thought. A damaged mark is nobody's thought. */
export function openSealed(text: string, mark: string): OpenedMark {
  const kept = openMark(mark)
  const textIn = (name: string) => {
    const value = kept[name]
    return typeof value === 'string' ? value : undefined
  }
  const signature = textIn('signature')
  const id = textIn('call')
  if (id !== undefined) return { kind: 'call', id, signature: signature ?? '' }
  const thought = present({
    kind: 'thinking',
    protocol: protocols.find((protocol) => protocol === kept['protocol']),
    text,
    signature,
    redacted: textIn('redacted'),
    id: textIn('id'),
  })
  return { kind: 'thought', thought }
}
