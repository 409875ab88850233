/** What an upstream speaks; the words are those of `holdfast.yaml`. */
export type Protocol =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini'
  | 'bedrock-converse'

export const protocols: readonly Protocol[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock-converse',
]

/** Is the answer streamed, or sent in one piece? */
export type Mode = 'stream' | 'whole'

export const modes: readonly Mode[] = ['stream', 'whole']
