import { posix } from 'node:path'

/** Files by the last part of their name and of their folder, so that an import is not held against every file. */
export interface PathIndex {
  readonly byLastPart: ReadonlyMap<string, readonly string[]>
}

export function indexPaths(paths: Iterable<string>): PathIndex {
  const byLastPart = new Map<string, string[]>()
  for (const path of paths) {
    for (const part of new Set([lastPart(withoutExtension(path)), lastPart(posix.dirname(path))])) {
      const same = byLastPart.get(part)
      if (same === undefined) byLastPart.set(part, [path])
      else same.push(path)
    }
  }
  return { byLastPart }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * The files that an import may mean, out of the files that define something. By path alone: no build
 * configuration is read, so an alias such as `@/models` matches by its tail.
 */
export function modulePaths(
  importing: string,
  module: string,
  defining: PathIndex,
): readonly string[] {
  const wanted = moduleTail(importing, module)
  if (wanted === '') return []
  const matches = (defining.byLastPart.get(lastPart(wanted)) ?? []).filter((path) => {
    const bare = withoutExtension(path)
    return (
      bare === wanted ||
      bare.endsWith(`/${wanted}`) ||
      bare === `${wanted}/index` ||
      bare === `${wanted}/__init__` ||
      bare.endsWith(`/${wanted}/index`) ||
      bare.endsWith(`/${wanted}/__init__`) ||
      bare.endsWith(`/${wanted}/mod`) ||
      posix.dirname(path) === wanted ||
      posix.dirname(path).endsWith(`/${wanted}`)
    )
  })
  const near = matches.filter((path) => sharedDepth(path, importing) > 0)
  return near.length > 0 ? near : matches
}

/** How many leading folders two paths share. */
export function sharedDepth(a: string, b: string): number {
  const left = posix.dirname(a).split('/')
  const right = posix.dirname(b).split('/')
  let depth = 0
  while (depth < left.length && depth < right.length && left[depth] === right[depth]) depth += 1
  return depth
}

function moduleTail(importing: string, module: string): string {
  const plain = module.trim().replace(/^['"]|['"]$/g, '')
  if (plain.startsWith('./') || plain.startsWith('../')) {
    return withoutExtension(posix.normalize(posix.join(posix.dirname(importing), plain)))
  }
  const relative = /^(?<dots>\.+)(?<rest>[\w.]*)$/.exec(plain)
  if (relative?.groups !== undefined) {
    const up = '../'.repeat((relative.groups['dots'] ?? '.').length - 1)
    const rest = (relative.groups['rest'] ?? '').replaceAll('.', '/')
    return posix.normalize(posix.join(posix.dirname(importing), up, rest)).replace(/\/$/, '')
  }
  const path = plain
    .replace(/^(?:crate|self|super)::/, '')
    .replaceAll('::', '/')
    .replaceAll('\\', '/')
    .replace(/^[@~]\//, '')
    .replace(/^\//, '')
  if (path.includes('/')) return withoutExtension(path)
  return path.replaceAll('.', '/')
}

function withoutExtension(path: string): string {
  return path.replace(/\.(?:d\.)?[A-Za-z]{1,6}$/, '')
}
