import type { CodeCall, CodeImport, CodeUnit } from './code-unit.ts'
import { dottedPath, lastSegment } from './path-text.ts'

/** `createAcme`, a function that makes what is called later on. */
const factory = /(?:^|\.)(create[A-Z]\w*)$/

/**
 * A call on what a factory made, by the factory's name: `createAcme()` for `acme(…)` after `const acme = createAcme({…})`
 * and for `createAcme({…})(…)`, with what follows it (`createAcme().chat`); null where no factory is known.
 */
export function instanceName(call: CodeCall, unit: CodeUnit): string | null {
  const [head = '', ...rest] = dottedPath(call.callee)
    .replace(/^this\./, '')
    .split('.')
  const tail = rest.length === 0 ? '' : `.${rest.join('.')}`
  if (factory.test(head.replace(/\(\)$/, ''))) {
    const isInstance = head.endsWith('()') || rest.length > 0
    return isInstance ? `${head.replace(/\(\)$/, '')}()${tail}` : null
  }
  const made = factoriesOf(unit).get(head)
  const nearest = made?.findLast(({ offset }) => offset < call.offset) ?? made?.[0]
  const name = nearest === undefined ? null : factory.exec(dottedPath(nearest.callee))?.[1]
  return name === null || name === undefined ? null : `${name}()${tail}`
}

const madeIn = new WeakMap<CodeUnit, ReadonlyMap<string, readonly CodeCall[]>>()

/** Calls of factories by the variable that keeps what they make. */
function factoriesOf(unit: CodeUnit): ReadonlyMap<string, readonly CodeCall[]> {
  const found = madeIn.get(unit)
  if (found !== undefined) return found
  const made = new Map<string, readonly CodeCall[]>()
  for (const call of unit.calls) {
    if (call.assignedTo === null || !factory.test(dottedPath(call.callee))) continue
    const name = lastSegment(call.assignedTo)
    made.set(name, [...(made.get(name) ?? []), call])
  }
  madeIn.set(unit, made)
  return made
}

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
