import type { ConfigRoute } from '../../schema/holdfast-config.ts'
import type { ElementId, Evidence, Load, Option } from '../portfolio.ts'
import { type CatalogueFacts, vendorOf } from './catalogue-facts.ts'

/** One way to reach a model: a route of holdfast.yaml, or a provider that only the register shows. */
export interface Access {
  /** Null: only the register shows it. */
  readonly route: ConfigRoute | null
  readonly provider: string | null
  readonly region: string | null
}

export interface ModelOptionInput {
  readonly model: string
  readonly access: Access
  readonly evidence: Evidence
  readonly rtoMs?: number | null
  readonly capacity?: Load | null
}

export function accessOverRoute(route: ConfigRoute): Access {
  return { route, provider: route.provider, region: route.region ?? null }
}

/** A model over one way, with everything that has to be there (decision 0010). */
export function modelOption(input: ModelOptionInput, facts: CatalogueFacts): Option {
  const { model, access } = input
  return {
    id: `${model}@${accessName(access)}`,
    kind: 'model',
    model,
    route: access.route?.id ?? null,
    provider: access.provider,
    elements: facts.elementsOnce(`${model}@${accessName(access)}`, () => [
      `model:${model}`,
      ...(areWeightsHeld(access, facts) ? [] : facts.vendorElements(vendorOf(model))),
      ...accessElements(access, facts),
    ]),
    evidence: input.evidence,
    rtoMs: input.rtoMs ?? null,
    capacity: input.capacity ?? null,
    excluded: null,
  }
}

/** What is known of a call whose model nobody knows. */
export function unknownModelOption(
  written: string,
  vendor: string | null,
  access: Access,
  facts: CatalogueFacts,
): Option {
  return {
    id: `${written}@${accessName(access)}`,
    kind: 'model',
    model: null,
    route: access.route?.id ?? null,
    provider: access.provider,
    elements: facts.elementsOnce(`${vendor} ${written}@${accessName(access)}`, () => [
      ...(vendor === null ? [] : facts.vendorElements(vendor)),
      ...accessElements(access, facts),
    ]),
    evidence: 'same-model',
    rtoMs: null,
    capacity: null,
    excluded: null,
  }
}

/**
 * A route says so; without one, a program on own machines has them on its disks. Weights that are held keep
 * running without their vendor.
 */
function areWeightsHeld({ route, provider }: Access, facts: CatalogueFacts): boolean {
  if (route !== null) return route.weightsHeld === true
  return provider !== null && facts.isOwnMachine(provider)
}

function accessElements({ route, provider, region }: Access, facts: CatalogueFacts) {
  const elements: ElementId[] = []
  if (provider !== null) elements.push(...facts.providerElements(provider, normalRegion(region)))
  if (route !== null) elements.push(`route:${route.id}`)
  if (route?.hardware !== undefined) elements.push(`hardware:${route.hardware.toLowerCase()}`)
  return elements
}

/** Regions are compared as they are written in lower case; Azure's portal writes blanks. */
export function normalRegion(region: string | null): string | null {
  return region === null ? null : region.trim().toLowerCase().replaceAll(' ', '')
}

function accessName({ route, provider, region }: Access): string {
  if (route !== null) return route.id
  const place = region === null ? '' : `/${normalRegion(region)}`
  return provider === null ? 'unknown' : `provider:${provider}${place}`
}
