import type { Language } from '../../schema/detector.ts'

const extensions: Readonly<Record<string, Language>> = {
  py: 'python',
  pyi: 'python',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  go: 'go',
  java: 'java',
  kt: 'kotlin',
  kts: 'kotlin',
  cs: 'csharp',
  rb: 'ruby',
  rake: 'ruby',
  gemspec: 'ruby',
  php: 'php',
  rs: 'rust',
  swift: 'swift',
  ex: 'elixir',
  exs: 'elixir',
  vue: 'typescript',
  svelte: 'typescript',
  astro: 'typescript',
}

const fileNames: Readonly<Record<string, Language>> = {
  Gemfile: 'ruby',
  Rakefile: 'ruby',
  Fastfile: 'ruby',
}

/** The language whose grammar reads this file, by its name; null for everything that is not code. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const byName = Object.hasOwn(fileNames, name) ? fileNames[name] : undefined
  if (byName !== undefined) return byName
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(extensions, extension) ? (extensions[extension] ?? null) : null
}

/** The language of a notebook's kernel or cell, in lower case: `python`, `c#`, `ipython3`; null when no grammar reads it. */
export function languageNamed(name: string): Language | null {
  if (/^i?python\d?$/.test(name)) return 'python'
  if (/^(?:c#|\.net-csharp)$/.test(name)) return 'csharp'
  return (
    Object.values(extensions).find((language) => language === name) ?? languageOf(`cell.${name}`)
  )
}
