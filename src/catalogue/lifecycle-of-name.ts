import { compareText } from '../base/compare.ts'
import type { CatalogueModel, LifecycleEvent } from '../schema/catalogue.ts'

/** A model as somebody names it, at whoever serves it. */
export interface ServedName {
  /** `vendor/name`. */
  readonly model: string
  /** The dated name that is written; null: the model's own name. */
  readonly snapshot: string | null
  readonly provider: string | null
}

/**
 * Events of a model that hold for this name of it at this provider, oldest first. A dated name goes by its own last day
 * where one is known, and the model's own name never by that of one of several.
 */
export function lifecycleOfName(
  { lifecycle, snapshots }: CatalogueModel,
  { snapshot, provider }: ServedName,
): readonly LifecycleEvent[] {
  const here = lifecycle
    .filter(
      ({ providers }) =>
        providers === undefined || (provider !== null && providers.includes(provider)),
    )
    .toSorted((a, b) => compareText(a.on, b.on))
  const dated = snapshot ?? (snapshots.length === 1 ? snapshots[0] : undefined)
  const isOwn = (event: LifecycleEvent): boolean =>
    event.snapshot !== undefined && event.snapshot === dated
  const hasOwn = snapshot !== null && here.some(isOwn)
  return here.filter((event) =>
    event.snapshot === undefined ? !hasOwn || !isEnding(event.kind) : isOwn(event),
  )
}

function isEnding(kind: LifecycleEvent['kind']): boolean {
  return kind === 'retired' || kind === 'retirement-planned' || kind === 'deprecated'
}
