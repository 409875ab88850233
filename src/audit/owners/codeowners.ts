import { ownerLimits } from './limits.ts'
import { matchesParts } from './path-pattern.ts'

/** CODEOWNERS files, as each host defines them. */

export type CodeHost = 'github' | 'gitlab'

interface OwnerRule {
  readonly matches: (path: readonly string[]) => boolean
  readonly owners: readonly string[]
  /** GitLab's `!pattern`: nobody owns these in this section. */
  readonly isExclusion: boolean
}

export interface Codeowners {
  /** One for GitHub; in GitLab every section adds its owners. */
  readonly sections: readonly (readonly OwnerRule[])[]
}

/** `[Name]`, `^[Optional]`, `[Name][2] @default`. */
const sectionPattern = /^\^?\[(?<name>[^\]]+)\](?:\[\d+\])?(?:\s+(?<owners>.*))?$/u

export function parseCodeowners(text: string, host: CodeHost): Codeowners {
  const sections = new Map<string, OwnerRule[]>([['', []]])
  let current = sections.get('') ?? []
  let defaults: readonly string[] = []
  for (const line of text.split(/\r?\n/u).slice(0, ownerLimits.rulesMax)) {
    const written = line.trim()
    if (written === '' || written.startsWith('#')) continue
    const section = host === 'gitlab' ? sectionPattern.exec(written)?.groups : undefined
    if (section !== undefined) {
      // Sections whose names differ only in case are one.
      const name = (section['name'] ?? '').toLowerCase()
      current = sections.get(name) ?? []
      sections.set(name, current)
      defaults = ownersIn(wordsOf(section['owners'] ?? ''))
      continue
    }
    const rule = ruleOf(written, host, defaults)
    if (rule !== null) current.push(rule)
  }
  return { sections: [...sections.values()] }
}

/** True for a file that only GitLab can have meant. */
export function hasSections(text: string): boolean {
  return /^\s*\^?\[[^\]]+\](?:\[\d+\])?(?:\s+@.*)?\s*$/mu.test(text)
}

/** Owners of a path from the top of the repository: the last rule that matches decides, in every section. */
export function ownersOf(codeowners: Codeowners, path: string): readonly string[] {
  const parts = path.split('/')
  const owners = codeowners.sections.flatMap((rules) => {
    if (rules.some((rule) => rule.isExclusion && rule.matches(parts))) return []
    return rules.findLast((rule) => !rule.isExclusion && rule.matches(parts))?.owners ?? []
  })
  return [...new Set(owners)]
}

function ruleOf(written: string, host: CodeHost, defaults: readonly string[]): OwnerRule | null {
  const [first = '', ...rest] = wordsOf(written)
  const isExclusion = first.startsWith('!')
  // GitHub knows no exclusions: such a line is skipped there.
  if (isExclusion && host === 'github') return null
  const pattern = isExclusion ? first.slice(1) : first
  if (pattern === '' || pattern.length > ownerLimits.patternCharactersMax) return null
  const own = ownersIn(rest)
  return {
    matches: host === 'github' ? githubMatcher(pattern) : gitlabMatcher(pattern),
    owners: own.length > 0 ? own : defaults,
    isExclusion,
  }
}

/** Words between white space; a backslash keeps a space in a word. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/(?:\\.|[^\s\\]|\\$)+/gu) ?? []
  const comment = words.findIndex((word) => word.startsWith('#'))
  return comment === -1 ? words : words.slice(0, comment)
}

/** `@user`, `@organisation/team`, `@@role`, an e-mail address. */
function ownersIn(words: readonly string[]): readonly string[] {
  return words.filter((word) => /^@|^[^@\s]+@[^@\s]+$/u.test(word))
}

/** Like .gitignore, except that `docs/*` does not reach into folders below. */
function githubMatcher(pattern: string): OwnerRule['matches'] {
  const isFolder = pattern.endsWith('/')
  const bare = pattern.replace(/^\//u, '').replace(/\/$/u, '')
  const isAnchored = pattern.startsWith('/') || bare.includes('/')
  const parts = [...(isAnchored ? [] : ['**']), ...bare.split('/')]
  const below = [...parts, '**', '*']
  if (isFolder || parts.at(-1) === '**') return (path) => matchesParts(below, path)
  if (parts.at(-1) === '*') return (path) => matchesParts(parts, path)
  return (path) => matchesParts(parts, path) || matchesParts(below, path)
}

/** Ruby's fnmatch: a pattern without `/` in front is looked for in every folder, and one of a file is of a file only. */
function gitlabMatcher(pattern: string): OwnerRule['matches'] {
  const absolute = pattern.startsWith('/') ? pattern.slice(1) : `**/${pattern}`
  const whole = absolute === '' ? '**/*' : absolute.endsWith('/') ? `${absolute}**/*` : absolute
  const parts = whole.split('/')
  const last = parts.at(-1)
  const ended = last === '**' ? [...parts.slice(0, -1), '*'] : parts
  return (path) => matchesParts(ended, path)
}
