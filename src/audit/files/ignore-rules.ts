import ignore from 'ignore'
import type { Ignore } from 'ignore'

/** Ignore files of nested folders, read as git reads them: the deepest file that speaks of a path decides. */
export class IgnoreRules {
  readonly #levels: readonly { readonly folder: string; readonly rules: Ignore }[]

  constructor(levels: readonly { readonly folder: string; readonly rules: Ignore }[] = []) {
    this.#levels = levels
  }

  /** With the patterns of one more file; `folder` is `` or ends in `/`, and is deeper than those before. */
  with(folder: string, patterns: string | readonly string[]): IgnoreRules {
    return new IgnoreRules([...this.#levels, { folder, rules: ignore().add(patterns) }])
  }

  get isEmpty(): boolean {
    return this.#levels.length === 0
  }

  /** `path` from the root; a folder ends in `/`. Folders above it are taken as not ignored. */
  ignores(path: string): boolean {
    for (let index = this.#levels.length - 1; index >= 0; index--) {
      const level = this.#levels[index]
      if (level === undefined || !path.startsWith(level.folder)) continue
      const rest = path.slice(level.folder.length)
      // The package refuses names that begin like a way upwards; no ignore rule is about them.
      if (rest === '' || !ignore.isPathValid(rest)) continue
      const verdict = level.rules.test(rest)
      if (verdict.ignored) return true
      if (verdict.unignored) return false
    }
    return false
  }

  /** The same for a path whose folders have not been asked about one by one. */
  ignoresWithin(path: string): boolean {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      if (this.ignores(path.slice(0, end + 1))) return true
    }
    return this.ignores(path)
  }
}
