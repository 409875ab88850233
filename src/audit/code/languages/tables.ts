import type { Language } from '../../../schema/detector.ts'
import { javascript, tsx, typescript } from './javascript.ts'
import type { LanguageTable } from './language-table.ts'
import { python } from './python.ts'

export const languageTables: Readonly<Record<string, LanguageTable>> = {
  javascript,
  python,
  tsx,
  typescript,
}

export function tableOf(language: Language): LanguageTable | null {
  return languageTables[language] ?? null
}
