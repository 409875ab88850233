/** What a file's text is written in, as far as reading it line by line needs to know. */
export type TextKind =
  | 'markdown'
  | 'instructions'
  | 'script'
  | 'sql'
  | 'code'
  | 'data'
  | 'log'
  | 'prose'

export interface CommentSyntax {
  readonly line: readonly string[]
  readonly block: readonly (readonly [open: string, close: string])[]
  /** Quoted texts may run over several lines (shell, SQL). */
  readonly longQuotes: boolean
  /** A text in three quotes that is a statement of its own documents what it stands in (Python). */
  readonly docstrings?: boolean
}

const hash: CommentSyntax = { line: ['#'], block: [], longQuotes: false }
const slash: CommentSyntax = { line: ['//'], block: [['/*', '*/']], longQuotes: false }
const none: CommentSyntax = { line: [], block: [], longQuotes: false }

const byName: Readonly<Record<string, CommentSyntax>> = {
  dockerfile: hash,
  containerfile: hash,
  makefile: hash,
  gnumakefile: hash,
  justfile: hash,
  '.justfile': hash,
  procfile: hash,
  rakefile: hash,
  gemfile: hash,
  vagrantfile: hash,
  brewfile: hash,
  tiltfile: hash,
  earthfile: hash,
  jenkinsfile: slash,
  'cmakelists.txt': hash,
}

const markup: CommentSyntax = { line: [], block: [['<!--', '-->']], longQuotes: false }

const byExtension: Readonly<Record<string, CommentSyntax>> = {
  ...table(hash, 'rb rake r jl pl pm ex exs tcl coffee cr nim yaml yml toml cfg conf properties'),
  ...table(
    hash,
    'mk just dockerfile env envrc gemspec cmake tf tfvars hcl nix bzl bazel star awk sed feature po',
  ),
  ...table({ ...hash, docstrings: true }, 'py pyi pyw'),
  ...table({ ...hash, longQuotes: true }, 'sh bash zsh fish ksh bats command'),
  ...table({ line: ['#'], block: [['<#', '#>']], longQuotes: false }, 'ps1 psm1 psd1'),
  ...table(
    slash,
    'js mjs cjs jsx ts mts cts tsx go java kt kts cs rs swift scala sc dart groovy gradle bicep',
  ),
  ...table(
    slash,
    'c h cc cpp hpp cxx m mm proto zig v sol jsonc json5 php less scss sass prisma thrift odin fs fsx',
  ),
  ...table(
    { line: ['--'], block: [['/*', '*/']], longQuotes: true },
    'sql ddl dml psql plsql pks pkb hql',
  ),
  ...table({ line: ['--'], block: [['--[[', ']]']], longQuotes: false }, 'lua'),
  ...table({ line: ['--'], block: [['{-', '-}']], longQuotes: false }, 'hs elm purs'),
  ...table(
    { line: [';'], block: [], longQuotes: false },
    'clj cljs cljc edn lisp el scm rkt asm reg',
  ),
  ...table({ line: ['%'], block: [], longQuotes: false }, 'tex erl hrl pro'),
  ...table({ line: [';', '#'], block: [], longQuotes: false }, 'ini'),
  ...table(
    markup,
    'md mdx mdc markdown html htm xml xhtml svg vue svelte astro xaml csproj props targets rst',
  ),
  ...table({ line: ["'", 'REM '], block: [], longQuotes: false }, 'vb vbs bas'),
  ...table({ line: ['REM ', '::'], block: [], longQuotes: false }, 'bat cmd'),
}

function table(syntax: CommentSyntax, extensions: string): Record<string, CommentSyntax> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, syntax]))
}

const templateSuffix =
  /\.(?:j2|jinja2?|tmpl|tpl|template|erb|ejs|mustache|hbs|example|sample|dist)$/i

/** Comments of the language that a file's name, else its first line, tells; a file that tells nothing has none. */
export function commentSyntax(path: string, content = ''): CommentSyntax {
  const name = baseName(path).toLowerCase().replace(templateSuffix, '')
  const named = byName[name] ?? byName[name.split('.')[0] ?? '']
  if (named !== undefined) return named
  if (name.startsWith('.env')) return hash
  const isScript = content.startsWith('#!') || textKind(path) === 'script'
  return byExtension[extensionOf(name)] ?? (isScript ? { ...hash, longQuotes: true } : none)
}

const scripts = new Set(
  'sh bash zsh fish ksh bats command ps1 psm1 bat cmd mk just dockerfile envrc env'.split(' '),
)
const databases = new Set('sql ddl dml psql plsql pks pkb hql'.split(' '))
const markdown = new Set('md mdx mdc markdown rst adoc asciidoc org textile wiki'.split(' '))
const data = new Set(
  'yaml yml json jsonc json5 jsonl ndjson toml ini cfg conf properties xml tf tfvars hcl csv tsv lock po plist'.split(
    ' ',
  ),
)
const scriptNames =
  /^(?:dockerfile|containerfile|makefile|gnumakefile|justfile|\.justfile|procfile|earthfile)(?:\.|$)/i

const codeNames =
  /^(?:jenkinsfile|rakefile|gemfile|vagrantfile|tiltfile|brewfile|fastfile|podfile)(?:\.|$)/

/** Files that tell an agent what to do: their prose is configuration. */
const instructionFile =
  /(?:^|\/)(?:claude(?:\.local)?|agents?|gemini|copilot-instructions|qwen|warp|bugbot|skill|conventions)\.md$|\.(?:mdc|cursorrules|windsurfrules|clinerules|goosehints|instructions\.md|prompt\.md|chatmode\.md|agent\.md)$|(?:^|\/)\.(?:claude|codex|gemini|cursor|windsurf|roo|cline|clinerules|kiro|junie|amazonq|opencode|continue|github\/(?:agents|prompts|instructions|chatmodes))\/(?:[^\n]*\/)?[^/\n]+\.(?:md|mdc|txt)$/i

export function textKind(path: string): TextKind {
  const name = baseName(path).toLowerCase().replace(templateSuffix, '')
  const extension = extensionOf(name)
  if (instructionFile.test(path)) return 'instructions'
  if (markdown.has(extension)) return 'markdown'
  if (scriptNames.test(name) || name.startsWith('.env') || scripts.has(extension)) return 'script'
  if (databases.has(extension)) return 'sql'
  if (/^(?:log|out|har|cassette|snap|diff|patch)$/.test(extension)) return 'log'
  if (data.has(extension)) return 'data'
  if (/(?:^|\/)(?:\.husky|hooks|git-hooks|\.githooks|bin)\/[^/.]+$/.test(path)) return 'script'
  if (codeNames.test(name)) return 'code'
  if (extension === '' || extension === 'txt') return 'prose'
  return 'code'
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot === -1 ? '' : name.slice(dot + 1)
}
