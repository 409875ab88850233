import type { Carriage, Feature } from '../exchange.ts'

/** What a request in this protocol can carry of one that another protocol wrote. */
export const carries: Readonly<Record<Feature, Carriage>> = {
  audio: 'carried',
  // Caching by marks is known to a few models alone; the others refuse the member.
  'cache-marks': 'lost',
  citations: 'lost',
  'file-base64': 'carried',
  'file-id': 'refused',
  // As the text that it is.
  'file-text': 'carried',
  'file-url': 'refused',
  'frequency-penalty': 'carried',
  'image-base64': 'carried',
  'image-detail': 'carried',
  'image-id': 'refused',
  'image-url': 'carried',
  'json-output': 'carried',
  'json-schema-output': 'carried',
  'logit-bias': 'carried',
  // They could be asked for, and no other protocol could be told them.
  logprobs: 'lost',
  'max-output-tokens': 'carried',
  // Allowed only beside `store`.
  metadata: 'lost',
  n: 'refused',
  'opaque-parts': 'refused',
  'parallel-tool-calls': 'carried',
  'presence-penalty': 'carried',
  'previous-response': 'refused',
  'prompt-cache-key': 'carried',
  'provider-tools': 'refused',
  reasoning: 'carried',
  'reasoning-summary': 'lost',
  'refusal-parts': 'carried',
  seed: 'carried',
  // The words mean other contracts.
  'service-tier': 'lost',
  stop: 'carried',
  store: 'carried',
  'strict-tools': 'carried',
  'system-turns': 'carried',
  temperature: 'carried',
  'thinking-parts': 'lost',
  'tool-choice': 'carried',
  'tool-result-error': 'lost',
  // Behind the results, as what the user shows.
  'tool-result-media': 'carried',
  tools: 'carried',
  'top-k': 'lost',
  'top-p': 'carried',
  'turn-names': 'carried',
  user: 'carried',
  verbosity: 'carried',
}
