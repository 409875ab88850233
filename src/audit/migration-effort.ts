import type { Feature, MigrationEffort } from '../schema/vocabulary.ts'

/**
 * Points per feature: 3 ties the call to one vendor's state or tooling, 2 needs code to be rewritten, 1 has an
 * equivalent under another name at most vendors (docs/reference/migration-effort.md).
 */
const featurePoints: Readonly<Record<Feature, number>> = {
  tools: 1,
  'prompt-caching': 1,
  thinking: 1,
  'computer-use': 3,
  files: 2,
  batches: 2,
  'structured-output': 1,
  citations: 2,
  'context-management': 2,
  mcp: 2,
  'code-execution': 3,
  'web-search': 2,
  'beta-header': 2,
  'stored-responses': 3,
  assistants: 3,
  realtime: 3,
  'cached-content': 2,
  'safety-settings': 1,
  'fine-tuned': 4,
  embeddings: 4,
  prefill: 1,
  'refusal-handling': 1,
  'token-counting': 1,
  guardrails: 2,
  'provisioned-throughput': 2,
  vision: 1,
  streaming: 0,
}

const mediumFrom = 2
const highFrom = 4

export interface Effort {
  readonly effort: MigrationEffort
  readonly reason: string
}

/** How hard the call site is to move to another vendor: features used, ways to the model, and whether one place decides it. */
export function migrationEffort(
  features: readonly Feature[],
  hops: number,
  hidden: boolean,
): Effort {
  const telling = features.filter((feature) => featurePoints[feature] > 0)
  const points =
    telling.reduce((sum, feature) => sum + featurePoints[feature], 0) + (hops > 2 ? 1 : 0)
  if (hidden)
    return {
      effort: 'high',
      reason: 'a product decides the model; only the product can be replaced',
    }
  const effort = points >= highFrom ? 'high' : points >= mediumFrom ? 'medium' : 'low'
  const parts = [
    ...telling.map((feature) => `${feature} ${featurePoints[feature]}`),
    ...(hops > 2 ? [`${hops} hops 1`] : []),
  ]
  return {
    effort,
    reason:
      parts.length === 0
        ? 'no vendor-specific feature seen'
        : `${points} points: ${parts.join(', ')}`,
  }
}
