import type { Resolver } from '../../catalogue/index.ts'
import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import type { Origin } from './file-traits.ts'
import { nodeValue, placeOf } from './node-value.ts'
import type { ExpressionDialect } from './expression-value.ts'
import type { StructuredNode } from './structured-node.ts'

/** What all readers of one structured file share. */
export interface StructureReading {
  readonly path: string
  readonly origin: Origin
  readonly dialect: ExpressionDialect
  /** Texts of several lines stand on one line, their breaks escaped, as in JSON. */
  readonly isEscaped: boolean
  /** Deployment environment of the whole file. */
  readonly scope: string | null
  /** A file of texts for people, a lockfile, a changelog: names of models in it are mentions. */
  readonly isNoise: boolean
  readonly resolver: Resolver
}

export function valueAt(node: StructuredNode, reading: StructureReading): Value | null {
  return nodeValue(node, { path: reading.path, dialect: reading.dialect })
}

export function placeIn(
  reading: StructureReading,
  node: { readonly line: number; readonly column: number },
): Place {
  return placeOf(node, reading.path)
}

/** True when a text is a model name as a whole, or an address, ARN or prefixed name that ends in one. */
export function isModelText(text: string, resolver: Resolver): boolean {
  if (text.length > 300 || /\s/.test(text.trim())) return false
  return resolver.looksLikeModel(text) || resolver.findSpellings(text).length > 0
}
