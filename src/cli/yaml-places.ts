import { LineCounter, parseDocument } from 'yaml'
import type { FaultPlace } from '../base/fault.ts'

/** Finds where a key of a YAML text stands: the deepest part of the way to it that is there. */
export function yamlPlaces(
  text: string,
  path: string,
): (keys: readonly (string | number)[]) => FaultPlace {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return (keys) => {
    for (let end = keys.length; end > 0; end -= 1) {
      const node = document.getIn(keys.slice(0, end), true)
      const range =
        typeof node === 'object' && node !== null && 'range' in node
          ? (node.range as readonly number[] | null | undefined)
          : undefined
      if (range?.[0] !== undefined) {
        const { line, col } = lines.linePos(range[0])
        return { path, line, column: col }
      }
    }
    return { path, line: 1, column: 1 }
  }
}
