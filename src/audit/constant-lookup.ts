import { type Resolution, type Resolver, resolveConstant } from '../catalogue/index.ts'

/**
 * The model behind a constant of an SDK (`anthropic.ModelClaudeOpus4_1`, `ChatModel.GPT_4O`), whose literal
 * stands in no file of the tree. Plain lower-case names are variables, never constants.
 */
export function constantLookup(resolver: Resolver): (name: string) => Resolution | null {
  const known = new Map<string, Resolution | null>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1)
    const resolution =
      /[A-Z]/.test(last) && /\d|_/.test(last)
        ? (modelIn(resolveConstant(resolver, name)) ?? modelIn(spelt(last, resolver)))
        : null
    known.set(name, resolution)
    return resolution
  }
}

function modelIn(resolution: Resolution | null): Resolution | null {
  if (resolution === null) return null
  return resolution.model !== null || resolution.kind === 'alias' ? resolution : null
}

/** `MISTRAL_SMALL_LATEST` is `mistral-small-latest`: SDKs name constants after the model, in capitals. */
function spelt(last: string, resolver: Resolver): Resolution | null {
  if (!/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(last)) return null
  const text = last.toLowerCase().replaceAll('_', '-')
  return resolver.looksLikeModel(text) ? resolver.resolve(text) : null
}
