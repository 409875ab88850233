import { CsvRecords } from '../../base/csv-records.ts'

export type CsvRow = Readonly<Record<string, string>>

/** All rows of a table with a header line; null: a row that cannot be read. */
export function csvRows(text: string): readonly (CsvRow | null)[] {
  const rows: (CsvRow | null)[] = []
  const records = new CsvRecords({
    row: (row) => rows.push(row),
    unreadable: () => rows.push(null),
  })
  records.push(text)
  records.end()
  return rows
}
