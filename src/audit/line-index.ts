import type { Place } from '../schema/register.ts'

/** Offsets of a text turned into lines and columns, by binary search. */
export interface LineIndex {
  readonly place: (path: string, offset: number) => Place
  /** Line and column of an offset, both from 1. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number }
  /** Zero-based number of the line that holds an offset. */
  readonly lineOf: (offset: number) => number
  readonly startOf: (line: number) => number
  /** The line's text, without its line break. */
  readonly text: (line: number) => string
  readonly count: number
}

export function indexLines(content: string): LineIndex {
  const starts = [0]
  for (let at = content.indexOf('\n'); at !== -1; at = content.indexOf('\n', at + 1)) {
    starts.push(at + 1)
  }
  const startOf = (line: number): number => starts[line] ?? content.length
  function lineOf(offset: number): number {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (startOf(middle) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  function placeOf(offset: number): { readonly line: number; readonly column: number } {
    const line = lineOf(offset)
    return { line: line + 1, column: offset - startOf(line) + 1 }
  }
  return {
    lineOf,
    startOf,
    placeOf,
    count: starts.length,
    place: (path, offset) => ({ path, ...placeOf(offset) }),
    text(line) {
      const end = line + 1 < starts.length ? startOf(line + 1) - 1 : content.length
      const text = content.slice(startOf(line), end)
      return text.endsWith('\r') ? text.slice(0, -1) : text
    },
  }
}
