import {
  featuresOf,
  planTranslation,
  ProtocolError,
  type ProtocolCodec,
} from '../protocols/index.ts'
import type { Call } from './call.ts'
import { callAt } from './conversations/recalled.ts'
import type { GatewayState } from './gateway-state.ts'
import type { Hop } from './plan-hops.ts'
import { isTranslated } from './translate-call.ts'

/** A token of running text or code is seldom longer: what is estimated so is rather too little than too much. */
const bytesPerToken = 5

/**
 * Why a call does not fit a hop, in words; null: it fits, or nobody knows. Only another model or another protocol
 * than was asked for is looked at: of its own model the provider itself has the last word.
 */
export function unfitFor(
  state: GatewayState,
  asked: Call,
  hop: Hop,
  codecs: Readonly<Record<string, ProtocolCodec>>,
): string | null {
  const target = codecs[hop.route.protocol]
  if (target === undefined) return `\`${hop.route.protocol}\` is no protocol that can be spoken`
  const call = callAt(asked, hop.route)
  if (goesOnInThread(call) && call.codec.threads?.isHeldAt(hop.route.provider) !== true)
    return `\`${hop.route.id}\` holds no threads`
  const kept = keptElsewhere(state, call, hop)
  if (kept !== null) return kept
  if (isTranslated(state, call, hop)) {
    const untranslatable = translationProblem(call, target, hop)
    if (untranslatable !== null)
      return goesOnBehind(call) ? `${untranslatable}; ${nothingHeld}` : untranslatable
  }
  if (!hop.isFallback) return null
  return factsProblem(state, call, hop)
}

function translationProblem(
  call: Call,
  target: ProtocolCodec,
  { route, wireModel }: Hop,
): string | null {
  try {
    const { refused } = planTranslation(call.superset(), target, route.provider, wireModel)
    if (refused.length === 0) return null
    return `\`${target.protocol}\` cannot carry ${refused.join(', ')}`
  } catch (error) {
    if (error instanceof ProtocolError) return error.message
    throw error
  }
}

/** Whoever reads it can do something: send more, or set the gateway up to hold what was said. */
const nothingHeld =
  'the gateway does not hold what the request goes on behind (`gateway.conversations`), so that all that was said must be sent'

/** A conversation or a file that one provider keeps is unknown to every other one. */
function keptElsewhere(state: GatewayState, call: Call, { route }: Hop): string | null {
  // Whoever names its route knows who keeps it.
  if (call.route === route.id) return null
  const [own] = call.model === null ? [] : state.routesOf(call.model)
  if (own === undefined || own.id === route.id) return null
  const problem = `the request refers to what only \`${own.id}\` keeps`
  if (usesKept(call)) return problem
  const isKeptHere = call.recalled?.isKeptAt(route.id) ?? false
  return !isKeptHere && goesOnBehind(call) ? `${problem}; ${nothingHeld}` : null
}

const keptFiles: ReadonlySet<string> = new Set(['file-id', 'image-id'])

/** Members that stand for something with the provider. */
const keptMembers = ['conversation', 'prompt', 'container'] as const

function usesKept(call: Call): boolean {
  if (used(call, (feature) => keptFiles.has(feature)) || goesOnInThread(call)) return true
  if (call.codec.protocol === 'openai-chat') return false
  return keptMembers.some((name) => (call.body[name] ?? null) !== null)
}

/** Whether only whoever holds its thread knows what was said before. */
export function goesOnInThread({ body, codec }: Call): boolean {
  return codec.threads?.goesOn(body) === true
}

/** An answer of before, or items of it, that do not stand in the call itself. */
function goesOnBehind({ body, codec }: Call): boolean {
  return (codec.conversations?.referencesIn(body) ?? null) !== null
}

function factsProblem(state: GatewayState, call: Call, { model, route }: Hop): string | null {
  const { contextTokens: known, capabilities } = state.factsOf(model)
  const contextTokens = route.contextTokens ?? known
  const tokens = Math.floor(call.bytes.length / bytesPerToken)
  if (contextTokens !== null && tokens > contextTokens && !hasMedia(call))
    return `about ${tokens} tokens do not fit the ${contextTokens} of \`${model}\``
  if (capabilities === null) return null
  if (hasTools(call) && !capabilities.has('tools')) return `\`${model}\` calls no tools`
  if (!capabilities.has('vision') && hasImages(call)) return `\`${model}\` reads no images`
  return null
}

function hasTools({ body }: Call): boolean {
  const { tools } = body
  return Array.isArray(tools) && tools.length > 0
}

/** Data within the body says nothing of tokens. */
function hasMedia(call: Call): boolean {
  return used(call, (feature) => /^(?:image|file|audio)/.test(feature))
}

function hasImages(call: Call): boolean {
  return used(call, (feature) => feature.startsWith('image-') && feature !== 'image-detail')
}

function used(call: Call, isMeant: (feature: string) => boolean): boolean {
  try {
    return [...featuresOf(call.superset())].some(isMeant)
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw error
  }
}
