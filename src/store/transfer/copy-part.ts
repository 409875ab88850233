import type { Row } from '../records/record-shape.ts'

/** What a copy of a store is made of, whether it goes through a file or from store to store. */
export interface CopySource {
  /** Migrations of the store that the rows come from, in order. */
  readonly migrations: readonly string[]
  /** Rows by table; a row comes after those it refers to. Each call begins with the first. */
  readonly parts: () => AsyncIterable<CopyPart>
}

export interface CopyPart {
  readonly table: string
  readonly rows: readonly Row[]
}

export type CopyCounts = Readonly<Record<string, number>>
