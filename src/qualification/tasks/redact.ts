import { createHmac } from 'node:crypto'
import { digest } from '../../base/digest.ts'
import { markedNames, NameFinder, namePatterns } from './person-names.ts'
import { type RedactedKind, redactionRuleList } from './redaction-rules.ts'

/** Which rules: kept in the header, so that a set tells how it was redacted. */
export const redactionRules = digest(
  JSON.stringify([
    ...redactionRuleList.map(({ kind, pattern }) => [kind, pattern.source, pattern.flags]),
    ...namePatterns.map(({ source, flags }) => ['name', source, flags]),
  ]),
)

const passesMax = 8

export interface Redactor {
  readonly text: (text: string) => string
  /** Every text within a value; names of members stay. A person whom one text names is nowhere in the others. */
  readonly value: <T>(value: T) => T
  readonly counts: () => Readonly<Partial<Record<RedactedKind, number>>>
}

export interface RedactorOptions {
  /** Names that are taken out wherever they stand: of staff, customers, projects. */
  readonly names?: readonly string[]
}

/**
 * Takes secrets and personal data out. The same value becomes the same pseudonym under one key, in every task, so that
 * code still compiles and conversations still make sense; without the key nobody can tell which value it was.
 */
export function createRedactor(
  key: string | Uint8Array,
  { names = [] }: RedactorOptions = {},
): Redactor {
  const counts: Partial<Record<RedactedKind, number>> = {}
  const given = finderOf(names)
  function taken(kind: RedactedKind, value: string): string {
    if (isPseudonym(value)) return value
    counts[kind] = (counts[kind] ?? 0) + 1
    return pseudonym(kind, value, key)
  }
  function pass(text: string, marked: NameFinder): string {
    let rest = text
    for (const { kind, pattern, accepts } of redactionRuleList)
      rest = rest.replace(pattern, (match: string, ...parts: unknown[]) => {
        const { before = '', value = match } = groupsOf(parts)
        return accepts?.(value) === false ? match : before + taken(kind, value)
      })
    rest = marked.replace(rest, (name) => taken('name', name))
    return given.replace(rest, (name) => taken('name', name.toLowerCase()))
  }
  /** Until nothing is found any more: what one rule took out may have hidden what another looks for. */
  function clean(text: string, marked: NameFinder): string {
    let before = text
    let after = pass(before, marked)
    for (let again = 1; after !== before && again < passesMax; again += 1) {
      before = after
      after = pass(before, marked)
    }
    return after
  }
  /** Again while there is more: where a name has gone, another may be seen to stand beside it. */
  function value<T>(whole: T): T {
    let cleaned: unknown = whole
    for (let turn = 0; turn < passesMax; turn += 1) {
      const before = total(counts)
      const marked = new NameFinder(markedNames(textsOf(cleaned)), false)
      cleaned = mapped(cleaned, (text) => clean(text, marked))
      if (total(counts) === before) break
    }
    return cleaned as T
  }
  return { text: (text) => value(text), value, counts: () => ({ ...counts }) }
}

/** A list of thousands is made ready once, not for each task. */
const finders = new WeakMap<readonly string[], NameFinder>()

function finderOf(names: readonly string[]): NameFinder {
  const known = finders.get(names) ?? new NameFinder(names, true)
  finders.set(names, known)
  return known
}

function total(counts: Readonly<Partial<Record<RedactedKind, number>>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0)
}

/** Of an expression without named groups there are none. */
function groupsOf(parts: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  const last = parts.at(-1)
  return typeof last === 'object' && last !== null ? (last as Record<string, string>) : {}
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(textsOf)
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? [member, labelled(name, member)] : textsOf(member),
  )
}

function mapped(value: unknown, text: (text: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map((one) => mapped(one, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      /^[\w$-]{1,60}$/.test(name) ? name : text(name),
      typeof member === 'string' ? mappedMember(name, member, text) : mapped(member, text),
    ]),
  )
}

/** What a member is called tells what it holds: rules are shown both, as they stand in JSON. */
function mappedMember(name: string, member: string, text: (text: string) => string): string {
  const shown = labelled(name, member)
  const cleaned = shown === '' ? '' : text(shown)
  const head = labelled(name, '').slice(0, -1)
  return cleaned.startsWith(head) && cleaned.endsWith('"')
    ? cleaned.slice(head.length, -1)
    : text(member)
}

/** Empty: it is no short text of one line. */
function labelled(name: string, member: string): string {
  return /^[^"\\\n]{0,400}$/.test(member) && /^[\w$-]{1,60}$/.test(name)
    ? `"${name}": "${member}"`
    : ''
}

/** Forms that no rule takes for the real thing, and that stay valid where the value stood. */
function pseudonym(kind: RedactedKind, value: string, key: string | Uint8Array): string {
  const mark = createHmac('sha256', key).update(`${kind}\0${value}`).digest('hex').slice(0, 12)
  if (kind === 'email') return `person-${mark}@redacted.invalid`
  if (kind === 'address') return addressOf(mark, value.includes(':'))
  return `redacted_${kind.replace('-', '_')}_${mark}`
}

/** TEST-NET and the network of RFC 3849 are nobody's. */
function addressOf(mark: string, isLong: boolean): string {
  if (isLong) return `2001:db8::${mark.slice(0, 4)}:${mark.slice(4, 8)}:${mark.slice(8)}`
  const network = ['192.0.2', '198.51.100', '203.0.113'][Number.parseInt(mark.slice(0, 4), 16) % 3]
  return `${network ?? '192.0.2'}.${Number.parseInt(mark.slice(4, 6), 16)}`
}

function isPseudonym(text: string): boolean {
  return /redacted_[a-z_]{4,20}_[0-9a-f]{12}|person-[0-9a-f]{12}@redacted\.invalid/.test(text)
}
