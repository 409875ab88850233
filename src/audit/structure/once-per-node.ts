import type { StructureReading } from './structure-reading.ts'
import type { StructuredNode } from './structured-node.ts'

/**
 * A question to a node that is asked for every fact below it, answered once: a map of a hundred thousand entries
 * would otherwise be read a hundred thousand times.
 */
export function oncePerNode<N extends StructuredNode, T>(
  answer: (node: N, reading: StructureReading) => T,
): (node: N, reading: StructureReading) => T {
  const known = new WeakMap<N, { readonly answer: T }>()
  return (node, reading) => {
    const found = known.get(node)
    if (found !== undefined) return found.answer
    const made = answer(node, reading)
    known.set(node, { answer: made })
    return made
  }
}
