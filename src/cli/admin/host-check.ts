import { isIP } from 'node:net'

/**
 * Whether a request may have been sent for this server. A page whose name was made to point here still sends that
 * name: only `localhost`, addresses and names that were configured are taken.
 */
export function isOwnHost(written: string | undefined, names: readonly string[]): boolean {
  const host = hostOf(written)
  if (host === null) return false
  return host === 'localhost' || isIP(host) !== 0 || names.some((name) => same(name, host))
}

/** Whether a browser sent it from a page of another origin. */
export function isForeignPage(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false
  return origin !== `http://${host ?? ''}` && origin !== `https://${host ?? ''}`
}

/** Without its port, an IPv6 address without its brackets; null: it is no host. */
function hostOf(written: string | undefined): string | null {
  const found = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9.-]{1,253}))(?::\d{1,5})?$/.exec(
    written ?? '',
  )?.groups
  const host = found?.['six'] ?? found?.['name']
  return host === undefined ? null : host.toLowerCase()
}

function same(name: string, host: string): boolean {
  return name.toLowerCase() === host
}
