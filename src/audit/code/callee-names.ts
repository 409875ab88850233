import type { CodeImport, CodeUnit } from './code-unit.ts'
import { dottedPath, lastSegment } from './path-text.ts'

/** The names under which a rule may know a callee: as written, with dots, and with its import's own name. */
export function calleeNames(callee: string, unit: CodeUnit): readonly string[] {
  const dotted = dottedPath(callee)
  const names = new Set([callee, dotted])
  const dot = dotted.indexOf('.')
  const head = dot < 0 ? dotted : dotted.slice(0, dot)
  const own = ownNames(unit).get(head)
  if (own !== undefined) names.add(own + (dot < 0 ? '' : dotted.slice(dot)))
  return [...names]
}

const known = new WeakMap<CodeUnit, ReadonlyMap<string, string>>()

/** What imported names are called where they come from, where this file gives them another name. */
function ownNames(unit: CodeUnit): ReadonlyMap<string, string> {
  const found = known.get(unit)
  if (found !== undefined) return found
  const names = new Map<string, string>()
  for (const imported of unit.imports) {
    const name = ownName(imported, unit)
    if (name !== null && name !== imported.local) names.set(imported.local, name)
  }
  known.set(unit, names)
  return names
}

function ownName({ module, imported }: CodeImport, unit: CodeUnit): string | null {
  // A default export is named by whoever imports it.
  if (imported === 'default' || imported === '') return null
  if (imported !== '*') return lastSegment(imported)
  if (unit.language === 'python') return module
  return unit.language === 'go' ? goPackage(module) : null
}

/** Go packages are named after the last part of their path, without what says that they are Go. */
export function goPackage(module: string): string {
  const parts = module.split('/')
  const last = parts.at(-1) ?? module
  const name = /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last
  return name.replaceAll(/^go-|(?:-sdk)?-go$|\.v\d+$/g, '')
}
