import type { Fact } from './fact.ts'
import { redactSecrets } from './text/redact-secrets.ts'
import { keyShape } from './text/secret-shapes.ts'

/** A password in an address, or a key among its parameters. */
const keyInAddress =
  /:\/\/[^\s/@"'`<>]{0,200}:[^\s/@"'`<>]{1,400}@|[?&][a-z_-]{0,20}(?:key|token|sig|signature|code)=/i

/**
 * Facts without the secrets of their file. An address, a default or a prompt may hold a key; what leaves the
 * extractors is kept in the cache and written into the register.
 */
export function redactFacts(facts: readonly Fact[], content: string): readonly Fact[] {
  if (facts.length === 0 || (!keyShape.test(content) && !keyInAddress.test(content))) return facts
  return facts.map((fact) => redacted(fact) as Fact)
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactSecrets(value)
  if (Array.isArray(value)) return value.map(redacted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'path' ? member : redacted(member),
    ]),
  )
}
