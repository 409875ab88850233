import { createRequire } from 'node:module'
import type { kind, parse, parseAsync, registerDynamicLanguage, SgNode } from '@ast-grep/napi'
import type { Language } from '../../schema/detector.ts'

/**
 * Grammars are loaded when the first file of a language that needs one is met. The native module accepts one
 * registration in the life of a process, so the caller says beforehand which languages it will meet
 * (`expectLanguages`); without that, the first registration brings all of them, which costs about 20 ms more.
 */

const require = createRequire(import.meta.url)

const builtIn: Partial<Record<Language, string>> = {
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  tsx: 'Tsx',
}

const loadable = [
  'python',
  'go',
  'java',
  'kotlin',
  'csharp',
  'ruby',
  'php',
  'rust',
  'swift',
  'elixir',
] as const

interface LanguagePackage {
  readonly libraryPath: string
  readonly extensions: string[]
  readonly languageSymbol: string
  readonly expandoChar?: string
}

interface NativeModule {
  readonly kind: typeof kind
  readonly parse: typeof parse
  readonly parseAsync: typeof parseAsync
  readonly registerDynamicLanguage: typeof registerDynamicLanguage
}

let nativeModule: NativeModule | null = null
let registered: ReadonlySet<string> | null = null
const expected = new Set<Language>()

/** Names the languages that this run will meet; call it before the first `parseCode`. */
export function expectLanguages(languages: Iterable<Language>): void {
  for (const language of languages) expected.add(language)
}

/** Parses in the thread pool. Throws when the grammar cannot be loaded: the caller falls back to lines. */
export async function parseCode(language: Language, content: string): Promise<SgNode> {
  const { native, name } = grammarOf(language)
  const root = await native.parseAsync(name, content)
  return root.root()
}

/** The same in this thread, which waits: for little text the way to the pool and back takes as long as the parser. */
export function parseCodeHere(language: Language, content: string): SgNode {
  const { native, name } = grammarOf(language)
  return native.parse(name, content).root()
}

function grammarOf(language: Language): { readonly native: NativeModule; readonly name: string } {
  nativeModule ??= require('@ast-grep/napi') as NativeModule
  const name = builtIn[language]
  if (name === undefined) register(nativeModule, language)
  return { native: nativeModule, name: name ?? language }
}

function register(native: NativeModule, first: Language): void {
  if (registered !== null) return
  const wanted = expected.size === 0 ? loadable : [...new Set([...expected, first])]
  const languages: Record<string, LanguagePackage> = {}
  for (const language of wanted) {
    if (builtIn[language] !== undefined) continue
    try {
      const found = require(`@ast-grep/lang-${language}`) as LanguagePackage
      languages[language] = {
        libraryPath: found.libraryPath,
        extensions: found.extensions,
        languageSymbol: found.languageSymbol,
        ...(found.expandoChar === undefined ? {} : { expandoChar: found.expandoChar }),
      }
    } catch {
      // No prebuilt parser for this machine: files of this language are read line by line.
    }
  }
  registered = new Set(Object.keys(languages))
  native.registerDynamicLanguage(languages)
}

/** The kinds of the list that the grammar has: a table may serve dialects that lack some. */
export function knownKinds(language: Language, kinds: readonly string[]): readonly string[] {
  const native = nativeModule
  if (native === null) return []
  const name = builtIn[language] ?? language
  return kinds.filter((kind) => {
    try {
      return native.kind(name, kind) > 0
    } catch {
      return false
    }
  })
}
