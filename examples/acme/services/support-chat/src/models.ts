import { anthropic } from '@ai-sdk/anthropic'
import { openai } from '@ai-sdk/openai'
import type { LanguageModel } from 'ai'

/** The model that answers customers. */
export const primary: LanguageModel = anthropic('claude-sonnet-4-5')

/** Takes over when the first one fails. */
export const backup: LanguageModel = openai('gpt-4.1')

/** What a team lead may choose for an experiment; nothing runs by itself. */
export const SELECTABLE_MODELS = [
  { id: 'claude-opus-4-5', label: 'Thorough' },
  { id: 'gemini-2.5-flash', label: 'Quick' },
]

export const PRICE_PER_MILLION_TOKENS = {
  'claude-sonnet-4-5': { input: 3, output: 15 },
  'gpt-4.1': { input: 2, output: 8 },
}
