/** How long one row may be. */
const rowLengthMax = 2 ** 20

export interface CsvSink {
  readonly row: (row: Readonly<Record<string, string>>) => void
  readonly unreadable: () => void
}

/**
 * Rows of a table with a header line (RFC 4180, with commas, semicolons or tabs), read piece by piece. Cells may be
 * quoted and hold line breaks; a row with more cells than the header has costs itself alone.
 */
export class CsvRecords {
  readonly #sink: CsvSink
  #text = ''
  #delimiter: string | null = null
  #header: readonly string[] | null = null
  #isDropping = false

  constructor(sink: CsvSink) {
    this.#sink = sink
  }

  push(text: string): void {
    this.#text += text
    let from = 0
    for (let end = this.#rowEnd(from); end !== null; end = this.#rowEnd(from)) {
      this.#take(this.#text.slice(from, end).replace(/\r$/, ''))
      from = end + 1
    }
    this.#text = this.#text.slice(from)
    if (this.#text.length > rowLengthMax) {
      this.#text = ''
      this.#isDropping = true
    }
  }

  end(): void {
    if (this.#text.trim() !== '') this.#take(this.#text.replace(/\r$/, ''))
    this.#text = ''
  }

  /** The line break that ends the row; null: it has not come yet. */
  #rowEnd(from: number): number | null {
    let isQuoted = false
    turning.lastIndex = from
    for (let found = turning.exec(this.#text); found !== null; found = turning.exec(this.#text)) {
      // A doubled quote turns twice.
      if (found[0] === '"') isQuoted = !isQuoted
      else if (!isQuoted) return found.index
    }
    return null
  }

  #take(row: string): void {
    if (this.#isDropping) {
      this.#isDropping = false
      return this.#sink.unreadable()
    }
    if (row.trim() === '') return
    if (this.#header === null) {
      this.#delimiter = delimiterOf(row)
      this.#header = cellsOf(row.replace(/^\ufeff/, ''), this.#delimiter).map((name) => name.trim())
      return
    }
    const cells = cellsOf(row, this.#delimiter ?? ',')
    if (cells.length > this.#header.length) return this.#sink.unreadable()
    this.#sink.row(
      Object.fromEntries(this.#header.map((name, index) => [name, cells[index] ?? ''])),
    )
  }
}

const turning = /["\n]/g

/** The one that the header line has most of. */
function delimiterOf(header: string): string {
  const counts = [',', ';', '\t'].map((one) => [one, header.split(one).length] as const)
  return counts.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? ','
}

function cellsOf(row: string, delimiter: string): string[] {
  if (!row.includes('"')) return row.split(delimiter)
  const cells: string[] = []
  let at = 0
  for (;;) {
    const isQuoted = row[at] === '"'
    const end = isQuoted ? quotedEnd(row, at + 1) : at
    const next = row.indexOf(delimiter, end)
    const cell = row.slice(at, next === -1 ? row.length : next)
    cells.push(isQuoted ? unquoted(cell) : cell)
    if (next === -1) return cells
    at = next + delimiter.length
  }
}

/** The place behind the quote that closes a cell. */
function quotedEnd(row: string, from: number): number {
  for (let at = row.indexOf('"', from); at !== -1; at = row.indexOf('"', at + 2))
    if (row[at + 1] !== '"') return at + 1
  return row.length
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"/, '').replace(/"$/, '').replaceAll('""', '"')
}
