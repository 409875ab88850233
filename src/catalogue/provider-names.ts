import type { Catalogue } from '../schema/catalogue.ts'

/** What a cloud's name is part of in names that gateways make up (`gcp_vertex_anthropic`, `AWS Bedrock`). */
const cloudWords: readonly (readonly [word: RegExp, provider: string])[] = [
  [/bedrock/, 'aws-bedrock'],
  [/vertex/, 'google-vertex'],
  [/azure/, 'azure'],
  [/openrouter/, 'openrouter'],
]

/**
 * The provider behind a name as configurations write it: our id, a prefix of the catalogue, whatever its case
 * and separators, or the last part of a path (`langgenius/anthropic/anthropic`). Null when it is none we know.
 */
export function providerNames(catalogue: Catalogue): (name: string) => string | null {
  const ids = new Map<string, string>()
  for (const { id, prefixes } of catalogue.providers) {
    for (const name of [...prefixes, id]) ids.set(folded(name), id)
  }
  return (name) => {
    const whole = folded(name)
    const last = folded(name.slice(name.lastIndexOf('/') + 1))
    const known = ids.get(whole) ?? ids.get(last)
    return known ?? cloudWords.find(([word]) => word.test(whole))?.[1] ?? null
  }
}

function folded(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}
