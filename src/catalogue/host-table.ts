import type { Catalogue } from '../schema/catalogue.ts'
import type { Resolver } from './resolution.ts'

interface HostPattern {
  readonly provider: string
  readonly pattern: RegExp
  /** Characters that are not wild: the more, the closer the pattern. */
  readonly weight: number
}

/** Finds the provider behind a host name or address. */
export function hostTable(catalogue: Catalogue): Resolver['providerOfHost'] {
  const plain = new Map<string, string>()
  const patterns: HostPattern[] = []
  for (const provider of catalogue.providers) {
    for (const host of provider.hosts) {
      if (/[*{]/.test(host)) patterns.push(hostPattern(provider.id, host))
      else plain.set(host, provider.id)
    }
  }
  patterns.sort((a, b) => b.weight - a.weight)
  return (hostOrUrl) => {
    const host = hostOf(hostOrUrl)
    if (host === null) return null
    const own = plain.get(host)
    if (own !== undefined) return { provider: own, region: null }
    for (const { provider, pattern } of patterns) {
      const match = pattern.exec(host)
      if (match !== null) return { provider, region: match.groups?.['region'] ?? null }
    }
    return null
  }
}

function hostPattern(provider: string, host: string): HostPattern {
  const source = host
    .replace(/[.+?^$()|[\]\\]/g, '\\$&')
    .replace(/^\*\\\./, '(?:[a-z0-9-]+\\.)+')
    .replaceAll('*', '[a-z0-9-]*')
    .replace('{region}', '(?<region>[a-z0-9-]+)')
  return {
    provider,
    pattern: new RegExp(`^${source}$`),
    weight: host.replace(/\*|\{region\}/g, '').length,
  }
}

const address =
  /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?([^/?#:@]+)|^([a-z0-9.-]+)(?::\d+)?(?:[/?#].*)?$/s

function hostOf(hostOrUrl: string): string | null {
  const text = hostOrUrl.slice(0, 2048).trim().toLowerCase()
  const match = address.exec(text)
  const host = match?.[1] ?? match?.[2] ?? null
  return host === null ? null : host.replace(/\.$/, '')
}
