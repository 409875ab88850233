import type { Place } from '../schema/register.ts'
import type { Emission } from '../schema/detector.ts'
import type { Method, UseFact, Value } from './fact.ts'

/** Caps of a single sighting, by how it was made (docs/reference/detection.md). */
export const detectionCaps = {
  structuredKey: 0.95,
  modelPosition: 0.9,
  bareString: 0.5,
  mention: 0.2,
} as const

/** A use fact with everything that a match does not say left empty. */
export function useFact(
  given: Pick<UseFact, 'place' | 'detector' | 'symbol' | 'method' | 'model'> & Partial<UseFact>,
): UseFact {
  return {
    kind: 'use',
    role: 'use',
    provider: null,
    protocol: null,
    vendor: null,
    product: null,
    task: null,
    hints: [],
    features: [],
    baseUrl: null,
    region: null,
    receiver: null,
    alias: null,
    fallbacks: [],
    detection: detectionCaps.modelPosition,
    hidden: false,
    defaultModel: null,
    ...given,
  }
}

/** The part of a use fact that a rule's emission gives. */
export function fromEmission(emit: Emission, method: Method): Partial<UseFact> {
  const cap = method === 'structure' ? detectionCaps.structuredKey : detectionCaps.modelPosition
  return {
    role: emit.role,
    provider: emit.provider ?? null,
    protocol: emit.protocol ?? null,
    vendor: emit.vendor ?? null,
    product: emit.product ?? null,
    task: emit.task ?? null,
    features: emit.features,
    detection: emit.detection ?? (emit.role === 'mention' ? detectionCaps.mention : cap),
    hidden: emit.hidden,
    defaultModel: emit.defaultModel ?? null,
  }
}

export function literal(text: string, place: Place): Value {
  return { kind: 'literal', text, place }
}
