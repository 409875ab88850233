import type { StructuredEntry, StructuredNode } from './structured-node.ts'

/** A node with the way to it from the root. */
export interface Located {
  readonly node: StructuredNode
  /** The key it stands under, or its index in a list; null at the root. */
  readonly key: string | null
  readonly entry: StructuredEntry | null
  readonly parent: Located | null
  readonly depth: number
}

export function located(root: StructuredNode): Located {
  return { node: root, key: null, entry: null, parent: null, depth: 0 }
}

export function childrenOf(at: Located): readonly Located[] {
  const { node } = at
  const depth = at.depth + 1
  switch (node.kind) {
    case 'scalar':
      return []
    case 'list':
      return node.items.map((item, index) => ({
        node: item,
        key: String(index),
        entry: null,
        parent: at,
        depth,
      }))
    case 'map':
      return node.entries.map((one) => ({
        node: one.value,
        key: one.key,
        entry: one,
        parent: at,
        depth,
      }))
  }
}

/**
 * The path language of structure rules. Steps are separated by dots:
 *
 * - `name` a key; `"a.b"` a key with dots in quotes; `*` inside a name stands for any characters (`*_MODEL`)
 * - `~name` the key in any case and without regard to `-` and `_` (Spring, .NET)
 * - `*` or `[]` one step: any key or list item; a number is a list index
 * - `**` any number of steps, none included
 * - `^` the parent (only at the beginning of a path below a selected node)
 * - `.` or the empty path: the node itself
 */
function parsePath(path: string): readonly Step[] {
  if (path === '' || path === '.') return []
  const steps: Step[] = []
  const token = /"((?:[^"\\]|\\.)*)"|((?:[^."[\]]|\[(?!\]))+)|(\[\])|\./g
  let pending: string | null = null
  let quoted = false
  const flush = (): void => {
    if (pending !== null && pending !== '') steps.push(stepOf(pending, quoted))
    pending = null
    quoted = false
  }
  for (const found of path.matchAll(token)) {
    if (found[0] === '.') flush()
    else if (found[3] !== undefined) {
      flush()
      steps.push({ kind: 'any' })
    } else if (found[1] !== undefined) {
      pending = (pending ?? '') + found[1].replace(/\\(.)/g, '$1')
      quoted = true
    } else pending = (pending ?? '') + (found[2] ?? '')
  }
  flush()
  return steps
}

type Step =
  | { readonly kind: 'any' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'name'; readonly matches: (key: string) => boolean }

function stepOf(text: string, quoted: boolean): Step {
  if (!quoted) {
    if (text === '*') return { kind: 'any' }
    if (text === '**') return { kind: 'deep' }
    if (text === '^') return { kind: 'parent' }
    if (text.startsWith('~')) {
      const wanted = relaxed(text.slice(1))
      return { kind: 'name', matches: (key) => relaxed(key) === wanted }
    }
    if (text.includes('*')) {
      const pattern = new RegExp(
        `^${text
          .split('*')
          .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`))
          .join('.*')}$`,
        's',
      )
      return { kind: 'name', matches: (key) => pattern.test(key) }
    }
  }
  return { kind: 'name', matches: (key) => key === text }
}

function relaxed(key: string): string {
  return key.replace(/[-_]/g, '').toLowerCase()
}

const parsed = new Map<string, readonly Step[]>()

function steps(path: string): readonly Step[] {
  const known = parsed.get(path)
  if (known !== undefined) return known
  const made = parsePath(path)
  parsed.set(path, made)
  return made
}

/** Every node that a path reaches from here, in file order, each once. */
export function selectFrom(from: Located, path: string): readonly Located[] {
  const all = steps(path)
  let start: Located = from
  let first = 0
  while (all[first]?.kind === 'parent') {
    if (start.parent === null) return []
    start = start.parent
    first += 1
  }
  const found: Located[] = []
  walk(start, closure(new Set([first]), all), all, found)
  return found
}

export function select(root: StructuredNode, path: string): readonly StructuredNode[] {
  return selectFrom(located(root), path).map((one) => one.node)
}

function walk(
  at: Located,
  states: ReadonlySet<number>,
  all: readonly Step[],
  found: Located[],
): void {
  if (states.has(all.length)) found.push(at)
  if (states.size === 1 && states.has(all.length)) return
  for (const child of childrenOf(at)) {
    const next = new Set<number>()
    for (const state of states) {
      const step = all[state]
      if (step === undefined) continue
      if (step.kind === 'deep') next.add(state)
      else if (step.kind === 'any') next.add(state + 1)
      else if (step.kind === 'name' && child.key !== null && step.matches(child.key))
        next.add(state + 1)
    }
    if (next.size > 0) walk(child, closure(next, all), all, found)
  }
}

/** `**` may stand for no step at all. */
function closure(states: Set<number>, all: readonly Step[]): ReadonlySet<number> {
  for (const state of states) if (all[state]?.kind === 'deep') states.add(state + 1)
  return states
}

/** Keys from the root, list items by index. */
export function keysOf(at: Located): readonly string[] {
  const keys: string[] = []
  for (let one: Located | null = at; one !== null && one.key !== null; one = one.parent)
    keys.unshift(one.key)
  return keys
}
