import type { Call } from './call.ts'
import type { GatewayState } from './gateway-state.ts'
import { permittedLists } from './permitted-lists.ts'
import type { Hop } from './plan-hops.ts'
import { spliceBody } from './scan-body.ts'

export interface SplicedCall {
  readonly body: Buffer
  /** What was taken out, for `holdfast-lost`. */
  readonly lost: readonly string[]
}

const tokenLimits = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'] as const

/** Another model may write less than the one that was asked for, and would refuse a higher limit. */
function lowerLimits(
  state: GatewayState,
  { body }: Call,
  { model }: Hop,
): readonly (readonly [string, string])[] {
  const most = state.factsOf(model).outputTokens
  if (most === null) return []
  return tokenLimits.flatMap((name) => {
    const asked = body[name]
    return typeof asked === 'number' && asked > most ? [[name, String(most)] as const] : []
  })
}

/** The original bytes of a call with the name of the model on this wire, and without models it may not move to. */
export function spliceCall(state: GatewayState, call: Call, hop: Hop, at: string): SplicedCall {
  const { bytes, body, references } = call
  const sent = call.codec.withoutForeignThoughts?.(body) ?? body
  const isSame = references.length === 0 && sent === body && body['model'] === hop.wireModel
  if (isSame && !hop.isFallback) return { body: bytes, lost: [] }
  const { lists, lost } = permittedLists(state, call, hop.route.id, at)
  const edits = new Map<string, string>(hop.isFallback ? lowerLimits(state, call, hop) : [])
  if (body['model'] !== hop.wireModel) edits.set('model', JSON.stringify(hop.wireModel))
  // Written anew as it was read, so that no second `model` within a tool means something else elsewhere.
  if (references.some(({ member }) => member === 'tools'))
    edits.set('tools', JSON.stringify(body['tools']))
  if (sent !== body) {
    const exact = call.exact()
    for (const [name, value] of Object.entries(call.codec.withoutForeignThoughts?.(exact) ?? exact))
      if (value !== exact[name]) edits.set(name, JSON.stringify(value))
  }
  for (const [member, kept] of lists) edits.set(member, JSON.stringify(kept))
  const places = call.members.filter(({ name }) => edits.has(name))
  return {
    body: places
      .toReversed()
      .reduce((text, place) => spliceBody(text, place, edits.get(place.name) ?? 'null'), bytes),
    lost,
  }
}
