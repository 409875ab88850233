/** Turns offsets into lines and columns, both from 1. */
export interface LineIndex {
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number }
}

export function lineIndex(content: string): LineIndex {
  const starts = [0]
  for (let at = content.indexOf('\n'); at !== -1; at = content.indexOf('\n', at + 1)) {
    starts.push(at + 1)
  }
  return {
    placeOf: (offset) => {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
    },
  }
}
