import { createHmac } from 'node:crypto'
import { digest } from '../../base/digest.ts'
import { isPaymentCard, isIban, isPublicAddress } from './checked-numbers.ts'

/** What was taken out, each kind with a form of its own in which its pseudonym is written. */
export type RedactedKind =
  | 'secret'
  | 'email'
  | 'phone'
  | 'card'
  | 'iban'
  | 'address'
  | 'person-number'

interface Rule {
  readonly kind: RedactedKind
  readonly pattern: RegExp
  /** The whole match, and the groups of the pattern; `value` alone is replaced where there is one. */
  readonly accepts?: (text: string) => boolean
}

/**
 * Order counts: what an earlier rule took out, a later one does not see. Every expression is of bounded repetitions,
 * for texts are foreign.
 */
const rules: readonly Rule[] = [
  {
    kind: 'secret',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  // Forms that are a key wherever they stand (prefixes of providers and tools).
  {
    kind: 'secret',
    pattern:
      /\b(?:sk-[A-Za-z0-9_-]{20,260}|pk-lf-[A-Za-z0-9-]{16,80}|AIza[A-Za-z0-9_-]{30,60}|ya29\.[A-Za-z0-9_.-]{20,400}|hf_[A-Za-z]{30,60}|gsk_[A-Za-z0-9]{40,80}|xai-[A-Za-z0-9]{40,120}|nvapi-[A-Za-z0-9_-]{40,100}|lsv2_(?:pt|sk)_[A-Za-z0-9_]{30,80}|ABSK[A-Za-z0-9+/]{60,300}={0,2}|(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{30,255}|glpat-[A-Za-z0-9_-]{20,60}|xox[abposr]-[A-Za-z0-9-]{10,200}|npm_[A-Za-z0-9]{36}|dop_v1_[a-f0-9]{64}|[rs]k_live_[A-Za-z0-9]{16,120}|SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{16,80}|eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,1000})/g,
  },
  {
    kind: 'secret',
    pattern:
      /(?<=[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'`<>]{1,100}:)(?<value>[^\s/@"'`<>]{1,400})(?=@)/gi,
  },
  {
    kind: 'secret',
    pattern: /(?<=\b(?:bearer|basic)\s{1,4})(?<value>[A-Za-z0-9+/_.~=-]{16,4000})/gi,
    accepts: (text) => /\d/.test(text),
  },
  // A name that says it is one, and a value in quotes.
  {
    kind: 'secret',
    pattern:
      /(?<=(?:api[_-]?key|secret|passw(?:or)?d|passwd|pwd|token|credential|private[_-]?key|access[_-]?key|auth[_-]?key)[\w-]{0,20}["']?\s{0,4}(?:=>|:=|[=:])\s{0,4}["'])(?<value>[^"'\s]{8,400})(?=["'])/gi,
    accepts: isMixed,
  },
  {
    kind: 'email',
    pattern:
      /(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g,
    accepts: isForeignMail,
  },
  {
    kind: 'iban',
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    accepts: isIban,
  },
  { kind: 'card', pattern: /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-])/g, accepts: isPaymentCard },
  {
    kind: 'person-number',
    pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
  },
  {
    kind: 'phone',
    pattern:
      /(?<![\w+.-])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,5}\)[ .-]?)?\d(?:[ .-]?\d){6,12}(?![\w.-])/g,
  },
  { kind: 'phone', pattern: /(?<![\w+.-])\(\d{3}\) ?\d{3}[ .-]\d{4}(?![\w.-])/g },
  {
    kind: 'address',
    pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g,
    accepts: isPublicAddress,
  },
]

/** Which rules: kept in the header, so that a set tells how it was redacted. */
export const redactionRules = digest(
  JSON.stringify(rules.map(({ kind, pattern }) => [kind, pattern.source, pattern.flags])),
)

const passesMax = 8

export interface Redactor {
  readonly text: (text: string) => string
  /** Every text within a value; names of members stay. */
  readonly value: <T>(value: T) => T
  readonly counts: () => Readonly<Partial<Record<RedactedKind, number>>>
}

/**
 * Takes secrets and personal data out. The same value becomes the same pseudonym under one key, in every task, so that
 * code still compiles and conversations still make sense; without the key nobody can tell which value it was.
 */
export function createRedactor(
  key: string | Uint8Array,
  _options: { readonly names?: readonly string[] } = {},
): Redactor {
  const counts: Partial<Record<RedactedKind, number>> = {}
  function pass(given: string): string {
    return rules.reduce(
      (rest, { kind, pattern, accepts }) =>
        rest.replace(pattern, (match: string) => {
          if (isPseudonym(match) || accepts?.(match) === false) return match
          counts[kind] = (counts[kind] ?? 0) + 1
          return pseudonym(kind, match, key)
        }),
      given,
    )
  }
  /** Until nothing is found any more: what one rule took out may have hidden what another looks for. */
  function text(given: string): string {
    let before = given
    let after = pass(before)
    for (let again = 1; after !== before && again < passesMax; again += 1) {
      before = after
      after = pass(before)
    }
    return after
  }
  function value<T>(given: T): T {
    return redactedValue(given, text) as T
  }
  return { text, value, counts: () => ({ ...counts }) }
}

function redactedValue(value: unknown, text: (text: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map((one) => redactedValue(one, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, redactedValue(member, text)]),
  )
}

/** Forms that no rule takes for the real thing, and that stay valid where the value stood. */
function pseudonym(kind: RedactedKind, value: string, key: string | Uint8Array): string {
  const mark = createHmac('sha256', key).update(`${kind}\0${value}`).digest('hex').slice(0, 12)
  if (kind === 'email') return `person-${mark}@redacted.invalid`
  // TEST-NET-1 and the other networks of RFC 5737 are nobody's.
  if (kind === 'address')
    return `${['192.0.2', '198.51.100', '203.0.113'][Number.parseInt(mark.slice(0, 4), 16) % 3]}.${Number.parseInt(mark.slice(4, 6), 16)}`
  return `redacted_${kind.replace('-', '_')}_${mark}`
}

function isPseudonym(text: string): boolean {
  return /redacted_[a-z_]{4,20}_[0-9a-f]{12}/.test(text)
}

/** Addresses that are made for examples (RFC 2606, 6761), and what we wrote ourselves. */
function isForeignMail(text: string): boolean {
  return !/@(?:[\w-]{1,63}\.){0,6}(?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$/i.test(
    text,
  )
}

/** A password of letters alone is told from a word by nothing; one with digits or signs is no word. */
function isMixed(text: string): boolean {
  return (
    !/^(?:\$|<|\{\{|%|env:|file:|process\.|os\.)/.test(text) &&
    /[\d\W_]/.test(text) &&
    /[A-Za-z0-9]/.test(text)
  )
}
