import type { Language } from '../../../schema/detector.ts'
import { csharp } from './csharp.ts'
import { elixir } from './elixir.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { javascript, tsx, typescript } from './javascript.ts'
import { kotlin } from './kotlin.ts'
import type { LanguageTable } from './language-table.ts'
import { php } from './php.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'
import { swift } from './swift.ts'

/** Sorted; one a language, each in a file of its name. */
export const languageTables: Readonly<Record<Language, LanguageTable>> = {
  csharp,
  elixir,
  go,
  java,
  javascript,
  kotlin,
  php,
  python,
  ruby,
  rust,
  swift,
  tsx,
  typescript,
}
