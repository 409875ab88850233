import type { ModelFamilies } from '../schema/catalogue.ts'

interface FamilyMatch {
  readonly vendor: string
  readonly family: string
}

/** Recognises the names of models by their shape. */
export interface FamilyTable {
  match(name: string): FamilyMatch | null
}

/**
 * Compiles the shapes, filed by the first two letters so that a text meets only the few that can fit. Each
 * pattern stands for the whole name.
 */
export function familyTable(families: ModelFamilies): FamilyTable {
  const byStart = new Map<string, { pattern: RegExp; match: FamilyMatch }[]>()
  for (const { pattern, vendor, family, examples } of families.families) {
    const compiled = { pattern: new RegExp(`^(?:${pattern})$`), match: { vendor, family } }
    for (const start of new Set(examples.map((example) => example.slice(0, 2)))) {
      const filed = byStart.get(start)
      if (filed === undefined) byStart.set(start, [compiled])
      else filed.push(compiled)
    }
  }
  return {
    match(name) {
      for (const { pattern, match } of byStart.get(name.slice(0, 2)) ?? []) {
        if (pattern.test(name)) return match
      }
      return null
    },
  }
}
