import type { Carriage, Feature } from '../exchange.ts'

/** What a request to generate content can carry of one that another protocol wrote. */
export const carries: Readonly<Record<Feature, Carriage>> = {
  audio: 'carried',
  // Caches are objects of their own here; and short ones come by themselves.
  'cache-marks': 'lost',
  citations: 'lost',
  'file-base64': 'carried',
  'file-id': 'refused',
  // As the text that it is.
  'file-text': 'carried',
  'file-url': 'carried',
  'frequency-penalty': 'carried',
  'image-base64': 'carried',
  'image-detail': 'lost',
  'image-id': 'refused',
  'image-url': 'carried',
  'json-output': 'carried',
  'json-schema-output': 'carried',
  'logit-bias': 'lost',
  // They could be asked for, and no other protocol could be told them.
  logprobs: 'lost',
  'max-output-tokens': 'carried',
  metadata: 'lost',
  n: 'refused',
  'opaque-parts': 'refused',
  'parallel-tool-calls': 'lost',
  'presence-penalty': 'carried',
  'previous-response': 'refused',
  'prompt-cache-key': 'lost',
  'provider-tools': 'refused',
  reasoning: 'carried',
  'reasoning-summary': 'carried',
  'refusal-parts': 'carried',
  seed: 'carried',
  // The words mean other contracts.
  'service-tier': 'lost',
  stop: 'carried',
  store: 'lost',
  'strict-tools': 'lost',
  // At the beginning, with the other instructions.
  'system-turns': 'carried',
  temperature: 'carried',
  // Of other makers: they would be refused.
  'thinking-parts': 'lost',
  'tool-choice': 'carried',
  'tool-result-error': 'carried',
  // Behind the results, as what the user shows.
  'tool-result-media': 'carried',
  tools: 'carried',
  'top-k': 'carried',
  'top-p': 'carried',
  'turn-names': 'lost',
  user: 'lost',
  verbosity: 'lost',
}
