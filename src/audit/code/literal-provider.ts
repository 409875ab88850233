import type { Resolver } from '../../catalogue/index.ts'
import { providerOfName, servesOthers } from '../structure/provider-near.ts'
import type { CodeLiteral } from './code-unit.ts'
import { isModelName } from './model-names.ts'
import { lastSegment } from './path-text.ts'

const besideModel =
  /["'`]?\b(?:(?:llm_?|model_?|ai_?)?provider|vendor)["'`]?\s*(?::|=>|=)\s*["'`]([A-Za-z][\w.-]{1,40})["'`]/i

/**
 * Who serves a model, as its object says: `{ provider: "groq", model: "…" }`, or a table by providers,
 * `{ groq: "…", azure: { default: "…" } }`.
 */
export function literalProvider(literal: CodeLiteral, resolver: Resolver): string | null {
  const { position, surroundings } = literal
  if (position.kind !== 'map-value' && position.kind !== 'argument') return null
  const name = position.kind === 'map-value' ? position.key : position.name
  const beside = besideModel.exec(surroundings.object)?.[1]
  if (beside !== undefined && isModelName(lastSegment(name))) return providerOfName(beside)
  if (position.kind !== 'map-value') return null
  return tableProvider([...name.split('.').toReversed(), ...surroundings.names], literal, resolver)
}

/** The name of a vendor tells of that vendor's own models alone, as it spells them: a router takes them too. */
function tableProvider(
  keys: readonly string[],
  { text, surroundings }: CodeLiteral,
  resolver: Resolver,
): string | null {
  if (surroundings.peers < 2) return null
  const [found] = keys.flatMap((key) => providerOfName(key) ?? [])
  if (found === undefined || servesOthers(found)) return found ?? null
  return !text.includes('/') && resolver.resolve(text).vendor === found ? found : null
}
