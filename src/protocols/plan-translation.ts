import { compareText } from '../base/compare.ts'
import type { Feature, ModelRequest, Protocol } from './exchange.ts'
import { featuresOf } from './features-of.ts'
import type { ProtocolCodec } from './protocol-codec.ts'

export interface TranslationPlan {
  /** Fields that the target cannot carry, as the caller's protocol writes them, sorted. */
  readonly lost: readonly string[]
  /** Fields without which the answer would be another one: with any of them there is no translation. */
  readonly refused: readonly string[]
}

/**
 * What becomes of a request on its way into another protocol. Nothing is ever lost that is not named here. `provider`
 * of the route and `model` on the wire: as in `WriteOptions`.
 */
export function planTranslation(
  request: ModelRequest,
  target: ProtocolCodec,
  provider?: string,
  model?: string,
): TranslationPlan {
  // Into its own protocol everything goes back.
  if (request.protocol === target.protocol) return { lost: [], refused: [] }
  const written = (feature: Feature) => request.written.get(feature) ?? feature
  const used = [...featuresOf(request)]
  const { carries, takesThoughtsOf = [] } = tableOf(target, provider, model)
  const keepsThoughts = takesThoughts(request, takesThoughtsOf)
  const named = (carriage: 'lost' | 'refused') =>
    used
      .filter((feature) => carries[feature] === carriage)
      .filter((feature) => !(feature === 'thinking-parts' && keepsThoughts))
      .map(written)
  return {
    lost: [...new Set([...named('lost'), ...Object.keys(request.unknown)])].toSorted(compareText),
    refused: [...new Set([...named('refused'), ...(request.refused ?? [])])].toSorted(compareText),
  }
}

function tableOf(
  target: ProtocolCodec,
  provider: string | undefined,
  model: string | undefined,
): Pick<ProtocolCodec, 'carries' | 'takesThoughtsOf'> {
  const ofProvider = provider === undefined ? undefined : target.forProvider?.(provider)
  const ofModel = model === undefined ? undefined : target.forModel?.(model)
  return ofModel ?? ofProvider ?? target
}

/** The thoughts of the conversation are all from makers who speak the target's protocol too. */
function takesThoughts(request: ModelRequest, makers: readonly Protocol[]): boolean {
  return request.turns.every(({ parts }) =>
    parts.every(
      (part) =>
        part.kind !== 'thinking' || (part.protocol !== undefined && makers.includes(part.protocol)),
    ),
  )
}
