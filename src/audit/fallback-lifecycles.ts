import type { Resolver } from '../catalogue/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { RegisterWorkflow } from '../schema/register.ts'
import type { ModelFacts } from './model-facts.ts'

interface Facts {
  readonly config: HoldfastConfig | null
  readonly resolver: Pick<Resolver, 'resolve'>
  readonly models: Pick<ModelFacts, 'lifecycleOf'>
}

/** What has become of each model that holdfast.yaml names as a fallback, over its route: one that is gone takes nothing over. */
export function withFallbackLifecycles(
  workflows: readonly RegisterWorkflow[],
  { config, resolver, models }: Facts,
): readonly RegisterWorkflow[] {
  const routes = new Map((config?.routes ?? []).map((route) => [route.id, route]))
  return workflows.map((workflow) => {
    if (workflow.fallbacks === undefined) return workflow
    const fallbacks = workflow.fallbacks.map((fallback) => {
      if (fallback.kind !== 'model') return fallback
      const route = fallback.route === null ? undefined : routes.get(fallback.route)
      const provider = route?.provider ?? null
      const written = route?.models[fallback.name] ?? fallback.name
      const { model, snapshot } = resolver.resolve(written, provider === null ? {} : { provider })
      // What a route calls by a handle of its own is what holdfast.yaml says it is.
      const named =
        model === fallback.name ? { model, snapshot } : { model: fallback.name, snapshot: null }
      return { ...fallback, ...models.lifecycleOf({ ...named, provider }) }
    })
    return { ...workflow, fallbacks }
  })
}
