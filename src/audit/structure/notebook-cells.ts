import { languageNamed } from '../code/language-of.ts'
import { indexLines } from '../line-index.ts'
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'

/** A cell of a notebook; outputs are never looked at. */
export interface NotebookCell {
  /** Among all cells, from 0. */
  readonly index: number
  /** `python` and so on, in lower case, from the cell magic or the notebook's kernel; `markdown` for text. */
  readonly language: string
  readonly source: string
  /** Line of the notebook file on which a line of the source stands; both from 1. */
  readonly lineInFile: (line: number) => number
}

/** Null when the text is no notebook. */
export function notebookCells(content: string): readonly NotebookCell[] | null {
  const root = rootOf(content)
  const cells = root === undefined ? undefined : cellsOf(root)
  if (root === undefined || cells === undefined) return null
  const language = kernelLanguage(root)
  const lines = indexLines(content)
  return cells.flatMap((cell, index): readonly NotebookCell[] => {
    const type = textAt(cell, ['cell_type'])
    if (type !== 'code' && type !== 'markdown') return []
    const source = findNodeAtLocation(cell, ['source']) ?? findNodeAtLocation(cell, ['input'])
    if (source === undefined) return []
    const parts = source.type === 'array' ? (source.children ?? []) : [source]
    const fileLines: number[] = []
    let text = ''
    for (const part of parts) {
      const piece = typeof part.value === 'string' ? part.value : ''
      const line = lines.placeOf(part.offset).line
      const starts = text === '' || text.endsWith('\n') ? 1 : 0
      const breaks = piece.split('\n').length - 1 - (piece.endsWith('\n') ? 1 : 0)
      for (let count = 0; count < starts + breaks; count += 1) fileLines.push(line)
      text += piece
    }
    const firstLine = lines.placeOf((parts[0] ?? source).offset).line
    return [
      {
        index,
        language: type === 'markdown' ? type : (magicLanguage(text) ?? language),
        source: text,
        lineInFile: (line) => fileLines[line - 1] ?? fileLines.at(-1) ?? firstLine,
      },
    ]
  })
}

/** Dialects (`coconut`) are coloured as the language they extend, and read as that. */
function kernelLanguage(root: Node): string {
  const named = [
    ['kernelspec', 'language'],
    ['language_info', 'name'],
    ['language_info', 'codemirror_mode', 'name'],
    ['language_info', 'codemirror_mode'],
  ].flatMap((path) => textAt(root, ['metadata', ...path])?.toLowerCase() ?? [])
  return named.find((name) => languageNamed(name) !== null) ?? named[0] ?? 'python'
}

function rootOf(content: string): Node | undefined {
  try {
    return parseTree(content.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Version 4 keeps cells at the top, version 3 in worksheets. */
function cellsOf(root: Node): readonly Node[] | undefined {
  const cells =
    findNodeAtLocation(root, ['cells']) ?? findNodeAtLocation(root, ['worksheets', 0, 'cells'])
  return cells?.type === 'array' ? cells.children : undefined
}

function textAt(node: Node, path: string[]): string | undefined {
  const value: unknown = findNodeAtLocation(node, path)?.value
  return typeof value === 'string' ? value : undefined
}

/** `%%bash`, `%%sql`, `%%javascript`: the cell is written in something else. */
function magicLanguage(source: string): string | null {
  const magic = /^\s*%%(\w+)/.exec(source)?.[1]?.toLowerCase()
  if (magic === undefined || /^(?:time|timeit|capture|writefile|prun)$/.test(magic)) return null
  return magic === 'js' ? 'javascript' : magic === 'sh' ? 'bash' : magic
}
