import type { Carriage, Feature } from '../exchange.ts'
import { isAnthropicModel } from './model-maker.ts'

/** What a Converse request can carry of a request that another protocol wrote. */
export const carries: Readonly<Record<Feature, Carriage>> = {
  audio: 'carried',
  // Models that keep no cache refuse the mark.
  'cache-marks': 'lost',
  citations: 'lost',
  'file-base64': 'carried',
  'file-id': 'refused',
  'file-text': 'carried',
  'file-url': 'refused',
  'frequency-penalty': 'lost',
  'image-base64': 'carried',
  'image-detail': 'lost',
  'image-id': 'refused',
  // Bytes or a place in S3; other addresses are read by nobody.
  'image-url': 'refused',
  // No mode that asks for JSON without saying which.
  'json-output': 'lost',
  'json-schema-output': 'carried',
  'logit-bias': 'lost',
  logprobs: 'lost',
  'max-output-tokens': 'carried',
  metadata: 'lost',
  n: 'refused',
  'opaque-parts': 'refused',
  'parallel-tool-calls': 'lost',
  'presence-penalty': 'lost',
  'previous-response': 'refused',
  'prompt-cache-key': 'lost',
  'provider-tools': 'refused',
  reasoning: 'carried',
  'reasoning-summary': 'lost',
  'refusal-parts': 'carried',
  seed: 'lost',
  'service-tier': 'lost',
  stop: 'carried',
  store: 'lost',
  'strict-tools': 'carried',
  'system-turns': 'carried',
  temperature: 'carried',
  // Of other makers: they would be refused.
  'thinking-parts': 'lost',
  'tool-choice': 'carried',
  'tool-result-error': 'carried',
  'tool-result-media': 'carried',
  tools: 'carried',
  'top-k': 'lost',
  'top-p': 'carried',
  'turn-names': 'lost',
  user: 'lost',
  verbosity: 'lost',
}

/** Anthropic's models take more, in `additionalModelRequestFields`, and know their thoughts from anywhere. */
const anthropicCarries: Readonly<Record<Feature, Carriage>> = {
  ...carries,
  'cache-marks': 'carried',
  'reasoning-summary': 'carried',
  'top-k': 'carried',
}

export function forModel(model: string): {
  readonly carries: Readonly<Record<Feature, Carriage>>
  readonly takesThoughtsOf: readonly ['anthropic-messages'] | readonly []
} {
  return isAnthropicModel(model)
    ? { carries: anthropicCarries, takesThoughtsOf: ['anthropic-messages'] }
    : { carries, takesThoughtsOf: [] }
}
