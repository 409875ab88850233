/** A failure of another product, put into this one on purpose, so that its test is seen to fail. */
export interface Mutation {
  /** First cell of its row in docs/reference/gateway-failures.md; the row names the test. */
  readonly failure: string
  readonly edits: readonly MutationEdit[]
  /** Beginnings of names of tests, where the one of the row has a template or needs others before it; absent: it alone. */
  readonly tests?: readonly string[]
  /** What the failing test must say, so that it fails for this reason and no other. */
  readonly says: RegExp
}

export interface MutationEdit {
  readonly file: string
  /** Stands in the file exactly once. */
  readonly text: string
  readonly replacement: string
}
