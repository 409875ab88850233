import { isObject, type Part } from '../protocols/index.ts'

/**
 * The model that a provider moved to by itself within an answer, as it writes it; null: this part tells of none. The
 * `model` of such an answer stays the first one: only Anthropic's `fallback` block tells who really wrote it.
 */
export function movedTo(part: Part): string | null {
  if (part.kind !== 'opaque' || !isObject(part.value)) return null
  const { type, to } = part.value
  if (type !== 'fallback' || !isObject(to)) return null
  return typeof to['model'] === 'string' ? to['model'] : ''
}
