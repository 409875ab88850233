import { compareText } from '../../base/compare.ts'

/** How a repository is called: by where it is published, told by its remote, else by its folder. */

/** A remote's address without user names, passwords, tokens and queries; null when it is no address we know. */
export function cleanRemote(written: string): string | null {
  const remote = written.trim()
  // `helper::address` names a program.
  if (remote === '' || remote.includes('::') || hasControlCharacter(remote)) return null
  if (URL.canParse(remote) && /^[a-z][a-z0-9+.-]*:\/\//iu.test(remote)) {
    const url = new URL(remote)
    url.username = ''
    url.password = ''
    url.search = ''
    url.hash = ''
    return url.toString().replace(/\/$/u, '')
  }
  const short = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/\/)(\S+)$/u.exec(remote)
  if (short?.[1] !== undefined && short[2] !== undefined && short[1].length > 1) {
    return `${short[1]}:${short[2]}`
  }
  return null
}

/** `owner/name` from a cleaned remote; null when it does not say (a folder on this machine). */
export function repositoryIdOf(remote: string): string | null {
  const path = remotePath(remote)
  if (path === null) return null
  const parts = path
    .replace(/\/+$/u, '')
    .replace(/\.git$/u, '')
    .split('/')
    // Azure: `org/project/_git/name` and `v3/org/project/name`.
    .filter((part, index) => part !== '' && part !== '_git' && !(index === 0 && part === 'v3'))
  return parts.length < 2 ? null : parts.join('/')
}

function remotePath(remote: string): string | null {
  if (remote.startsWith('file:')) return null
  const short = /^[\w.-]+:(?!\/\/)(\S+)$/u.exec(remote)
  if (short !== null) return short[1]?.replace(/^\/+/u, '') ?? null
  return URL.canParse(remote) ? decodePath(new URL(remote).pathname.replace(/^\/+/u, '')) : null
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

export interface Remote {
  readonly name: string
  readonly url: string
}

/** `origin`, else `upstream`, else the first by name. */
export function remoteOf(remotes: readonly Remote[]): string | null {
  const byName = remotes.toSorted((a, b) => compareText(a.name, b.name))
  const chosen =
    byName.find((one) => one.name === 'origin') ??
    byName.find((one) => one.name === 'upstream') ??
    byName[0]
  return chosen === undefined ? null : cleanRemote(chosen.url)
}
