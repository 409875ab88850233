import { structureLimits } from './structure-limits.ts'
import type {
  StructuredDocument,
  StructuredEntry,
  StructuredList,
  StructuredMap,
  StructuredNode,
  StructuredScalar,
  StructureFormat,
} from './structured-node.ts'

/** Where a node stands; lines and columns count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export function scalar(text: string, at: Position, expression = false): StructuredScalar {
  return { kind: 'scalar', text, expression, line: at.line, column: at.column }
}

export function list(items: readonly StructuredNode[], at: Position): StructuredList {
  return { kind: 'list', items, line: at.line, column: at.column }
}

export function map(entries: readonly StructuredEntry[], at: Position): StructuredMap {
  return { kind: 'map', entries, line: at.line, column: at.column }
}

export function entry(key: string, at: Position, value: StructuredNode): StructuredEntry {
  return { key, line: at.line, column: at.column, value }
}

/** The same further down and to the right. */
export function shifted(node: StructuredNode, lines: number, columns = 0): StructuredNode {
  const at = { line: node.line + lines, column: node.column + columns }
  switch (node.kind) {
    case 'scalar':
      return { ...node, ...at }
    case 'list':
      return list(
        node.items.map((item) => shifted(item, lines, columns)),
        at,
      )
    case 'map':
      return map(
        node.entries.map((one) =>
          entry(
            one.key,
            { line: one.line + lines, column: one.column + columns },
            shifted(one.value, lines, columns),
          ),
        ),
        at,
      )
  }
}

/** A map while it is being filled; `freeze` gives the finished node. */
export class MapBuilder {
  readonly #at: Position
  readonly #entries: {
    key: string
    at: Position
    value: StructuredNode | MapBuilder | ListBuilder
  }[] = []

  constructor(at: Position) {
    this.#at = at
  }

  add(key: string, at: Position, value: StructuredNode | MapBuilder | ListBuilder): void {
    this.#entries.push({ key, at, value })
  }

  /** The map under a key: the last one with that key, or a new one. Null when something else stands there. */
  child(key: string, at: Position): MapBuilder | null {
    const found = this.#entries.findLast((one) => one.key === key)?.value
    if (found instanceof MapBuilder) return found
    if (found instanceof ListBuilder) return found.last()
    if (found !== undefined) return null
    const made = new MapBuilder(at)
    this.add(key, at, made)
    return made
  }

  /** A new map at the end of the list under a key. Null when something else stands there. */
  append(key: string, at: Position): MapBuilder | null {
    const found = this.#entries.findLast((one) => one.key === key)?.value
    const made = new MapBuilder(at)
    if (found instanceof ListBuilder) {
      found.push(made)
      return made
    }
    if (found !== undefined) return null
    const items = new ListBuilder(at)
    items.push(made)
    this.add(key, at, items)
    return made
  }

  freeze(depth = 0): StructuredMap {
    const entries =
      depth > structureLimits.depthMax
        ? []
        : this.#entries.map((one) => entry(one.key, one.at, frozen(one.value, depth + 1)))
    return map(entries, this.#at)
  }
}

class ListBuilder {
  readonly #at: Position
  readonly #items: MapBuilder[] = []

  constructor(at: Position) {
    this.#at = at
  }

  push(item: MapBuilder): void {
    this.#items.push(item)
  }

  last(): MapBuilder | null {
    return this.#items.at(-1) ?? null
  }

  freeze(depth: number): StructuredList {
    return list(
      this.#items.map((item) => item.freeze(depth + 1)),
      this.#at,
    )
  }
}

function frozen(value: StructuredNode | MapBuilder | ListBuilder, depth: number): StructuredNode {
  return value instanceof MapBuilder || value instanceof ListBuilder ? value.freeze(depth) : value
}

/** What went wrong while reading, kept up to a limit. */
export class Problems {
  readonly #problems: { line: number; message: string }[] = []

  add(line: number, message: string): void {
    if (this.#problems.length < structureLimits.problemsMax) this.#problems.push({ line, message })
  }

  document(format: StructureFormat, root: StructuredNode): StructuredDocument {
    return { format, root, problems: this.#problems }
  }
}
