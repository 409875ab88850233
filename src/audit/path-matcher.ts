import picomatch from 'picomatch'

/**
 * One test for many globs. A glob is only tried on paths that hold its longest literal part, since most globs
 * name a file or folder that almost no path holds.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const byName = new Map<string, ((path: string) => boolean)[]>()
  const others: { readonly literal: string; readonly matches: (path: string) => boolean }[] = []
  for (const glob of new Set(globs)) {
    const matches = globMatcher(glob)
    const name = glob.slice(glob.lastIndexOf('/') + 1)
    if (isLiteral(name)) byName.set(name, [...(byName.get(name) ?? []), matches])
    else others.push({ literal: literalOf(glob), matches })
  }
  // One look for all literals: nearly every path ends here.
  const literals = others.map(({ literal }) => escapePattern(literal))
  const someLiteral = new RegExp(literals.join('|'))
  return (path) => {
    const named = byName.get(path.slice(path.lastIndexOf('/') + 1))
    if (named !== undefined && named.some((matches) => matches(path))) return true
    if (others.length === 0 || !someLiteral.test(path)) return false
    return others.some(({ literal, matches }) => path.includes(literal) && matches(path))
  }
}

/** Compiled when first tried: most globs never meet a path that could match. */
function globMatcher(glob: string): (path: string) => boolean {
  let matches: ((path: string) => boolean) | undefined
  return (path) => (matches ??= picomatch(glob, { dot: true }))(path)
}

function isLiteral(part: string): boolean {
  return part !== '' && !/[*?[\]{}()!+@|\\]/.test(part)
}

function escapePattern(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** The longest run without wildcards that every matching path must hold; '' when alternatives make that unsure. */
function literalOf(glob: string): string {
  if (/[{}()[\]|\\!]/.test(glob)) return ''
  const runs = glob.split(/\*+|\?|(?<=^)\/|(?<=\*\*)\//).map((run) => run.replace(/^\/|\/$/g, ''))
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '')
}
