import type { PreparedText } from './prepared-text.ts'

/** Parts of a Markdown document, by zero-based line. */
export interface DocumentBlocks {
  /** False for every file that is no document: all else is empty then. */
  readonly isDocument: boolean
  readonly inFrontMatter: (line: number) => boolean
  readonly inFence: (line: number) => boolean
  /** The heading above a line, '' when there is none. */
  readonly headingAt: (line: number) => string
}

const nothing: DocumentBlocks = {
  isDocument: false,
  inFrontMatter: () => false,
  inFence: () => false,
  headingAt: () => '',
}

export function findDocumentBlocks(text: PreparedText): DocumentBlocks {
  if (text.kind !== 'markdown' && text.kind !== 'instructions') return nothing
  const { lines } = text
  const frontMatterEnd = endOfFrontMatter(text)
  const fenced = new Uint8Array(lines.count)
  const titles = ['']
  const titleOf = new Uint32Array(lines.count)
  let fence = ''
  for (let line = frontMatterEnd; line < lines.count; line += 1) {
    const written = lines.text(line)
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(written)?.[1] ?? ''
    if (fence !== '') {
      fenced[line] = 1
      if (mark.startsWith(fence)) fence = ''
    } else if (mark !== '') {
      fenced[line] = 1
      fence = mark
    } else {
      const title = /^#{1,6}\s+(.{1,160})/.exec(written)?.[1]
      if (title !== undefined) titles.push(title.trimEnd())
    }
    titleOf[line] = titles.length - 1
  }
  return {
    isDocument: true,
    inFrontMatter: (line) => line < frontMatterEnd,
    inFence: (line) => fenced[line] === 1,
    headingAt: (line) => titles[titleOf[line] ?? 0] ?? '',
  }
}

/** The first line after `---` … `---`; 0 without front matter. */
function endOfFrontMatter(text: PreparedText): number {
  if (text.lines.text(0).trim() !== '---') return 0
  for (let line = 1; line < text.lines.count; line += 1) {
    if (/^(?:---|\.\.\.)\s*$/.test(text.lines.text(line))) return line + 1
  }
  return 0
}
