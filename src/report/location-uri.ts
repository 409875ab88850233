/** A path of a repository as a relative reference of RFC 3986, whatever characters it holds. */
export function pathReference(path: string): string {
  const segments = path.toWellFormed().replaceAll('\\', '/').split('/').map(encodeSegment)
  // `a:b/c` would read as a scheme, and `//host` as an authority.
  const reference = segments.join('/').replace(/^\/+/, '')
  return /^[^/]*:/.test(reference) ? `./${reference}` : reference
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':').replaceAll('%40', '@')
}

/** The address of a remote repository as a URL, without any user, password or query; null when it is none. */
export function remoteUrl(remote: string | null): string | null {
  if (remote === null) return null
  const scpLike =
    /^(?:[^@/:]+@(?<named>[^/:]+)|(?<host>[^@/:]+\.[^@/:]+)):(?!\/\/)(?<path>[^\\]+)$/.exec(
      remote,
    )?.groups
  const address =
    scpLike === undefined
      ? remote
      : `ssh://${scpLike['named'] ?? scpLike['host']}/${scpLike['path']}`
  return plainUrl(address, ['https:', 'http:', 'ssh:', 'git:'])
}

/** An address of a service as a URL without user, password, query and fragment, where secrets may stand. */
export function endpointUrl(baseUrl: string | null): string | null {
  return baseUrl === null ? null : plainUrl(baseUrl, ['https:', 'http:', 'wss:', 'ws:'])
}

function plainUrl(address: string, schemes: readonly string[]): string | null {
  const url = URL.parse(address)
  if (url === null || !schemes.includes(url.protocol) || url.host === '') return null
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  // Braces and the like are left as they are by the URL parser, and no URI for a strict reader.
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(url.href) && !/%(?![\da-f]{2})/i.test(url.href)
    ? url.href
    : null
}
