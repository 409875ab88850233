import { compareText } from '../base/compare.ts'
import type { CatalogueModel, LifecycleEvent } from '../schema/catalogue.ts'
import type { Lifecycle } from '../schema/vocabulary.ts'

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
  const isOfAll = (event: LifecycleEvent): boolean => event.snapshot === undefined
  // Of two that tell an end, the one that is told of the name as it is written.
  const isTold = here.some(
    (event) => isEnding(event.kind) && (snapshot === null ? isOfAll(event) : isOwn(event)),
  )
  return here.filter((event) => {
    if (!isOfAll(event) && !isOwn(event)) return false
    const isAsWritten = snapshot === null ? isOfAll(event) : isOwn(event)
    return isAsWritten || !isTold || !isEnding(event.kind)
  })
}

/** What a name has come to: `lifecycleReason` says what ended it, where, when and by which source. */
export interface NameStanding {
  readonly lifecycle: Lifecycle
  readonly lifecycleReason?: string
}

/** The last event up to the day (`YYYY-MM-DD`) decides; events to come do not. */
export function standingOfName(
  model: CatalogueModel | undefined,
  named: ServedName,
  day: string,
): NameStanding {
  const events = model === undefined ? [] : lifecycleOfName(model, named)
  const last = events.filter(({ on }) => on <= day).at(-1)
  if (last === undefined) return { lifecycle: 'unknown' }
  const { kind, on, source, asOf, snapshot, providers } = last
  if (kind === 'released' || kind === 'restored' || kind === 'retirement-planned')
    return { lifecycle: 'active' }
  const name = snapshot === undefined ? '' : `${snapshot} `
  const where = providers === undefined ? '' : ` at ${named.provider}`
  return {
    lifecycle: kind,
    lifecycleReason: `${name}${kind}${where} on ${on} (${source}, read on ${asOf})`,
  }
}

function isEnding(kind: LifecycleEvent['kind']): boolean {
  return kind === 'retired' || kind === 'retirement-planned' || kind === 'deprecated'
}
