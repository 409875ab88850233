import type { GapKind, Role } from '../../schema/vocabulary.ts'
import { gapKindsWorstFirst, gapWords } from '../gap-words.ts'
import type { Severity } from '../gap-words.ts'

type Level = 'error' | 'warning' | 'note'

export interface SarifRule {
  readonly id: string
  readonly name: string
  readonly shortDescription: { readonly text: string }
  readonly fullDescription: { readonly text: string }
  readonly help: { readonly text: string; readonly markdown: string }
  readonly defaultConfiguration: { readonly level: Level }
  readonly properties: {
    readonly tags: readonly string[]
    readonly precision: 'very-high' | 'high' | 'medium' | 'low'
    readonly 'problem.severity': 'error' | 'warning' | 'recommendation'
  }
}

export function ruleOfRole(role: Role): string {
  return `model-${role}`
}

export function ruleOfGap(kind: GapKind): string {
  return `gap-${kind}`
}

const levelOf: Readonly<Record<Severity, Level>> = { high: 'error', medium: 'warning', low: 'note' }
const problemOf = { error: 'error', warning: 'warning', note: 'recommendation' } as const

const roleTitles: Readonly<Record<Role, string>> = {
  use: 'A hosted model is used',
  declare: 'A hosted model is configured',
  allow: 'A hosted model may be chosen',
  price: 'A hosted model is priced',
  test: 'A hosted model stands in a test',
  documentation: 'A hosted model stands in documentation',
  mention: 'A hosted model is mentioned',
}

const roleHelp =
  'This work stops or changes when the vendor, or an authority over it, withdraws the model. ' +
  'Know its workflow and owner, and give it a fallback of another vendor and jurisdiction.'

/** Every rule that a result may name, in a fixed order; a result's `ruleIndex` counts from here. */
export const sarifRules: readonly SarifRule[] = [
  ...(Object.keys(roleTitles) as Role[]).map((role) =>
    rule(ruleOfRole(role), roleTitles[role], roleHelp, 'note', ['ai-dependency', role]),
  ),
  ...gapKindsWorstFirst.map((kind) => {
    const words = gapWords[kind]
    const level = levelOf[words.severity]
    const tags = ['continuity', ...(kind === 'hard-coded-key' ? ['security'] : [])]
    return rule(ruleOfGap(kind), words.title, words.meaning, level, tags)
  }),
]

const indexes = new Map(sarifRules.map((one, index) => [one.id, index]))

export function ruleIndex(id: string): number {
  const index = indexes.get(id)
  if (index === undefined) throw new Error(`no rule ${id}`)
  return index
}

function rule(
  id: string,
  title: string,
  meaning: string,
  level: Level,
  tags: readonly string[],
): SarifRule {
  return {
    id,
    name: id.replace(/(?:^|-)(?<letter>\w)/g, (_match, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    help: { text: meaning, markdown: meaning },
    defaultConfiguration: { level },
    properties: { tags, precision: 'high', 'problem.severity': problemOf[level] },
  }
}
