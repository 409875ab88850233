/** Names and addresses at which clouds hand credentials to whatever runs on one of their machines. */
const metadataHosts: ReadonlySet<string> = new Set([
  '100.100.100.200',
  '168.63.129.16',
  'fd00:ec2::254',
  'instance-data',
  'metadata',
  'metadata.goog',
  'metadata.google.internal',
])

/**
 * Whether a host, as a URL or a resolver writes it, is such a place: no provider of models is one. All link-local
 * addresses count, for that is where most of them are; private networks do not, for own models live there.
 */
export function isMetadataAddress(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$|\.$/g, '')
    .replace(/%.*$/, '')
  if (metadataHosts.has(bare) || bare.startsWith('169.254.')) return true
  if (/^fe[89ab][0-9a-f]:/.test(bare)) return true
  const inner = ipv4Within(bare)
  return inner !== null && isMetadataAddress(inner)
}

/** An IPv4 address in the form of IPv6, `::ffff:a9fe:a9fe` or `::ffff:169.254.169.254`; null: it is none. */
function ipv4Within(address: string): string | null {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? []
  if (high === undefined || low === undefined)
    return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? null
  const bytes = [high, low].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
  return bytes.join('.')
}
