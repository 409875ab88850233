import type { Language } from '../../schema/detector.ts'
import type { Place } from '../../schema/register.ts'
import type { CodeImport } from './code-unit.ts'
import { goPackage } from './callee-names.ts'
import { lastSegment } from './path-text.ts'

/** Reads import statements from their text: every grammar has its own nodes for them, their text is simple. */
export function readImports(text: string, language: Language, place: Place): readonly CodeImport[] {
  const statement = text.slice(0, 4_000)
  const make = (local: string, module: string, imported: string): CodeImport => ({
    local,
    module,
    imported,
    place,
  })
  switch (language) {
    case 'python':
      return pythonImports(statement, make)
    case 'javascript':
    case 'typescript':
    case 'tsx':
      return scriptImports(statement, make)
    case 'go':
      return [...statement.matchAll(/(?:([\w.]+)\s+)?["`]([^"`]+)["`]/g)].map((match) => {
        const module = match[2] ?? ''
        const local = match[1] ?? goPackage(module)
        return make(local, module, '*')
      })
    case 'rust':
      return rustImports(statement.replace(/^(?:pub(?:\([^)]*\))?\s+)?use\s+/, ''), make)
    case 'php':
      return phpImports(statement, make)
    case 'elixir':
      return elixirImports(statement, make)
    case 'csharp':
      return csharpImports(statement, make)
    case 'ruby':
      return [...statement.matchAll(/require(?:_relative)?\s*\(?\s*["']([^"']+)["']/g)].map(
        (match) => make('*', match[1] ?? '', '*'),
      )
    case 'java':
    case 'kotlin':
    case 'swift':
      return jvmImports(statement, make)
  }
}

type Make = (local: string, module: string, imported: string) => CodeImport

function pythonImports(text: string, make: Make): readonly CodeImport[] {
  const from = /^from\s+([.\w]+)\s+import\s+([\s\S]*)$/.exec(text)
  if (from !== null) {
    const module = from[1] ?? ''
    return splitNames((from[2] ?? '').replaceAll(/[()]|#[^\n]*/g, '')).map(({ name, alias }) =>
      make(alias, module, name),
    )
  }
  return splitNames(text.replace(/^import\s+/, '')).map(({ name, alias }) =>
    make(alias === name ? name : alias, name, '*'),
  )
}

function splitNames(list: string): readonly { name: string; alias: string }[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [name = part, alias] = part.replace(/^type\s+/, '').split(/\s+as\s+|\s*:\s*/)
      return { name: name.trim(), alias: (alias ?? name).trim() }
    })
}

function scriptImports(text: string, make: Make): readonly CodeImport[] {
  const source = /(?:from\s*|import\s*|require\s*\(\s*)["']([^"']+)["']/.exec(text)?.[1]
  if (source === undefined) return []
  const clause = text
    .slice(0, text.lastIndexOf(source))
    .replace(/^(?:import|export|const|let|var)\s+(?:type\s+)?/, '')
  const found: CodeImport[] = []
  const named = /\{([\s\S]*?)\}/.exec(clause)
  for (const { name, alias } of splitNames(named?.[1] ?? '')) {
    found.push(make(alias, source, name.replace(/^type\s+/, '')))
  }
  const rest = clause.replace(/\{[\s\S]*?\}/, '')
  const whole = /\*\s*(?:as\s+([\w$]+))?/.exec(rest)
  if (whole !== null) found.push(make(whole[1] ?? '*', source, '*'))
  const byDefault = /^\s*([A-Za-z_$][\w$]*)\s*(?:,|from|=)/.exec(rest)?.[1]
  if (byDefault !== undefined && byDefault !== 'from') {
    found.push(make(byDefault, source, /require\s*\(/.test(text) ? '*' : 'default'))
  }
  return found
}

function rustImports(text: string, make: Make): readonly CodeImport[] {
  return rustPaths(text.replace(/;\s*$/, '').trim(), 0).map((path) => {
    const [full = path, alias] = path.split(/\s+as\s+/)
    const dotted = full.replaceAll('::', '.').replace(/\.self$/, '')
    const name = lastSegment(dotted)
    return make(alias ?? name, dotted.slice(0, Math.max(0, dotted.length - name.length - 1)), name)
  })
}

/** `a::{b, c::{d, e}}` as full paths. */
function rustPaths(text: string, depth: number): readonly string[] {
  const open = text.indexOf('{')
  if (open < 0 || depth > 8) return [text]
  const prefix = text.slice(0, open)
  const inner = text.slice(open + 1, text.lastIndexOf('}'))
  return topLevelParts(inner).flatMap((part) =>
    rustPaths(part, depth + 1).map((path) => prefix + path),
  )
}

function topLevelParts(list: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let current = ''
  for (const character of list) {
    if (character === '{') depth += 1
    if (character === '}') depth -= 1
    if (character === ',' && depth === 0) {
      parts.push(current.trim())
      current = ''
    } else current += character
  }
  return [...parts, current.trim()].filter((part) => part !== '')
}

function phpImports(text: string, make: Make): readonly CodeImport[] {
  const body = text.replace(/^use\s+(?:function\s+|const\s+)?/, '').replace(/;\s*$/, '')
  const open = body.indexOf('{')
  const prefix = open < 0 ? '' : body.slice(0, open)
  const list = open < 0 ? body : body.slice(open + 1, body.lastIndexOf('}'))
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [full = part, alias] = part.split(/\s+as\s+/)
      const dotted = (prefix + full).replace(/^\\/, '').replaceAll('\\', '.')
      const name = lastSegment(dotted)
      return make(
        alias ?? name,
        dotted.slice(0, Math.max(0, dotted.length - name.length - 1)),
        name,
      )
    })
}

function elixirImports(text: string, make: Make): readonly CodeImport[] {
  const match =
    /^(?:alias|import|require|use)\s+([\w.]+?)(?:\.\{([^}]*)\})?(?:\s*,\s*as:\s*(\w+))?\s*$/.exec(
      text.trim(),
    )
  const module = match?.[1]
  if (module === undefined) return []
  if (match?.[2] !== undefined) {
    return splitNames(match[2]).map(({ name }) => make(name, `${module}.${name}`, '*'))
  }
  return [make(match?.[3] ?? lastSegment(module), module, '*')]
}

function csharpImports(text: string, make: Make): readonly CodeImport[] {
  const match = /using\s+(static\s+)?(?:(\w+)\s*=\s*)?([\w.]+)/.exec(text)
  const module = match?.[3]
  if (module === undefined) return []
  return [make(match?.[2] ?? '*', module, '*')]
}

function jvmImports(text: string, make: Make): readonly CodeImport[] {
  const match =
    /import\s+(?:static\s+|class\s+|struct\s+|func\s+)?([\w.]+?)(\.\*)?(?:\s+as\s+(\w+))?\s*;?\s*$/.exec(
      text,
    )
  const full = match?.[1]
  if (full === undefined) return []
  if (match?.[2] !== undefined || !full.includes('.'))
    return [make(match?.[2] === undefined ? full : '*', full, '*')]
  const name = lastSegment(full)
  return [make(match?.[3] ?? name, full.slice(0, -(name.length + 1)), name)]
}
